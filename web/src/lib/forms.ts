// What forms ask for, said once.
import { z } from 'zod'

export const email = z.email('Enter an e-mail address, such as name@example.com.')
export const newPassword = z.string().min(8, 'Choose a password of at least 8 characters.').max(72, 'Choose a password of at most 72 characters.')
export const fullName = z.string().trim().min(1, 'Enter your name.').max(200, 'Enter a name of at most 200 characters.')
export const phone = z
  .string()
  .trim()
  .refine((text) => text === '' || /^\+?[\d\s().-]{7,20}$/.test(text), 'Enter a phone number, such as (312) 555-0110 or +44 20 7946 0000.')

export const Address = z.object({
  label: z.string().trim().max(100),
  address_line1: z.string().trim().min(1, 'Enter the street and number.').max(200),
  address_line2: z.string().trim().max(200),
  city: z.string().trim().min(1, 'Enter the city.').max(100),
  region: z.string().trim().max(100),
  postal_code: z.string().trim().min(1, 'Enter the postal code.').max(20),
})
export type Address = z.infer<typeof Address>
export const NO_ADDRESS: Address = { label: '', address_line1: '', address_line2: '', city: '', region: '', postal_code: '' }

/** Without the parts that were left empty. */
export const filled = <T extends Record<string, string>>(values: T) =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== '')) as Partial<T>
