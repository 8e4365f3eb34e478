// On which days and at which hours: lead time, horizon, time zones and their changes; and that list and booking agree.
import { beforeEach, describe, expect, test } from 'vitest'
import { refused } from './support/answers.ts'
import {
  add, change, dayFromToday, member, newCompany, newCustomer, newService, newTechnician, newVisit, SERVICE,
  type Company, type CompanyOptions, type Customer, type Member,
} from './support/company.ts'
import { sql, value } from './support/database.ts'
import {
  book, instant, iso, list, listDay, nearest, offeredInstead, starts, tryToBook, windowOn, type Listed,
} from './support/visits.ts'

let company: Company
let customer: Customer
let someone: Member
async function open(options: CompanyOptions = {}) {
  company = await newCompany(options)
  customer = await newCustomer(company)
  someone = await member(customer)
}

const HOUR = 3_600_000
const hours = (row: Listed[number]) => (Date.parse(row.window_end!) - Date.parse(row.window_start!)) / HOUR

describe('the lead time', () => {
  beforeEach(() => open({ windows: [['08:00', '10:00'], ['12:00', '14:00'], ['15:00', '17:00']], service: { lead_time_minutes: 0 } }))

  test('hides what begins sooner, and nothing else', async () => {
    const all = await list(someone, customer)
    for (const minutes of [60, 1440, 3 * 1440 + 77]) {
      await change(company, 'service_types', { lead_time_minutes: minutes })
      const before = Date.now()
      const found = starts(await list(someone, customer))
      const later = (than: number) => starts(all).filter((start) => Date.parse(start) >= than + minutes * 60_000)
      // A window may just have passed the line between the two looks at the clock.
      expect([later(before), later(Date.now())]).toContainEqual(found)
    }
  })

  test('is told when it refuses', async () => {
    await change(company, 'service_types', { lead_time_minutes: 2 * 1440 })
    const window_start = await windowOn(1)
    const facts = await refused(tryToBook(someone, customer, { window_start }), 'PT422', 'inside_lead_time')
    const listed = await list(someone, customer)
    expect(offeredInstead(facts)).toEqual(nearest(listed, window_start))
    const earliest = Date.parse(iso(facts.earliest))
    expect(Math.abs(earliest - (Date.now() + 48 * HOUR))).toBeLessThan(60_000)
    expect(Date.parse(listed[0]!.window_start!)).toBeGreaterThanOrEqual(earliest)
  })

  test('can count the hours of booking windows only, and skips holidays', async () => {
    await change(company, 'booking_windows', { is_active: false }, { start_time: '12:00' })
    await change(company, 'booking_windows', { is_active: false }, { start_time: '15:00' })
    await change(company, 'service_types', { lead_time_minutes: 240, lead_time_business_hours_only: true })
    const first = async () => (await list(someone, customer))[0]!.local_date
    // Two hours a day: two whole days' windows have to pass, and today's counts only before it opens.
    const stillToday = await value<boolean>(sql`select now() <= ${await windowOn(0)}::timestamptz`)
    const expected = stillToday ? 2 : 3
    expect(await first()).toBe(dayFromToday(expected))
    const facts = await refused(tryToBook(someone, customer, { window_start: await windowOn(1) }), 'PT422', 'inside_lead_time')
    expect(Date.parse(iso(facts.earliest))).toBeLessThanOrEqual(Date.parse(await windowOn(expected)))
    expect(Date.parse(iso(facts.earliest))).toBeGreaterThan(Date.parse(await windowOn(expected - 1)))
    await add(company, 'org_holidays', { holiday_on: dayFromToday(1), name: 'Day off' })
    expect(await first()).toBe(dayFromToday(expected + 1))
  })
})

describe('the horizon', () => {
  test('ends on its last day, in the list and in a refusal', async () => {
    await open({ service: { horizon_days: 5 } })
    expect((await list(someone, customer)).at(-1)!.local_date).toBe(dayFromToday(5))
    const window_start = await windowOn(6)
    const facts = await refused(tryToBook(someone, customer, { window_start }), 'PT422', 'beyond_horizon')
    expect(facts).toMatchObject({ first_date: dayFromToday(0), last_date: dayFromToday(5) })
    expect(offeredInstead(facts)).toEqual(await Promise.all([5, 4, 3].map((day) => windowOn(day))))
  })

  test('what has passed cannot be booked', async () => {
    await open()
    const facts = await refused(tryToBook(someone, customer, { window_start: await windowOn(-2) }), 'PT422', 'date_in_past')
    expect(offeredInstead(facts)).toEqual(starts(await list(someone, customer)).slice(0, 3))
  })
})

