import type { ComponentProps } from 'react'
import { cn } from '@/lib/utils'

export const Skeleton = ({ className, ...props }: ComponentProps<'div'>) => (
  <div aria-hidden className={cn('animate-pulse rounded-lg bg-surface-2', className)} {...props} />
)

/** The place of a list that is on its way: as high as its rows will be. */
export const SkeletonRows = ({ rows = 4, className }: { rows?: number; className?: string }) => (
  <div role="status" aria-label="Loading" className="space-y-3">
    {Array.from({ length: rows }, (_, at) => <Skeleton key={at} className={cn('h-24 rounded-card', className)} />)}
  </div>
)
