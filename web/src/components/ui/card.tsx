import type { ComponentProps } from 'react'
import { cn } from '@/lib/utils'

export const Card = ({ className, ...props }: ComponentProps<'section'>) => (
  <section className={cn('rounded-card border bg-surface shadow-card print:shadow-none', className)} {...props} />
)
export const CardHeader = ({ className, ...props }: ComponentProps<'div'>) => (
  <div className={cn('flex items-center justify-between gap-3 px-5 pt-5', className)} {...props} />
)
export const CardTitle = ({ className, ...props }: ComponentProps<'h2'>) => (
  <h2 className={cn('text-[1.05rem] font-semibold tracking-tight', className)} {...props} />
)
export const CardContent = ({ className, ...props }: ComponentProps<'div'>) => <div className={cn('px-5 py-4', className)} {...props} />
