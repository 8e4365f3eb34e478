import type { ComponentProps } from 'react'
import { cn } from '@/lib/utils'

const box =
  'w-full rounded-xl border border-input/70 bg-surface px-3.5 text-base transition-shadow focus-visible:outline-offset-0 disabled:opacity-60 aria-invalid:border-bad'

export const Input = ({ className, ...props }: ComponentProps<'input'>) => <input className={cn(box, 'h-11', className)} {...props} />

export const Textarea = ({ className, ...props }: ComponentProps<'textarea'>) => (
  <textarea className={cn(box, 'min-h-24 py-2.5 field-sizing-content', className)} {...props} />
)

/** The system's own list: phones show it as they show every other. */
export const Select = ({ className, ...props }: ComponentProps<'select'>) => (
  <select className={cn(box, 'h-11 appearance-none bg-[url(/chevron.svg)] bg-size-[1.1rem] bg-position-[right_0.8rem_center] bg-no-repeat pr-9', className)} {...props} />
)
