'use client'

import { useId, useState } from 'react'
import { Failure } from '@/components/notice'
import { Button } from '@/components/ui/button'
import { Card, CardContent, CardHeader, CardTitle } from '@/components/ui/card'
import { Field } from '@/components/ui/field'
import { Input, Select } from '@/components/ui/input'
import { Switch } from '@/components/ui/switch'
import { useToast } from '@/components/ui/toast'
import { useSettings, useUpdatePreferences, type Settings } from '@/lib/api/settings'
import { zoneName } from '@/lib/format'

type Preferences = NonNullable<Settings['notification_preferences']>
type Name = { [K in keyof Preferences]: Preferences[K] extends boolean ? K : never }[keyof Preferences]

const GROUPS: { title: string; items: { name: Name; label: string; text: string }[] }[] = [
  { title: 'Visits', items: [
    { name: 'notify_booking_updates_email', label: 'E-mail about bookings', text: 'Confirmations, changes, and reminders a day and two hours before.' },
    { name: 'notify_booking_updates_sms', label: 'Text messages about bookings', text: 'The same, to your phone.' },
    { name: 'notify_technician_enroute', label: 'When the technician is on the way', text: 'Also in your quiet hours: somebody must open the door.' },
  ] },
  { title: 'Messages', items: [{ name: 'notify_messages_email', label: 'E-mail about new messages', text: 'When the office or your technician writes to you.' }] },
  { title: 'Offers', items: [
    { name: 'notify_marketing_email', label: 'Offers by e-mail', text: 'Now and then; every one can be stopped by a click.' },
    { name: 'notify_marketing_sms', label: 'Offers by text message', text: 'Rarely.' },
  ] },
]

export function Notifications() {
  const settings = useSettings().data
  const preferences = settings?.notification_preferences
  if (!settings || !preferences) return null
  return (
    <div className="space-y-5">
      {GROUPS.map(({ title, items }) => (
        <Card key={title} aria-label={title}>
          <CardHeader><CardTitle>{title}</CardTitle></CardHeader>
          <CardContent className="divide-y py-1">{items.map((item) => <Wish key={item.name} {...item} value={preferences[item.name]} />)}</CardContent>
        </Card>
      ))}
      <QuietHours key={`${preferences.quiet_hours_start}`} preferences={preferences} zone={preferences.timezone ?? settings.organization.timezone} />
    </div>
  )
}

function Wish({ name, label, text, value }: { name: Name; label: string; text: string; value: boolean }) {
  const [id, update, tell] = [useId(), useUpdatePreferences(), useToast()]
  // Shown at once; what the API refuses goes back.
  const shown = update.isPending && update.variables[name] != null ? Boolean(update.variables[name]) : value
  return (
    <div className="flex items-center justify-between gap-5 py-3.5">
      <div>
        <label htmlFor={id} className="font-medium">{label}</label>
        <p id={`${id}-text`} className="text-sm text-muted">{text}</p>
      </div>
      <Switch id={id} aria-describedby={`${id}-text`} checked={shown} onCheckedChange={(checked) => update.mutate({ [name]: checked }, { onSuccess: () => tell('Saved'), onError: tell.failure })} />
    </div>
  )
}

function QuietHours({ preferences, zone: known }: { preferences: Preferences; zone: string }) {
  const [update, tell] = [useUpdatePreferences(), useToast()]
  const isOn = preferences.quiet_hours_start !== null
  const [start, setStart] = useState(preferences.quiet_hours_start?.slice(0, 5) ?? '21:00')
  const [end, setEnd] = useState(preferences.quiet_hours_end?.slice(0, 5) ?? '07:00')
  const [zone, setZone] = useState(known)
  const zones = [...new Set([known, ...Intl.supportedValuesOf('timeZone')])]
  const id = useId()
  const save = (quiet: Parameters<typeof update.mutate>[0]) => update.mutate(quiet, { onSuccess: () => tell('Saved'), onError: tell.failure })
  return (
    <Card aria-label="Quiet hours">
      <CardHeader>
        <CardTitle><label htmlFor={id}>Quiet hours</label></CardTitle>
        <Switch id={id} checked={isOn} disabled={update.isPending} onCheckedChange={(checked) => save(checked ? { quiet_hours_start: start, quiet_hours_end: end, timezone: zone } : { clear_quiet_hours: true })} />
      </CardHeader>
      <CardContent className="space-y-5">
        <p className="text-[0.95rem] text-muted">What comes up in them waits until they end. A technician on the way and warnings about your safety do not wait.</p>
        {isOn && (
          <form className="grid gap-5 sm:grid-cols-4" onSubmit={(event) => (event.preventDefault(), save({ quiet_hours_start: start, quiet_hours_end: end, timezone: zone }))}>
            <Field label="From"><Input type="time" required value={start} onChange={(event) => setStart(event.target.value)} /></Field>
            <Field label="Until"><Input type="time" required value={end} onChange={(event) => setEnd(event.target.value)} /></Field>
            <Field label="In the time of" hint={<span suppressHydrationWarning>{zoneName(zone)}</span>} className="sm:col-span-2">
              <Select value={zone} onChange={(event) => setZone(event.target.value)}>{zones.map((name) => <option key={name} value={name}>{name.replaceAll('_', ' ')}</option>)}</Select>
            </Field>
            <Failure error={update.error} className="sm:col-span-4" />
            <div className="sm:col-span-4"><Button type="submit" busy={update.isPending}>Save quiet hours</Button></div>
          </form>
        )}
      </CardContent>
    </Card>
  )
}
