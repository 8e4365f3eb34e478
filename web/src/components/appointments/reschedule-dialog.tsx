'use client'

import { useState } from 'react'
import { WindowPicker } from '@/components/booking/window-picker'
import { Failure } from '@/components/notice'
import { Button } from '@/components/ui/button'
import { Dialog, DialogContent, DialogFooter } from '@/components/ui/dialog'
import { useToast } from '@/components/ui/toast'
import { useReschedule, type Appointment, type Policy } from '@/lib/api/appointments'
import { alternativesOf, useServices } from '@/lib/api/booking'
import { asApiError } from '@/lib/errors'
import { day, hours } from '@/lib/format'

interface Props {
  appointment: Appointment
  policy: Policy
  open: boolean
  onClose: () => void
}

export function RescheduleDialog({ appointment, policy, open, onClose }: Props) {
  const service = useServices().data?.find(({ code }) => code === appointment.service_type)
  const [move, tell] = [useReschedule(appointment.id), useToast()]
  const [chosen, setChosen] = useState<string>()
  // A key per choice: the same one twice is one move.
  const [keys] = useState(() => new Map<string, string>())
  const keyOf = (start: string) => keys.get(start) ?? keys.set(start, crypto.randomUUID()).get(start)!
  const zone = appointment.timezone

  const submit = () =>
    chosen && move.mutate({ windowStart: chosen, key: keyOf(chosen) }, {
      onSuccess: (moved) => {
        onClose()
        setChosen(undefined)
        tell('Your visit has a new time', `${day(moved.window_start, zone)}, ${hours(moved.window_start, moved.window_end, zone)}`)
      },
    })
  return (
    <Dialog open={open} onOpenChange={(isOpen) => !isOpen && onClose()}>
      <DialogContent
        className="sm:w-[min(40rem,calc(100vw-2rem))]"
        title="Choose another time"
        description={`Now: ${day(appointment.window_start, zone)}, ${hours(appointment.window_start, appointment.window_end, zone)}. It stays yours until the new time is.`}
      >
        <div className="space-y-4">
          {policy.reschedules_left != null && policy.reschedules_left < 5 && (
            <p className="text-sm text-muted">{policy.reschedules_left === 1 ? 'After this, it cannot be moved again online.' : `You can move it ${policy.reschedules_left} more times.`}</p>
          )}
          {open && (
            <WindowPicker service={service} locationId={appointment.location_id} value={chosen} onChange={setChosen} except={appointment.window_start} alternatives={move.error ? alternativesOf(asApiError(move.error)) : []} />
          )}
          <Failure error={move.error} />
        </div>
        <DialogFooter>
          <Button variant="ghost" onClick={onClose}>Keep the old time</Button>
          <Button busy={move.isPending} disabled={!chosen} onClick={submit}>Move the visit</Button>
        </DialogFooter>
      </DialogContent>
    </Dialog>
  )
}
