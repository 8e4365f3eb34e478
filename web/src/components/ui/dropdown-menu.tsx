'use client'

import { DropdownMenu as Primitive } from 'radix-ui'
import type { ComponentProps } from 'react'
import { cn } from '@/lib/utils'

export const DropdownMenu = Primitive.Root
export const DropdownMenuTrigger = Primitive.Trigger
export const DropdownMenuRadioGroup = Primitive.RadioGroup

export const DropdownMenuContent = ({ className, ...props }: ComponentProps<typeof Primitive.Content>) => (
  <Primitive.Portal>
    <Primitive.Content
      sideOffset={6}
      className={cn('z-50 max-h-[70dvh] min-w-52 overflow-y-auto rounded-xl border bg-surface p-1.5 shadow-float data-[state=open]:animate-rise', className)}
      {...props}
    />
  </Primitive.Portal>
)
const item =
  'flex min-h-10 w-full items-center gap-2.5 rounded-lg px-2.5 py-1.5 text-[0.95rem] outline-none select-none data-[highlighted]:bg-surface-2 [&_svg]:size-4.5 [&_svg]:shrink-0 [&_svg]:text-muted'

export const DropdownMenuItem = ({ className, ...props }: ComponentProps<typeof Primitive.Item>) => (
  <Primitive.Item className={cn(item, className)} {...props} />
)
export const DropdownMenuRadioItem = ({ className, ...props }: ComponentProps<typeof Primitive.RadioItem>) => (
  <Primitive.RadioItem className={cn(item, 'data-[state=checked]:bg-brand-soft data-[state=checked]:font-medium data-[state=checked]:text-brand-text', className)} {...props} />
)
export const DropdownMenuLabel = ({ className, ...props }: ComponentProps<typeof Primitive.Label>) => (
  <Primitive.Label className={cn('px-2.5 pt-1.5 pb-1 text-xs font-semibold text-muted', className)} {...props} />
)
export const DropdownMenuSeparator = () => <Primitive.Separator className="my-1.5 h-px bg-line" />
