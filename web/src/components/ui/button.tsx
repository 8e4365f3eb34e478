import { cva, type VariantProps } from 'class-variance-authority'
import { LoaderCircle } from 'lucide-react'
import { Slot } from 'radix-ui'
import type { ComponentProps } from 'react'
import { cn } from '@/lib/utils'

export const buttonVariants = cva(
  'inline-flex shrink-0 items-center justify-center gap-2 rounded-xl text-[0.95rem] font-semibold whitespace-nowrap transition-colors select-none disabled:opacity-60 aria-disabled:opacity-60 [&_svg]:size-[1.15em] [&_svg]:shrink-0',
  {
    variants: {
      variant: {
        default: 'bg-brand text-brand-ink hover:brightness-95 active:brightness-90',
        outline: 'border border-input/60 bg-surface hover:bg-surface-2',
        soft: 'bg-brand-soft text-brand-text hover:bg-brand-line/50',
        ghost: 'hover:bg-surface-2',
        danger: 'bg-bad-solid text-white hover:brightness-95',
        link: 'h-auto! px-0! text-brand-text underline-offset-4 hover:underline',
      },
      size: { default: 'h-11 px-5', sm: 'h-9 rounded-lg px-3.5 text-sm', icon: 'size-11', 'icon-sm': 'size-9 rounded-lg' },
    },
    defaultVariants: { variant: 'default', size: 'default' },
  },
)

type Props = ComponentProps<'button'> & VariantProps<typeof buttonVariants> & {
  asChild?: boolean
  /** Something is under way: it says so, and cannot be pressed again. */
  busy?: boolean
}

export function Button({ className, variant, size, asChild, busy, children, type = 'button', disabled, ...props }: Props) {
  const classes = cn(buttonVariants({ variant, size, className }))
  if (asChild) return <Slot.Root className={classes} {...props}>{children}</Slot.Root>
  return (
    <button type={type} className={classes} disabled={disabled || busy} aria-busy={busy || undefined} {...props}>
      {busy && <LoaderCircle className="animate-spin" aria-hidden />}
      {children}
    </button>
  )
}
