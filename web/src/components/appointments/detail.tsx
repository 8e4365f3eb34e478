'use client'

import { CalendarArrowDown, CalendarClock, CalendarX, MapPin, Phone } from 'lucide-react'
import dynamic from 'next/dynamic'
import { useState } from 'react'
import { AskWidget } from '@/components/assistant/widget'
import Link from '@/components/link'
import { ThreadAbout } from '@/components/messages/thread-about'
import { Failure, Notice } from '@/components/notice'
import { PageHeader } from '@/components/page'
import { Avatar } from '@/components/ui/avatar'
import { Button } from '@/components/ui/button'
import { Card, CardContent, CardHeader, CardTitle } from '@/components/ui/card'
import { Skeleton } from '@/components/ui/skeleton'
import { useToast } from '@/components/ui/toast'
import { useAppointment, useCalendarFile, usePolicy, type Appointment, type Policy } from '@/lib/api/appointments'
import { useSettings } from '@/lib/api/settings'
import { address, clock, day, hours, moment, nearness, phone, roundMoney } from '@/lib/format'
import { useSoon } from '@/lib/soon'
import { ZoneNote } from '../zone'
import { Progress } from './progress'
import { AppointmentBadge } from './status'
import { Timeline } from './timeline'

const cancelDialog = () => import('./cancel-dialog').then((module) => module.CancelDialog)
const rescheduleDialog = () => import('./reschedule-dialog').then((module) => module.RescheduleDialog)
const [CancelDialog, RescheduleDialog] = [dynamic(cancelDialog), dynamic(rescheduleDialog)]
const DIALOGS = [cancelDialog, rescheduleDialog]

const TO_COME = ['tentative', 'scheduled', 'en_route', 'on_site']

export function AppointmentDetail({ id }: { id: string }) {
  const { data: appointment, error } = useAppointment(id)
  const policy = usePolicy(id)
  if (!appointment) return error ? <Failure error={error} /> : <Skeleton className="h-96 rounded-card" />
  const isToCome = TO_COME.includes(appointment.status)
  return (
    <div className="mx-auto max-w-5xl">
      <PageHeader
        back={{ href: isToCome ? '/appointments' : '/appointments?show=past', label: 'Appointments' }}
        title={appointment.service_name ?? appointment.service_type}
        lead={<span className="flex flex-wrap items-center gap-x-3 gap-y-1"><AppointmentBadge status={appointment.status} /><span>Reference {appointment.reference}</span></span>}
      />
      <div className="grid grid-cols-1 items-start gap-5 lg:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]">
        <div className="space-y-5">
          <Summary appointment={appointment} />
          {isToCome && <Changes appointment={appointment} policy={policy.data} error={policy.error} />}
          {appointment.status === 'completed' && (
            <Notice title="The work is done"><Link className="font-medium underline" href={`/history/${id}`}>See what was done, and the documents</Link></Notice>
          )}
          <ThreadAbout appointmentId={id} />
        </div>
        <div className="space-y-5">
          <Card aria-labelledby="timeline">
            <CardHeader><CardTitle id="timeline">What happened</CardTitle></CardHeader>
            <CardContent><Timeline id={id} zone={appointment.timezone} /></CardContent>
          </Card>
          {isToCome && <AskWidget subject="active_job" appointmentId={id} hint="How to prepare, what it costs, what to do until then" />}
        </div>
      </div>
    </div>
  )
}

