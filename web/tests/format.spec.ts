// Dates as the portal writes them, beside what the browser's own formats of English make of the same moment.
import { clock, date, day, differs, hours, moment, nearness, shortDay, zoneName } from '../src/lib/format'
import { expect, test } from './support/test'

const ZONES = ['America/Chicago', 'America/New_York', 'America/St_Johns', 'Europe/London', 'Asia/Kolkata', 'Pacific/Auckland', 'UTC']
const HOUR = 3_600_000
// Every 7 h 13 min for three years: all months, weekdays and hours, both sides of every change of clocks.
const MOMENTS = Array.from({ length: 3600 }, (_, n) => new Date(Date.UTC(2025, 0, 1) + n * (7 * HOUR + 13 * 60_000)))

test('dates and times are those of English calendars and clocks, in every zone', () => {
  for (const timeZone of ZONES) {
    const as = (options: Intl.DateTimeFormatOptions) => {
      const format = new Intl.DateTimeFormat('en-US', { ...options, timeZone })
      return (at: Date) => format.format(at).replaceAll('\u202f', ' ')
    }
    const [year, clockOf] = [as({ year: 'numeric' }), as({ hour: 'numeric', minute: '2-digit' })]
    const [thisYear, otherYear] = [as({ weekday: 'long', month: 'long', day: 'numeric' }), as({ weekday: 'long', month: 'long', day: 'numeric', year: 'numeric' })]
    const [weekday, whole, monthAndDay] = [as({ weekday: 'short', month: 'short', day: 'numeric' }), as({ year: 'numeric', month: 'short', day: 'numeric' }), as({ month: 'short', day: 'numeric' })]
    const ours = MOMENTS.map((at) => [day(at, timeZone), shortDay(at, timeZone), date(at, timeZone), clock(at, timeZone), moment(at, timeZone)])
    const theirs = MOMENTS.map((at) => {
      const time = clockOf(at).replace(':00', '')
      return [(year(at) === year(new Date()) ? thisYear : otherYear)(at), weekday(at), whole(at), time, `${monthAndDay(at)}, ${time}`]
    })
    expect(ours).toEqual(theirs)
  }
})

test('hours share their half of the day, and zones are named where their clocks differ', () => {
  const [at, later] = ['2026-12-01T14:00:00Z', '2026-12-01T16:30:00Z']
  expect(hours(at, later, 'America/Chicago')).toBe('8 – 10:30 AM')
  expect(hours(at, '2026-12-01T19:00:00Z', 'America/Chicago')).toBe('8 AM – 1 PM')
  expect(zoneName('America/Chicago', at)).toBe('Central Time')
  expect(differs('America/Chicago', 'America/Winnipeg', at)).toBe(false)
  expect(differs('America/Phoenix', 'America/Denver', at)).toBe(false)
  expect(differs('America/Phoenix', 'America/Denver', '2026-07-01T12:00:00Z'), 'only one has summer time').toBe(true)
})

test('what is near is told in days of the place, also over a change of clocks', () => {
  const now = new Date('2026-10-31T23:30:00Z')
  const near = (at: string) => nearness(at, 'America/Chicago', now)
  expect([near('2026-11-01T03:00:00Z'), near('2026-11-01T05:30:00Z'), near('2026-11-02T06:30:00Z')]).toEqual(['Today', 'Tomorrow', 'In 2 days'])
  expect([near('2026-10-30T12:00:00Z'), near('2026-11-07T12:00:00Z')]).toEqual(['', ''])
})
