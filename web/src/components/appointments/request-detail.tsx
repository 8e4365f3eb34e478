'use client'

import { useState } from 'react'
import Link from '@/components/link'
import { AttachmentList } from '@/components/messages/attachments'
import { Failure, Notice } from '@/components/notice'
import { PageHeader } from '@/components/page'
import { Button } from '@/components/ui/button'
import { Card, CardContent } from '@/components/ui/card'
import { Dialog, DialogContent, DialogFooter } from '@/components/ui/dialog'
import { useToast } from '@/components/ui/toast'
import { useRequest, useWithdraw } from '@/lib/api/booking'
import type { Attachment } from '@/lib/database'
import { address, moment, plainDay, wallHours } from '@/lib/format'
import { RequestBadge } from './status'

export function RequestDetail({ id }: { id: string }) {
  const { data: request, error } = useRequest(id)
  const [withdraw, tell] = [useWithdraw(id), useToast()]
  const [isAsking, setAsking] = useState(false)
  const [key] = useState(() => crypto.randomUUID())
  if (!request) return <Failure error={error} />
  const { status, preferred_service_date: date, preferred_time_window_start: from, preferred_time_window_end: to } = request
  const place = request.locations
  const isOpen = ['submitted', 'under_review', 'approved'].includes(status)
  return (
    <div className="mx-auto max-w-2xl">
      <PageHeader back={{ href: '/appointments', label: 'Appointments' }} title={request.services?.name ?? request.service_type} lead={<RequestBadge status={status} />} />
      <div className="space-y-5">
        {request.safety_notice && <Notice kind="bad" title="Your safety comes first">{request.safety_notice}</Notice>}
        {request.decision_note && <Notice title="From us">{request.decision_note}</Notice>}
        {request.appointment_id
          ? <Notice kind="good" title="There is a time for it"><Link className="font-medium underline" href={`/appointments/${request.appointment_id}`}>See the appointment</Link></Notice>
          : isOpen && <Notice title="We are looking for a time">You hear from us as soon as it is settled. There is nothing else to do.</Notice>}
        {status === 'rejected' && <Button asChild><Link href="/book">Choose another time</Link></Button>}
        <Card>
          <CardContent className="py-5">
            <dl className="grid gap-x-6 gap-y-4 sm:grid-cols-2">
              <div><dt className="text-sm text-muted">You asked for</dt><dd className="font-medium">{date ? plainDay(date) : 'Any day'}{from && to && <>, {wallHours(from, to)}</>}</dd></div>
              <div><dt className="text-sm text-muted">Where</dt><dd className="font-medium">{place ? [place.label, address(place)].filter(Boolean).join(': ') : ''}</dd></div>
              <div className="sm:col-span-2"><dt className="text-sm text-muted">What it is about</dt><dd className="whitespace-pre-line">{request.problem_description}</dd></div>
              <div><dt className="text-sm text-muted">Sent</dt><dd>{moment(request.created_at, place?.timezone)}</dd></div>
            </dl>
            <AttachmentList attachments={(request.attachments ?? []) as unknown as Attachment[]} className="mt-4" />
          </CardContent>
        </Card>
        {isOpen && <Button variant="outline" className="text-bad" onClick={() => setAsking(true)}>Withdraw the request</Button>}
      </div>
      <Dialog open={isAsking} onOpenChange={setAsking}>
        <DialogContent title="Withdraw this request?" description="A time that is held for you goes to somebody else. It costs nothing.">
          <Failure error={withdraw.error} />
          <DialogFooter>
            <Button variant="ghost" onClick={() => setAsking(false)}>Keep it</Button>
            <Button
              variant="danger"
              busy={withdraw.isPending}
              onClick={() => withdraw.mutate({ key }, { onSuccess: () => (setAsking(false), tell('Your request is withdrawn')) })}
            >
              Withdraw it
            </Button>
          </DialogFooter>
        </DialogContent>
      </Dialog>
    </div>
  )
}
