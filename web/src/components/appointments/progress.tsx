import { Check } from 'lucide-react'
import type { AppointmentStatus } from '@/lib/api/appointments'
import { cn } from '@/lib/utils'
import { appointmentLabel } from './status'

const STEPS: { status: AppointmentStatus; label: string }[] = [
  { status: 'scheduled', label: 'Confirmed' },
  { status: 'en_route', label: 'On the way' },
  { status: 'on_site', label: 'At your place' },
  { status: 'completed', label: 'Done' },
]

/** How far a visit is. What ended otherwise has no steps. */
export function Progress({ status }: { status: AppointmentStatus }) {
  if (status === 'canceled' || status === 'no_show') return null
  const reached = STEPS.findIndex((step) => step.status === status)
  return (
    <div role="status" aria-label={`Status: ${appointmentLabel(status)}`}>
      <ol aria-hidden className="grid grid-cols-4">
        {STEPS.map(({ label }, at) => {
          const isDone = at < reached || status === 'completed'
          const isNow = at === reached && !isDone
          return (
            <li key={label} className="relative flex flex-col items-center gap-1.5 text-center">
              {at > 0 && <span className={cn('absolute top-3.5 right-[calc(50%+0.875rem)] h-0.5 w-[calc(100%-1.75rem)]', at <= reached ? 'bg-brand' : 'bg-line')} />}
              <span className={cn('relative grid size-7 place-items-center rounded-full border-2 bg-surface', at <= reached ? 'border-brand' : 'border-line', isDone && 'bg-brand text-brand-ink')}>
                {isDone ? <Check className="size-4" /> : isNow && <span className="size-2.5 rounded-full bg-brand" />}
              </span>
              <span className={cn('text-xs', at <= reached ? 'font-semibold text-foreground' : 'text-muted')}>{label}</span>
            </li>
          )
        })}
      </ol>
    </div>
  )
}
