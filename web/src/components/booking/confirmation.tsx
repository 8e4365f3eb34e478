'use client'

import { CalendarArrowDown, CalendarCheck, Hourglass } from 'lucide-react'
import { AppointmentBadge, RequestBadge } from '@/components/appointments/status'
import Link from '@/components/link'
import { Failure, Notice } from '@/components/notice'
import { Button } from '@/components/ui/button'
import { Card, CardContent } from '@/components/ui/card'
import { useToast } from '@/components/ui/toast'
import { ZoneNote } from '@/components/zone'
import { useAppointment, useCalendarFile } from '@/lib/api/appointments'
import { useRequest } from '@/lib/api/booking'
import { address, day, hours } from '@/lib/format'

export function Confirmation({ id }: { id: string }) {
  const { data: request, error } = useRequest(id)
  if (!request) return <Failure error={error} />
  return (
    <div className="mx-auto max-w-2xl space-y-5">
      {request.safety_notice && <Notice kind="bad" role="alert" title="Your safety comes first">{request.safety_notice}</Notice>}
      {request.appointment_id ? <Booked appointmentId={request.appointment_id} place={request.locations ? address(request.locations as never) : ''} /> : <Asked id={id} status={request.status} name={request.services?.name ?? ''} />}
      <div className="flex flex-wrap gap-3">
        <Button asChild variant="outline"><Link href="/">To the start page</Link></Button>
        <Button asChild variant="ghost"><Link href="/book">Book another visit</Link></Button>
      </div>
    </div>
  )
}

function Booked({ appointmentId, place }: { appointmentId: string; place: string }) {
  const { data: appointment, error } = useAppointment(appointmentId)
  const [calendar, tell] = [useCalendarFile(), useToast()]
  if (!appointment) return <Failure error={error} />
  const { timezone: zone, window_start, window_end, status, reference, technician_name } = appointment
  const isCertain = status !== 'tentative'
  return (
    <Card aria-labelledby="booked">
      <CardContent className="space-y-5 py-7">
        <div className="flex flex-col items-center text-center">
          <span className="mb-4 grid size-14 place-items-center rounded-full bg-good-soft text-good">{isCertain ? <CalendarCheck className="size-7" aria-hidden /> : <Hourglass className="size-7" aria-hidden />}</span>
          <h1 id="booked" className="text-2xl font-semibold tracking-tight">{isCertain ? 'Your visit is booked' : 'We hold this time for you'}</h1>
          <p className="mt-1.5 text-muted">{isCertain ? 'You get an e-mail with a calendar entry.' : 'You hear from us as soon as it is confirmed. There is nothing else to do.'}</p>
        </div>
        <dl className="grid gap-x-6 gap-y-4 border-t pt-5 sm:grid-cols-2">
          <div><dt className="text-sm text-muted">Number</dt><dd className="font-semibold" data-testid="reference">{reference}</dd></div>
          <div><dt className="text-sm text-muted">Status</dt><dd><AppointmentBadge status={status} /></dd></div>
          <div><dt className="text-sm text-muted">When</dt><dd className="font-medium">{day(window_start, zone)}, {hours(window_start, window_end, zone)} <ZoneNote zone={zone} at={window_start} /></dd></div>
          <div><dt className="text-sm text-muted">What</dt><dd className="font-medium">{appointment.service_name}</dd></div>
          <div><dt className="text-sm text-muted">Where</dt><dd>{[appointment.location_label, place].filter(Boolean).join(': ')}</dd></div>
          <div><dt className="text-sm text-muted">Technician</dt><dd>{technician_name ?? 'Will be named soon'}</dd></div>
        </dl>
        <div className="flex flex-wrap gap-3 border-t pt-5">
          <Button asChild><Link href={`/appointments/${appointmentId}`}>View the visit</Link></Button>
          <Button variant="outline" busy={calendar.isPending} onClick={() => calendar.mutate(appointment, { onError: tell.failure })}><CalendarArrowDown aria-hidden />Add to calendar</Button>
        </div>
      </CardContent>
    </Card>
  )
}

function Asked({ id, status, name }: { id: string; status: Parameters<typeof RequestBadge>[0]['status']; name: string }) {
  return (
    <Card aria-labelledby="asked">
      <CardContent className="space-y-5 py-7">
        <div className="flex flex-col items-center text-center">
          <span className="mb-4 grid size-14 place-items-center rounded-full bg-good-soft text-good"><Hourglass className="size-7" aria-hidden /></span>
          <h1 id="asked" className="text-2xl font-semibold tracking-tight">We have your request</h1>
          <p className="mt-1.5 text-muted">We look for a time and tell you. There is nothing else to do.</p>
        </div>
        <dl className="grid gap-4 border-t pt-5 sm:grid-cols-3">
          <div><dt className="text-sm text-muted">Number</dt><dd className="font-semibold uppercase">{id.slice(0, 8)}</dd></div>
          <div><dt className="text-sm text-muted">Status</dt><dd><RequestBadge status={status} /></dd></div>
          <div><dt className="text-sm text-muted">What</dt><dd className="font-medium">{name}</dd></div>
        </dl>
        <Button asChild><Link href={`/requests/${id}`}>View the request</Link></Button>
      </CardContent>
    </Card>
  )
}
