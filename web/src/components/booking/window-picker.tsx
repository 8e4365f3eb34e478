'use client'

import { useId, useMemo, useState } from 'react'
import { Failure, Notice } from '@/components/notice'
import { Skeleton } from '@/components/ui/skeleton'
import { useViewerZone } from '@/components/zone'
import { useWindows, type Alternative, type Service, type Window } from '@/lib/api/booking'
import { differs, hours, plainDay, plainShortDay, plural, wallHours, zoneName, shortDay } from '@/lib/format'
import { cn } from '@/lib/utils'

interface Props {
  service: Service | undefined
  locationId: string | undefined
  value: string | undefined
  onChange: (start: string | undefined) => void
  /** A window that is not to be offered: the one that is to be left. */
  except?: string
  /** What a refusal offers instead. */
  alternatives?: Alternative[]
}

const sameTime = (one: string, other?: string) => Boolean(other) && Date.parse(one) === Date.parse(other!)

/** Days that have free windows, and the windows of the chosen day. What it shows is what can be booked. */
export function WindowPicker({ service, locationId, value, onChange, except, alternatives = [] }: Props) {
  const { data, error, isPlaceholderData } = useWindows(service, locationId)
  const viewer = useViewerZone()
  const [wanted, setWanted] = useState<string>()
  const name = useId()
  const days = useMemo(() => {
    const byDay = new Map<string, Window[]>()
    for (const window of data ?? []) {
      if (sameTime(window.window_start, except)) continue
      byDay.set(window.local_date, [...(byDay.get(window.local_date) ?? []), window])
    }
    return byDay
  }, [data, except])

  if (error) return <Failure error={error} />
  if (!data || isPlaceholderData) return <div role="status" aria-label="Looking for free times" className="space-y-3"><Skeleton className="h-20" /><Skeleton className="h-40" /></div>
  if (days.size === 0) {
    return <Notice kind="warn" title="No free time can be booked online right now">Tell us that any day suits you, and we find a time; or write to us or call.</Notice>
  }
  const chosenDay = data.find((window) => sameTime(window.window_start, value))?.local_date
  const current = [wanted, chosenDay].find((one) => one && days.has(one)) ?? days.keys().next().value!
  const zone = data[0]!.timezone
  const isElsewhere = viewer && differs(zone, viewer, data[0]!.window_start)
  const radio = (start: string, label: string, detail?: string, group = name) => (
    <label
      key={start}
      className={cn(
        'relative flex min-h-13 cursor-pointer items-center justify-between gap-3 rounded-xl border bg-surface px-4 has-checked:border-brand has-checked:bg-brand-soft has-checked:ring-1 has-checked:ring-brand has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-brand-text',
      )}
    >
      <span className="font-medium">{label}</span>
      {detail && <span className="text-sm text-muted">{detail}</span>}
      <input type="radio" name={group} className="sr-only" checked={sameTime(start, value)} onChange={() => onChange(start)} />
    </label>
  )
  return (
    <div className="space-y-5">
      {alternatives.length > 0 && (
        <fieldset className="space-y-2">
          <legend className="mb-2 font-semibold">Still free, near what you wanted</legend>
          <div className="grid gap-2 sm:grid-cols-3">
            {alternatives.map((one) => radio(one.window_start, shortDay(one.window_start, zone), hours(one.window_start, one.window_end, zone), `${name}-others`))}
          </div>
        </fieldset>
      )}
      <div>
        <h3 id={`${name}-days`} className="mb-2 text-sm font-medium">Day</h3>
        <div role="group" aria-labelledby={`${name}-days`} className="-mx-1 flex gap-2 overflow-x-auto px-1 py-1 pb-2 [scrollbar-width:thin]">
          {[...days].map(([date, windows]) => {
            const [weekday = '', month = '', number = ''] = plainShortDay(date).split(/,? /)
            return (
              <button
                key={date}
                type="button"
                aria-pressed={date === current}
                onClick={() => setWanted(date)}
                className="relative flex h-20 w-16 shrink-0 flex-col items-center justify-center rounded-xl border bg-surface text-muted aria-pressed:border-brand aria-pressed:bg-brand aria-pressed:text-brand-ink"
              >
                <span className="sr-only">{plainDay(date)}, {plural(windows.length, 'time')}</span>
                <span aria-hidden className="text-xs">{weekday}</span>
                <span aria-hidden className="text-xl leading-6 font-semibold">{number}</span>
                <span aria-hidden className="text-xs">{month}</span>
              </button>
            )
          })}
        </div>
      </div>
      <fieldset>
        <legend className="mb-2 text-sm font-medium">Arrival between, on {plainDay(current)}</legend>
        <div className="grid gap-2 sm:grid-cols-2">
          {days.get(current)!.map((window) => radio(window.window_start, wallHours(window.local_start, window.local_end), window.capacity === 1 ? 'last one' : undefined))}
        </div>
        {isElsewhere && <p className="mt-2 text-sm text-muted">Times are those of the location ({zoneName(zone)}), not of your own clock.</p>}
      </fieldset>
    </div>
  )
}
