'use client'

import { useEffect, useState } from 'react'
import { Failure, Notice } from '@/components/notice'
import { Button } from '@/components/ui/button'
import { Card, CardContent } from '@/components/ui/card'
import { alternativesOf, useWindows, type Alternative, type Service } from '@/lib/api/booking'
import type { Location } from '@/lib/api/settings'
import { asApiError } from '@/lib/errors'
import { plainDay, roundMoney, wallHours } from '@/lib/format'
import { useSettings } from '@/lib/api/settings'
import type { Draft } from './draft'
import { WindowPicker } from './window-picker'

interface Props {
  draft: Draft
  service: Service | undefined
  location: Location | undefined
  onChange: (change: Partial<Draft>) => void
  onBook: () => void
  error: unknown
  isBusy: boolean
}

export function TimeStep({ draft, service, location, onChange, onBook, error, isBusy }: Props) {
  const currency = useSettings().data?.organization.currency
  const chosen = useWindows(service, draft.location ?? undefined).data?.find((window) => draft.window && Date.parse(window.window_start) === Date.parse(draft.window))
  // What a refusal offers stays there while somebody chooses among it.
  const [alternatives, setAlternatives] = useState<Alternative[]>([])
  useEffect(() => {
    if (error) setAlternatives(alternativesOf(asApiError(error)))
  }, [error])
  const isReady = draft.flexible || draft.window !== null
  return (
    <div className="space-y-5">
      {!draft.flexible && (
        <WindowPicker
          service={service} locationId={draft.location ?? undefined} value={draft.window ?? undefined}
          onChange={(start) => onChange({ window: start ?? null, flexible: false })} alternatives={alternatives}
        />
      )}
      <label className="flex min-h-13 cursor-pointer items-center gap-3 rounded-xl border bg-surface px-4 py-3">
        <input type="checkbox" className="size-5 accent-(--brand)" checked={draft.flexible} onChange={(event) => onChange({ flexible: event.target.checked })} />
        <span>
          <span className="block font-medium">Any day suits me</span>
          <span className="block text-sm text-muted">We look for a time and tell you.</span>
        </span>
      </label>
      <Card aria-labelledby="summary">
        <CardContent className="py-5">
          <h3 id="summary" className="mb-3 font-semibold">Your visit</h3>
          <dl className="grid grid-cols-[auto_1fr] gap-x-5 gap-y-2 text-[0.95rem]">
            <dt className="text-muted">Service</dt><dd className="font-medium">{service?.name}</dd>
            <dt className="text-muted">Where</dt><dd>{location?.label ?? location?.address_line1}</dd>
            <dt className="text-muted">When</dt>
            <dd className="min-h-6 font-medium">{draft.flexible ? 'Any day' : chosen ? `${plainDay(chosen.local_date)}, ${wallHours(chosen.local_start, chosen.local_end)}` : <span className="font-normal text-muted">Not chosen yet</span>}</dd>
            {service?.price_from_cents != null && <><dt className="text-muted">Price</dt><dd>{service.price_from_cents === 0 ? 'Free' : `From ${roundMoney(service.price_from_cents, currency)}; told before any work begins`}</dd></>}
          </dl>
        </CardContent>
      </Card>
      <Failure error={error}>{alternatives.length > 0 && <p className="mt-1">Times that are still free stand above.</p>}</Failure>
      {service?.booking_mode === 'request' && !draft.flexible && <Notice title="We confirm it">The time is held for you at once; you hear from us as soon as it is confirmed.</Notice>}
      <Button className="w-full sm:w-auto sm:min-w-48" disabled={!isReady} busy={isBusy} onClick={onBook}>{service?.booking_mode === 'instant' && !draft.flexible ? 'Book this visit' : 'Send the request'}</Button>
    </div>
  )
}
