// Times in the wall clock of the place they are about, money, sizes. Pure.

let known: { offset: number; zone: string } | undefined
/** The zone of whoever looks at the page; on the server, its own. Asked again when the clock's distance from UTC has changed, for asking is slow. */
export function viewerZone(): string {
  const offset = new Date().getTimezoneOffset()
  if (known?.offset !== offset) known = { offset, zone: Intl.DateTimeFormat().resolvedOptions().timeZone }
  return known.zone
}

type Instant = string | Date | null | undefined
type Wall = Record<'weekday' | 'year' | 'month' | 'day' | 'hour' | 'minute' | 'dayPeriod', string>

const walls = new Map<string, Intl.DateTimeFormat>()
/**
 * What the calendar and the clock on a wall in that zone show. One format for each zone, whatever is then put together from
 * its parts: each further one takes a phone some milliseconds.
 */
function wall(instant: string | Date, zone: string | null | undefined): Wall {
  const timeZone = zone ?? 'UTC'
  let format = walls.get(timeZone)
  if (!format) {
    format = new Intl.DateTimeFormat('en-US', { weekday: 'long', year: 'numeric', month: 'long', day: 'numeric', hour: 'numeric', minute: '2-digit', timeZone })
    walls.set(timeZone, format)
  }
  return Object.fromEntries(format.formatToParts(new Date(instant)).map(({ type, value }) => [type, value])) as Wall
}
const short = (name: string) => name.slice(0, 3)

/** Tuesday, December 1 (with the year where it is not this one). */
export function day(instant: Instant, zone?: string | null): string {
  if (!instant) return ''
  const { weekday, month, day, year } = wall(instant, zone)
  return `${weekday}, ${month} ${day}${year === wall(new Date(), zone).year ? '' : `, ${year}`}`
}

/** Tue, Dec 1 */
export function shortDay(instant: Instant, zone?: string | null): string {
  if (!instant) return ''
  return `${short(wall(instant, zone).weekday)}, ${monthAndDay(instant, zone)}`
}

/** Dec 1, 2026 */
export function date(instant: Instant, zone?: string | null): string {
  if (!instant) return ''
  return `${monthAndDay(instant, zone)}, ${wall(instant, zone).year}`
}

/** 8:30 AM */
export function clock(instant: Instant, zone?: string | null): string {
  if (!instant) return ''
  const { hour, minute, dayPeriod } = wall(instant, zone)
  return `${hour}${minute === '00' ? '' : `:${minute}`} ${dayPeriod}`
}

/** 8 – 10 AM */
export function hours(start: Instant, end: Instant, zone?: string | null): string {
  if (!start || !end) return ''
  const [from, to] = [clock(start, zone), clock(end, zone)]
  return from.slice(-2) === to.slice(-2) ? `${from.slice(0, -3)} – ${to}` : `${from} – ${to}`
}

/** Dec 1 */
function monthAndDay(instant: string | Date, zone: string | null | undefined): string {
  const { month, day } = wall(instant, zone)
  return `${short(month)} ${day}`
}

/** Dec 1, 8:30 AM */
export const moment = (instant: Instant, zone?: string | null) => (instant ? `${monthAndDay(instant, zone)}, ${clock(instant, zone)}` : '')

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
  const format = new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'longGeneric' })
  const parts = format.formatToParts(new Date(instant ?? Date.now()))
  return parts.find(({ type }) => type === 'timeZoneName')?.value ?? zone
}

/** Whether two zones show different clocks at a moment. */
export function differs(zone: string, other: string, instant?: Instant): boolean {
  const when = instant ?? new Date()
  return zone !== other && moment(when, zone) !== moment(when, other)
}

/** Today, Tomorrow, in 3 days; nothing for what is over or far away. */
export function nearness(instant: Instant, zone?: string | null, now = new Date()): string {
  if (!instant) return ''
  const dayOf = (when: string | Date) => Date.parse(date(when, zone))
  const days = Math.round((dayOf(instant) - dayOf(now)) / 86_400_000)
  if (days === 0) return 'Today'
  if (days === 1) return 'Tomorrow'
  return days > 1 && days < 7 ? `In ${days} days` : ''
}

/** 5 min ago, yesterday … */
export function ago(instant: Instant, now = Date.now()): string {
  if (!instant) return ''
  const seconds = Math.round((new Date(instant).getTime() - now) / 1000)
  const steps: [Intl.RelativeTimeFormatUnit, number][] = [['day', 86_400], ['hour', 3600], ['minute', 60]]
  if (Math.abs(seconds) > 7 * 86_400) return monthAndDay(instant, viewerZone())
  const [unit, size] = steps.find(([, length]) => Math.abs(seconds) >= length) ?? ['second', 1]
  return unit === 'second' ? 'just now' : new Intl.RelativeTimeFormat('en-US', { numeric: 'auto', style: 'short' }).format(Math.round(seconds / size), unit)
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