describe('the time zone', () => {
  test('of windows is that of the location, of shifts that of the company', async () => {
    await open()
    await change(company, 'customer_locations', { timezone: 'Pacific/Honolulu' })
    const day = dayFromToday(3, 'Pacific/Honolulu')
    const rows = await list(someone, customer, { from_date: day, to_date: day })
    expect(rows).toMatchObject([{ local_date: day, local_start: '08:00:00', local_end: '10:00:00', timezone: 'Pacific/Honolulu' }])
    expect(starts(rows)).toEqual([`${day}T18:00:00.000Z`])
    await book(someone, customer, { window_start: rows[0]!.window_start! })
    // Eight in the morning in Berlin is night in Chicago, where everybody begins at seven.
    await change(company, 'customer_locations', { timezone: 'Europe/Berlin' })
    expect(await list(someone, customer)).toEqual([])
  })

  test('horizon and holidays go by the date at the location', async () => {
    await open({ service: { lead_time_minutes: 0 } })
    await sql`delete from public.technician_shifts where org_id = ${company.id}`
    await newTechnician(company, { shifts: [['00:00', '24:00']] })
    // Half a day ahead of Chicago and more, so that the dates differ for most of the day.
    await change(company, 'customer_locations', { timezone: 'Pacific/Kiritimati' })
    const there = (days: number) => dayFromToday(days, 'Pacific/Kiritimati')
    await add(company, 'org_holidays', { holiday_on: there(4), name: 'Day off' })
    const days = (await list(someone, customer)).map((row) => row.local_date!)
    expect(days.filter((day) => day > there(0))).toEqual(
      Array.from({ length: 14 }, (_, n) => there(n + 1)).filter((day) => day !== there(4)),
    )
  })
})

describe('the days on which clocks change', () => {
  const ZONE = 'America/New_York'
  const NIGHT: [string, string][] = [['00:30', '01:30'], ['01:30', '02:30'], ['02:00', '03:00'], ['02:30', '04:00'], ['08:00', '10:00']]
  beforeEach(async () => {
    await open({ timezone: ZONE, technicians: 0, windows: NIGHT, service: { horizon_days: 365, lead_time_minutes: 0, duration_minutes: 30 } })
    await newTechnician(company, { shifts: [['00:00', '24:00']] })
  })

  /** The next date, after today, that has so many hours; null on the one day of the year when it is today. */
  function nextDayOf(length: number): string | null {
    const hourAtFive = (date: string) =>
      Number(new Intl.DateTimeFormat('en-US', { timeZone: ZONE, hour: 'numeric', hourCycle: 'h23' }).format(new Date(`${date}T05:00:00Z`)))
    for (let day = 1; day <= 364; day++) {
      const [date, after] = [dayFromToday(day, ZONE), dayFromToday(day + 1, ZONE)]
      if (hourAtFive(after) - hourAtFive(date) === 24 - length) return date
    }
    return null
  }
  /** The windows of such a day by their start, in hours after midnight, each with its length; its neighbours are ordinary. */
  async function windowsOf(date: string) {
    const shift = (days: number) => new Date(Date.parse(date) + days * 24 * HOUR).toISOString().slice(0, 10)
    const neighbours = [shift(-1), shift(1)].filter((day) => day > dayFromToday(0, ZONE))
    const rows = await list(someone, customer, { from_date: neighbours.length === 2 ? shift(-1) : date, to_date: shift(1) })
    for (const day of neighbours) await anOrdinaryDay(rows.filter((row) => row.local_date === day), day)
    const midnight = Date.parse(await instant(date, '00:00', ZONE))
    return rows
      .filter((row) => row.local_date === date)
      .map((row) => [(Date.parse(row.window_start!) - midnight) / HOUR, hours(row)])
  }
  async function anOrdinaryDay(rows: Listed, date: string) {
    const expected = await Promise.all(NIGHT.map(([start]) => instant(date, start, ZONE)))
    expect(starts(rows)).toEqual(expected)
    expect(rows.map(hours)).toEqual([1, 1, 1, 1.5, 2])
  }

  test('in spring: the hour that is skipped moves what is in it forward, and shifts nothing else', async ({ skip }) => {
    const date = nextDayOf(23) ?? skip()
    // 2:00 is 3:00 that day, so the window from 2:00 to 3:00 has no length; 2:30 is 3:30.
    expect(await windowsOf(date)).toEqual([[0.5, 1], [1.5, 1], [2.5, 0.5], [7, 2]])
  })

  test('in autumn: the hour that comes twice is offered once, the first time', async ({ skip }) => {
    const date = nextDayOf(25) ?? skip()
    expect(await windowsOf(date)).toEqual([[0.5, 1], [1.5, 2], [3, 1], [3.5, 1.5], [9, 2]])
  })

  test('every window of such days can be booked for what it is', async () => {
    for (const date of [nextDayOf(23), nextDayOf(25)].filter((day) => day !== null)) {
      const rows = await list(someone, customer, { from_date: date, to_date: date })
      expect(rows.length).toBeGreaterThan(3)
      for (const row of rows) {
        const booked = await book(someone, customer, { window_start: row.window_start!, dry_run: true })
        expect([booked.window_start, booked.window_end].map(iso)).toEqual([row.window_start, row.window_end].map(iso))
      }
    }
  })
})

