import { CircleAlert, CircleCheck, Info, TriangleAlert, type LucideIcon } from 'lucide-react'
import type { ReactNode } from 'react'
import { asApiError } from '@/lib/errors'
import { cn } from '@/lib/utils'

const KINDS: Record<string, [LucideIcon, string]> = {
  bad: [CircleAlert, 'bg-bad-soft text-bad'],
  warn: [TriangleAlert, 'bg-warn-soft text-warn'],
  good: [CircleCheck, 'bg-good-soft text-good'],
  info: [Info, 'bg-brand-soft text-brand-text'],
}

interface Props {
  kind?: 'bad' | 'warn' | 'good' | 'info'
  title: ReactNode
  children?: ReactNode
  className?: string
  role?: 'alert' | 'status'
}

/** Something to be told on the page itself. */
export function Notice({ kind = 'info', title, children, className, role }: Props) {
  const [Icon, tone] = KINDS[kind]!
  return (
    <div role={role} className={cn('flex gap-3 rounded-xl px-4 py-3.5', tone, className)}>
      <Icon className="mt-0.5 size-5 shrink-0" aria-hidden />
      <div className="min-w-0 flex-1">
        <p className="font-semibold">{title}</p>
        {children && <div className="mt-0.5 text-foreground">{children}</div>}
      </div>
    </div>
  )
}

/** What the API refused, in its own words, and what to do about it. */
export function Failure({ error, children, className }: { error: unknown; children?: ReactNode; className?: string }) {
  if (!error) return null
  const { message, hint } = asApiError(error)
  return (
    <Notice kind="bad" role="alert" title={message} className={className}>
      {hint && <p>{hint}</p>}
      {children}
    </Notice>
  )
}
