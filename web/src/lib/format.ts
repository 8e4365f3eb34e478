// Times in the wall clock of the place they are about, money, sizes. Pure.

/** The zone of whoever looks at the page; on the server, the zone that is given. */
export const viewerZone = () => Intl.DateTimeFormat().resolvedOptions().timeZone

const formats = new Map<string, Intl.DateTimeFormat>()
function format(zone: string | null | undefined, options: Intl.DateTimeFormatOptions) {
  const key = JSON.stringify([zone, options])
  let made = formats.get(key)
  if (!made) formats.set(key, (made = new Intl.DateTimeFormat('en-US', { ...options, timeZone: zone ?? 'UTC' })))
  return made
}
/** Browsers differ in the space before AM and PM. */
const plain = (text: string) => text.replace(/\u202f/g, ' ')

type Instant = string | Date | null | undefined
const at = (instant: Exclude<Instant, null | undefined>) => new Date(instant)

/** Tuesday, December 1 (with the year where it is not this one). */
export function day(instant: Instant, zone?: string | null): string {
  if (!instant) return ''
  const year = (when: Date) => format(zone, { year: 'numeric' }).format(when)
  const other = year(at(instant)) !== year(new Date())
  return format(zone, { weekday: 'long', month: 'long', day: 'numeric', ...(other && { year: 'numeric' }) }).format(at(instant))
}

/** Tue, Dec 1 */
export const shortDay = (instant: Instant, zone?: string | null) =>
  instant ? format(zone, { weekday: 'short', month: 'short', day: 'numeric' }).format(at(instant)) : ''

/** Dec 1, 2026 */
export const date = (instant: Instant, zone?: string | null) =>
  instant ? format(zone, { year: 'numeric', month: 'short', day: 'numeric' }).format(at(instant)) : ''

/** 8:30 AM */
export const clock = (instant: Instant, zone?: string | null) =>
  instant ? plain(format(zone, { hour: 'numeric', minute: '2-digit' }).format(at(instant))).replace(':00', '') : ''

/** 8 – 10 AM */
export function hours(start: Instant, end: Instant, zone?: string | null): string {
  if (!start || !end) return ''
  const [from, to] = [clock(start, zone), clock(end, zone)]
  return from.slice(-2) === to.slice(-2) ? `${from.slice(0, -3)} – ${to}` : `${from} – ${to}`
}

/** Dec 1, 8:30 AM */
export const moment = (instant: Instant, zone?: string | null) =>
  instant ? `${format(zone, { month: 'short', day: 'numeric' }).format(at(instant))}, ${clock(instant, zone)}` : ''

/** A wall-clock time of the API, such as 08:30:00, as 8:30 AM. */
export const wallClock = (time: string) => clock(`1970-01-01T${time}Z`, 'UTC')

/** A wall-clock range of the API. */
export const wallHours = (start: string, end: string) => hours(`1970-01-01T${start}Z`, `1970-01-01T${end}Z`, 'UTC')

/** A calendar date of the API (2026-12-01), which has no zone. */
export const plainDay = (calendarDate: string) => day(`${calendarDate}T12:00:00Z`, 'UTC')
export const plainShortDay = (calendarDate: string) => shortDay(`${calendarDate}T12:00:00Z`, 'UTC')
export const plainDate = (calendarDate: string | null | undefined) => (calendarDate ? date(`${calendarDate.slice(0, 10)}T12:00:00Z`, 'UTC') : '')

/** Central Time, to be said where the viewer's own clock shows something else at that moment. */
export function zoneName(zone: string, instant: Instant = new Date()): string {
  const parts = format(zone, { timeZoneName: 'longGeneric' }).formatToParts(at(instant ?? new Date()))
  return parts.find(({ type }) => type === 'timeZoneName')?.value ?? zone
}

/** Whether two zones show different clocks at a moment. */
export function differs(zone: string, other: string, instant: Instant = new Date()): boolean {
  const show = (name: string) => format(name, { dateStyle: 'short', timeStyle: 'short' }).format(at(instant ?? new Date()))
  return show(zone) !== show(other)
}

/** Today, Tomorrow, in 3 days; nothing for what is over or far away. */
export function nearness(instant: Instant, zone?: string | null, now = new Date()): string {
  if (!instant) return ''
  const dayOf = (when: Date) => Date.parse(format(zone, { year: 'numeric', month: '2-digit', day: '2-digit' }).format(when))
  const days = Math.round((dayOf(at(instant)) - dayOf(now)) / 86_400_000)
  if (days === 0) return 'Today'
  if (days === 1) return 'Tomorrow'
  return days > 1 && days < 7 ? `In ${days} days` : ''
}

/** 5 min ago, yesterday … */
export function ago(instant: Instant, now = Date.now()): string {
  if (!instant) return ''
  const seconds = Math.round((at(instant).getTime() - now) / 1000)
  const relative = new Intl.RelativeTimeFormat('en-US', { numeric: 'auto', style: 'short' })
  const steps: [Intl.RelativeTimeFormatUnit, number][] = [['day', 86_400], ['hour', 3600], ['minute', 60]]
  if (Math.abs(seconds) > 7 * 86_400) return format(viewerZone(), { month: 'short', day: 'numeric' }).format(at(instant))
  const [unit, size] = steps.find(([, length]) => Math.abs(seconds) >= length) ?? ['second', 1]
  return unit === 'second' ? 'just now' : relative.format(Math.round(seconds / size), unit)
}

/** $89.00 */
export const money = (cents: number | null | undefined, currency = 'USD') =>
  cents == null ? '' : new Intl.NumberFormat('en-US', { style: 'currency', currency }).format(cents / 100)

/** $89, where there are no cents to tell. */
export const roundMoney = (cents: number, currency = 'USD') =>
  new Intl.NumberFormat('en-US', { style: 'currency', currency, minimumFractionDigits: cents % 100 ? 2 : 0 }).format(cents / 100)

/** 1 h 30 min */
export function duration(minutes: number): string {
  const [whole, rest] = [Math.floor(minutes / 60), minutes % 60]
  return [whole && `${whole} h`, rest && `${rest} min`].filter(Boolean).join(' ')
}

export function size(bytes: number | null | undefined): string {
  if (bytes == null) return ''
  if (bytes < 1024) return `${bytes} B`
  return bytes < 1024 * 1024 ? `${Math.round(bytes / 1024)} KB` : `${(bytes / 1024 / 1024).toFixed(1)} MB`
}

/** +13125550110 as (312) 555-0110; other countries' as they are. */
export function phone(number: string | null | undefined): string {
  const found = /^\+1(\d{3})(\d{3})(\d{4})$/.exec(number ?? '')
  return found ? `(${found[1]}) ${found[2]}-${found[3]}` : (number ?? '')
}

export const plural = (count: number, one: string, many = `${one}s`) => `${count} ${count === 1 ? one : many}`

/** One line of address: street, unit, city. */
export const address = (place: { address_line1: string; address_line2?: string | null; city: string; region?: string | null; postal_code?: string }) =>
  [place.address_line1, place.address_line2, place.city, [place.region, place.postal_code].filter(Boolean).join(' ')].filter(Boolean).join(', ')

export const initials = (name: string | null | undefined) =>
  (name ?? '').split(/\s+/).filter(Boolean).map((word) => word[0]!.toUpperCase()).filter((_, at, all) => at === 0 || at === all.length - 1).join('')
