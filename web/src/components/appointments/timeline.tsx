'use client'

import { Skeleton } from '@/components/ui/skeleton'
import { Failure } from '@/components/notice'
import { useTimeline, type AppointmentEvent } from '@/lib/api/appointments'
import { clock, moment, shortDay, hours } from '@/lib/format'
import { appointmentLabel } from './status'

/** The kinds of events that the API writes (portal.appointment_events). */
const WORDS: Record<string, string> = {
  requested: 'Requested; the time is held for you', scheduled: 'Confirmed', en_route: 'Technician on the way', on_site: 'Technician arrived',
  completed: 'Work done', canceled: 'Canceled', no_show: 'Nobody was there', moved: 'Moved to another time', technician_assigned: 'Technician assigned',
  running_late: 'Running late', eta_changed: 'New expected arrival', note_added: 'Note', hold_expired: 'The time is no longer held',
}
const sentence = (name: string) => name[0]!.toUpperCase() + name.slice(1).replaceAll('_', ' ')
const titleOf = ({ event_type, status }: AppointmentEvent) => WORDS[event_type] ?? (status ? appointmentLabel(status) : sentence(event_type))

/** What happened, the latest first. */
export function Timeline({ id, zone }: { id: string; zone: string | null }) {
  const { data, error } = useTimeline(id)
  if (error) return <Failure error={error} />
  if (!data) return <Skeleton className="h-32" />
  return (
    <ol className="relative space-y-5 border-l-2 pl-5">
      {[...data].reverse().map((event, at) => (
        <li key={event.id} className="relative">
          <span aria-hidden className={`absolute top-1.5 -left-[1.72rem] size-3 rounded-full border-2 border-surface ${at === 0 ? 'bg-brand' : 'bg-input'}`} />
          <p className="font-medium">{titleOf(event)}</p>
          {event.window_start && event.event_type !== 'completed' && (
            <p className="text-[0.95rem]">{shortDay(event.window_start, zone)}, {hours(event.window_start, event.window_end, zone)}</p>
          )}
          {event.eta && <p className="text-[0.95rem]">Expected at {clock(event.eta, zone)}</p>}
          {event.note && <p className="mt-0.5 text-[0.95rem] whitespace-pre-line text-muted">{event.note}</p>}
          <time dateTime={event.occurred_at} className="text-sm text-muted">{moment(event.occurred_at, zone)}</time>
        </li>
      ))}
    </ol>
  )
}