function Summary({ appointment }: { appointment: Appointment }) {
  const { status, timezone, window_start, window_end, eta, technician_name, technician_avatar, job_summary, location_id } = appointment
  const place = useSettings().data?.locations.find(({ id }) => id === location_id)
  const [calendar, tell] = [useCalendarFile(), useToast()]
  const near = nearness(window_start, timezone)
  return (
    <Card aria-label="Appointment">
      <CardContent className="space-y-5 py-5">
        <Progress status={status} />
        <div className="flex flex-wrap items-start justify-between gap-3">
          <div>
            <p className="text-xl font-semibold tracking-tight">{day(window_start, timezone)}</p>
            <p className="text-lg text-muted">
              {hours(window_start, window_end, timezone)} <ZoneNote zone={timezone} at={window_start} />
              {near && TO_COME.includes(status) && <span suppressHydrationWarning> · {near}</span>}
            </p>
          </div>
          <Button variant="outline" size="sm" busy={calendar.isPending} onClick={() => calendar.mutate(appointment, { onError: tell.failure })}>
            <CalendarArrowDown aria-hidden />Add to calendar
          </Button>
        </div>
        {eta && TO_COME.includes(status) && (
          <p role="status" className="rounded-xl bg-brand-soft px-4 py-3 font-semibold text-brand-text">Expected at {clock(eta, timezone)} <ZoneNote zone={timezone} at={eta} className="font-normal" /></p>
        )}
        <div className="grid gap-4 border-t pt-5 sm:grid-cols-2">
          <div className="flex items-center gap-3">
            <Avatar name={technician_name} image={technician_avatar} />
            <div>
              <p className="text-sm text-muted">Technician</p>
              <p className="font-medium">{technician_name ?? 'Will be named soon'}</p>
            </div>
          </div>
          <div className="flex items-center gap-3">
            <span className="grid size-11 shrink-0 place-items-center rounded-full bg-surface-2 text-muted"><MapPin className="size-5" aria-hidden /></span>
            <div className="min-w-0">
              <p className="text-sm text-muted">{place?.label ?? appointment.location_label ?? 'Location'}</p>
              <p className="font-medium">{place ? address(place) : appointment.location_label}</p>
            </div>
          </div>
        </div>
        {job_summary && <p className="border-t pt-4 whitespace-pre-line text-muted">{job_summary}</p>}
      </CardContent>
    </Card>
  )
}

/** What can still be changed, until when and at what cost: told before anything is clicked. */
function Changes({ appointment, policy, error }: { appointment: Appointment; policy?: Policy; error: unknown }) {
  // A dialog that was opened stays, and with it the key of what was asked for there.
  const [dialogs, setDialogs] = useState<{ move?: boolean; cancel?: boolean }>({})
  useSoon(DIALOGS)
  const zone = appointment.timezone
  if (error) return <Failure error={error} />
  if (!policy) return <Skeleton className="h-40 rounded-card" />
  return (
    <Card aria-labelledby="changes">
      <CardHeader><CardTitle id="changes">Plans changed?</CardTitle></CardHeader>
      <CardContent className="space-y-4">
        <ul className="space-y-1.5 text-[0.95rem] text-muted">
          <li>
            {policy.can_reschedule
              ? <>You can move it{policy.reschedule_until && <> until {moment(policy.reschedule_until, zone)}</>}{policy.reschedules_left != null && policy.reschedules_left < 5 && <> ({policy.reschedules_left === 1 ? 'once more' : `${policy.reschedules_left} more times`})</>}.</>
              : policy.reschedule_message}
          </li>
          <li>
            {policy.can_cancel
              ? policy.fee_cents > 0
                ? <strong className="font-semibold text-warn">Canceling now costs {roundMoney(policy.fee_cents, policy.currency)}.</strong>
                : <>Canceling is free{policy.fee_free_until && <> until {moment(policy.fee_free_until, zone)}</>}.</>
              : policy.cancel_message !== policy.reschedule_message && policy.cancel_message}
          </li>
        </ul>
        <div className="flex flex-wrap gap-2.5">
          {policy.can_reschedule && <Button variant="outline" onClick={() => setDialogs({ ...dialogs, move: true })}><CalendarClock aria-hidden />Choose another time</Button>}
          {policy.can_cancel && <Button variant="outline" className="text-bad" onClick={() => setDialogs({ ...dialogs, cancel: true })}><CalendarX aria-hidden />Cancel the visit</Button>}
          {!(policy.can_reschedule && policy.can_cancel) && policy.contact_phone && (
            <Button asChild variant="outline"><a href={`tel:${policy.contact_phone}`}><Phone aria-hidden />Call {phone(policy.contact_phone)}</a></Button>
          )}
        </div>
        {dialogs.move !== undefined && <RescheduleDialog appointment={appointment} policy={policy} open={dialogs.move} onClose={() => setDialogs({ ...dialogs, move: false })} />}
        {dialogs.cancel !== undefined && <CancelDialog appointment={appointment} policy={policy} open={dialogs.cancel} onClose={() => setDialogs({ ...dialogs, cancel: false })} />}
      </CardContent>
    </Card>
  )
}
