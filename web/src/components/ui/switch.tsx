'use client'

import { Switch as Primitive } from 'radix-ui'
import type { ComponentProps } from 'react'
import { cn } from '@/lib/utils'

export const Switch = ({ className, ...props }: ComponentProps<typeof Primitive.Root>) => (
  <Primitive.Root
    className={cn('h-6.5 w-11 shrink-0 rounded-full border border-input/70 bg-surface-2 transition-colors data-[state=checked]:border-brand data-[state=checked]:bg-brand disabled:opacity-60', className)}
    {...props}
  >
    <Primitive.Thumb className="block size-5 translate-x-0.5 rounded-full bg-input transition-transform data-[state=checked]:translate-x-5 data-[state=checked]:bg-brand-ink" />
  </Primitive.Root>
)