describe('list and booking agree', () => {
  /** Every window of the calendar from two days back to three beyond the horizon, whether it can be had or not. */
  async function everyWindow(): Promise<string[]> {
    const rows = await sql<{ at: Date }[]>`
      select distinct (day::date + w.start_time) at time zone ${company.timezone} as at
      from public.booking_windows w
      join generate_series(${dayFromToday(-2)}::timestamp, ${dayFromToday(17)}::timestamp, '1 day') as day
        on extract(dow from day) = w.weekday
      where w.org_id = ${company.id} order by 1`
    return rows.map(({ at }) => at.toISOString())
  }

  async function canBeBooked(service_type: string, from: string[]): Promise<string[]> {
    const fine: string[] = []
    for (const window_start of from) {
      const { error } = await tryToBook(someone, customer, { service_type, window_start, dry_run: true })
      if (!error) fine.push(window_start)
      else expect(error.code, error.message).toMatch(/^PT4(09|22)$/)
    }
    return fine
  }

  beforeEach(async () => {
    await open({
      windows: [['07:00', '09:00'], ['08:00', '10:00'], ['13:00', '16:00'], ['17:30', '19:30']],
      service: { buffer_before_minutes: 15, buffer_after_minutes: 45, lead_time_minutes: 2000, horizon_days: 12, daily_cap: 3 },
    })
    await sql`update public.orgs set emergency_reserve_percent = 30 where id = ${company.id}`
    await newService(company, 'urgent', { is_emergency: true, lead_time_minutes: 0, duration_minutes: 45, horizon_days: 3 })
    const [one, two] = await sql<{ id: string }[]>`select id from public.technicians where org_id = ${company.id} order by id`
    await add(company, 'org_holidays', { holiday_on: dayFromToday(8), name: 'Day off' })
    await add(company, 'technician_time_off', { technician_id: one!.id, starts_at: await windowOn(3, '12:00'), ends_at: await windowOn(5) })
    for (const [day, time, technician_id] of [[3, '08:30', one], [4, '13:10', two], [6, '07:00', one], [6, '07:30', two], [7, '10:15', null]] as const) {
      const start = Date.parse(await windowOn(day, time))
      await newVisit(customer, 0, {
        technician_id: technician_id?.id ?? null, window_start: new Date(start), window_end: new Date(start + 2 * HOUR),
      })
    }
    for (let n = 0; n < 3; n++) await book(someone, customer, { window_start: (await listDay(someone, customer, 9))[0]!.window_start! })
  })

  test.each([SERVICE, 'urgent'])('about every window of %s, offered or not', async (service_type) => {
    const listed = starts(await list(someone, customer, { service_type, from_date: dayFromToday(-2), to_date: dayFromToday(17) }))
    const every = await everyWindow()
    expect(listed.length).toBeGreaterThan(5)
    expect(every.length).toBeGreaterThan(listed.length + 10)
    expect(await canBeBooked(service_type, every)).toEqual(listed)
  })

  test('about moments beside the windows: none is one', async () => {
    const listed = starts(await listDay(someone, customer, 5))
    expect(listed).not.toEqual([])
    const beside = listed.flatMap((start) => [-1, 1, 60].map((minutes) => new Date(Date.parse(start) + minutes * 60_000).toISOString()))
    const { length } = beside.filter((start) => !listed.includes(start))
    expect(length).toBeGreaterThan(3)
    expect(await canBeBooked(SERVICE, beside.filter((start) => !listed.includes(start)))).toEqual([])
  })

  test('about what is offered instead: all of it can be booked', async () => {
    for (const day of [3, 4, 6, 8, 9, 16]) {
      const answer = await tryToBook(someone, customer, { window_start: await windowOn(day, '08:10') })
      const facts = JSON.parse(answer.error!.details) as Record<string, unknown>
      const instead = offeredInstead(facts)
      expect(instead).toEqual(nearest(await list(someone, customer), await windowOn(day, '08:10')))
      expect(await canBeBooked(SERVICE, instead)).toEqual(instead)
    }
  })
})
