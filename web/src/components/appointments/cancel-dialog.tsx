'use client'

import { useState } from 'react'
import { Failure, Notice } from '@/components/notice'
import { Button } from '@/components/ui/button'
import { Dialog, DialogContent, DialogFooter } from '@/components/ui/dialog'
import { Field } from '@/components/ui/field'
import { Textarea } from '@/components/ui/input'
import { useToast } from '@/components/ui/toast'
import { useCancel, type Appointment, type Policy } from '@/lib/api/appointments'
import { day, hours, money, roundMoney } from '@/lib/format'

interface Props {
  appointment: Appointment
  policy: Policy
  open: boolean
  onClose: () => void
}

export function CancelDialog({ appointment, policy, open, onClose }: Props) {
  const [cancel, tell] = [useCancel(appointment.id), useToast()]
  const [reason, setReason] = useState('')
  const [key] = useState(() => crypto.randomUUID())
  const { timezone: zone, window_start, window_end } = appointment
  const submit = () =>
    cancel.mutate({ reason, key }, {
      onSuccess: ({ fee_cents }) => {
        onClose()
        tell('Your visit is canceled', fee_cents ? `A fee of ${money(fee_cents, policy.currency)} applies.` : 'It costs you nothing.')
      },
    })
  return (
    <Dialog open={open} onOpenChange={(isOpen) => !isOpen && onClose()}>
      <DialogContent title="Cancel this visit?" description={`${appointment.service_name ?? 'Visit'}, ${day(window_start, zone)}, ${hours(window_start, window_end, zone)}`}>
        <div className="space-y-4">
          {policy.fee_cents > 0
            ? <Notice kind="warn" title={`This costs ${roundMoney(policy.fee_cents, policy.currency)}`}>The notice is short, so a fee applies.{policy.can_reschedule && ' Moving it to another time costs nothing.'}</Notice>
            : <p className="text-muted">This costs you nothing. The time goes to somebody else, so it cannot be taken back.</p>}
          <Field label="Why?" optional hint="It helps us, and stands in the timeline.">
            <Textarea maxLength={1000} value={reason} onChange={(event) => setReason(event.target.value)} />
          </Field>
          <Failure error={cancel.error} />
        </div>
        <DialogFooter>
          <Button variant="ghost" onClick={onClose}>Keep the visit</Button>
          <Button variant="danger" busy={cancel.isPending} onClick={submit}>{policy.fee_cents > 0 ? `Cancel and pay ${roundMoney(policy.fee_cents, policy.currency)}` : 'Cancel the visit'}</Button>
        </DialogFooter>
      </DialogContent>
    </Dialog>
  )
}
