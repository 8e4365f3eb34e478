import { ChevronRight, MapPin } from 'lucide-react'
import Link from '@/components/link'
import type { Appointment } from '@/lib/api/appointments'
import { hours, nearness, shortDay } from '@/lib/format'
import { ZoneNote } from '../zone'
import { AppointmentBadge } from './status'

type Shown = Pick<Appointment, 'id' | 'status' | 'service_name' | 'service_type' | 'location_label' | 'timezone' | 'window_start' | 'window_end' | 'technician_name'>

/** The day as on a calendar's leaf. */
export function DayLeaf({ at, zone }: { at: string; zone?: string | null }) {
  const [weekday = '', month = '', number = ''] = shortDay(at, zone).split(/,? /)
  return (
    <div aria-hidden className="flex w-14 shrink-0 flex-col items-center justify-center self-stretch rounded-xl bg-brand-soft py-2 text-brand-text">
      <span className="text-[0.7rem] font-semibold tracking-wide uppercase">{month}</span>
      <span className="text-xl leading-6 font-semibold">{number}</span>
      <span className="text-[0.7rem]">{weekday}</span>
    </div>
  )
}

export function AppointmentRow({ appointment, href = `/appointments/${appointment.id}` }: { appointment: Shown; href?: string }) {
  const { status, service_name, service_type, location_label, timezone, window_start, window_end, technician_name } = appointment
  const near = ['tentative', 'scheduled', 'en_route', 'on_site'].includes(status) ? nearness(window_start, timezone) : ''
  return (
    <Link href={href} className="group flex items-center gap-4 rounded-card border bg-surface p-3.5 shadow-card transition-colors hover:border-brand-line">
      <DayLeaf at={window_start} zone={timezone} />
      <div className="min-w-0 flex-1">
        <div className="flex flex-wrap items-center gap-x-2.5 gap-y-1">
          <span className="font-semibold">{service_name ?? service_type}</span>
          <AppointmentBadge status={status} />
        </div>
        <p className="mt-1 text-[0.95rem] text-muted">
          <span className="sr-only">{shortDay(window_start, timezone)}, </span>
          {near && <span suppressHydrationWarning className="font-medium text-foreground">{near}, </span>}
          {hours(window_start, window_end, timezone)} <ZoneNote zone={timezone} at={window_start} />
          {technician_name && <> · {technician_name}</>}
        </p>
        {location_label && <p className="mt-0.5 flex items-center gap-1 text-sm text-muted"><MapPin className="size-3.5" aria-hidden />{location_label}</p>}
      </div>
      <ChevronRight className="size-5 shrink-0 text-muted transition-transform group-hover:translate-x-0.5" aria-hidden />
    </Link>
  )
}
