import { cva, type VariantProps } from 'class-variance-authority'
import type { ComponentProps } from 'react'
import { cn } from '@/lib/utils'

const variants = cva('inline-flex items-center gap-1.5 rounded-full px-2.5 py-0.5 text-xs font-semibold whitespace-nowrap [&_svg]:size-3.5', {
  variants: {
    tone: {
      neutral: 'bg-surface-2 text-muted',
      brand: 'bg-brand-soft text-brand-text',
      good: 'bg-good-soft text-good',
      warn: 'bg-warn-soft text-warn',
      bad: 'bg-bad-soft text-bad',
    },
  },
  defaultVariants: { tone: 'neutral' },
})
export type Tone = NonNullable<VariantProps<typeof variants>['tone']>

export const Badge = ({ className, tone, ...props }: ComponentProps<'span'> & VariantProps<typeof variants>) => (
  <span className={cn(variants({ tone }), className)} {...props} />
)
