// What forms ask for, said once. zod/mini, because every visitor loads it: a fifth of what zod weighs.
import * as z from 'zod/mini'

export const email = z.email('Enter an e-mail address, such as name@example.com.')
export const newPassword = z.string().check(
  z.minLength(8, 'Choose a password of at least 8 characters.'), z.maxLength(72, 'Choose a password of at most 72 characters.'),
)
/** Something written on one line; `missing` is said where it may not be empty. */
export const words = (longest: number, missing?: string) =>
  z.string().check(z.trim(), z.minLength(missing ? 1 : 0, missing), z.maxLength(longest, `Enter at most ${longest} characters.`))
export const fullName = words(200, 'Enter your name.')
export const phone = z.string().check(
  z.trim(),
  z.refine((text) => text === '' || /^\+?[\d\s().-]{7,20}$/.test(text), 'Enter a phone number, such as (312) 555-0110 or +44 20 7946 0000.'),
)

export const Address = z.object({
  label: words(100),
  address_line1: words(200, 'Enter the street and number.'),
  address_line2: words(200),
  city: words(100, 'Enter the city.'),
  region: words(100),
  postal_code: words(20, 'Enter the postal code.'),
})
export type Address = z.infer<typeof Address>
export const NO_ADDRESS: Address = { label: '', address_line1: '', address_line2: '', city: '', region: '', postal_code: '' }

/** Without the parts that were left empty. */
export const filled = <T extends Record<string, string>>(values: T) =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== '')) as Partial<T>
