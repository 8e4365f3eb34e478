// When a visit is possible: what available_windows lists, from the rules and from everybody's calendar.
import { randomUUID } from 'node:crypto'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { ok, refused, stopped } from './support/answers.ts'
import {
  add, change, dayFromToday, grant, member, newCompany, newCustomer, newLocation, newService, newTechnician, newVisit,
  offer, SERVICE, staff, type Company, type Customer, type Member,
} from './support/company.ts'
import { sql } from './support/database.ts'
import { anonymous } from './support/people.ts'
import {
  book, iso, job, list, listDay, nearest, offeredInstead, tryToBook, tryToList, windowOn,
} from './support/visits.ts'

describe('the list', () => {
  let company: Company
  let customer: Customer
  let someone: Member
  beforeAll(async () => {
    company = await newCompany()
    customer = await newCustomer(company)
    someone = await member(customer)
  })

  test('has every window with its instants, its wall clock and how many visits fit', async () => {
    const rows = await list(someone, customer, { from_date: dayFromToday(2), to_date: dayFromToday(4) })
    const expected = [2, 3, 4].map(async (day) => ({
      start: await windowOn(day), end: await windowOn(day, '10:00'), local_date: dayFromToday(day),
      local_start: '08:00:00', local_end: '10:00:00', timezone: 'America/Chicago', capacity: 2,
    }))
    const found = rows.map(({ window_start, window_end, ...more }) => ({ start: iso(window_start), end: iso(window_end), ...more }))
    expect(found).toEqual(await Promise.all(expected))
  })

  test('goes from today to 14 days on unless dates are given', async () => {
    const days = (await list(someone, customer)).map((row) => row.local_date)
    const all = Array.from({ length: 15 }, (_, day) => dayFromToday(day))
    // Today's window is there only until four hours before it.
    expect(days[0] === all[0] ? days : [all[0], ...days]).toEqual(all)
  })

  test('can be read by GET, filtered and ordered', async () => {
    const args = { location_id: customer.location, service_type: SERVICE, from_date: dayFromToday(2) }
    const rows = await ok(
      someone.portal.rpc('available_windows', args, { get: true })
        .select('local_date, window_start, capacity').gte('capacity', 2).order('window_start', { ascending: false }).limit(2),
    )
    expect(rows.map((row) => row.local_date)).toEqual([dayFromToday(14), dayFromToday(13)])
  })

  test('is the same for everybody who sees the location: a colleague, a manager by grant, the office', async () => {
    const manager = await member(await newCustomer(company), { role: 'property_manager' })
    await refused(tryToList(manager, customer), 'PT404', 'not_found')
    await grant(manager, customer, ['view'], customer.location)
    const dates = { from_date: dayFromToday(1), to_date: dayFromToday(9) }
    const own = await list(someone, customer, dates)
    expect(own).toHaveLength(9)
    for (const who of [manager, await member(customer), await staff(company, 'csr'), await staff(company, 'dispatcher')]) {
      expect(await list(who, customer, dates)).toEqual(own)
    }
  })

  test("a location that is not the caller's is answered like one that does not exist", async () => {
    const neighbour = await newCustomer(company)
    const stranger = await newCustomer(await newCompany())
    const inactive = await newLocation(customer, 'Sold')
    await change(company, 'customer_locations', { is_active: false }, { id: inactive })
    const answers = []
    for (const location_id of [randomUUID(), neighbour.location, stranger.location, inactive]) {
      const { error, status } = await tryToList(someone, customer, { location_id })
      answers.push({ ...error, status })
    }
    expect(answers[0]).toMatchObject({ status: 404, code: 'PT404' })
    for (const answer of answers) expect(answer).toEqual(answers[0])
    await stopped(tryToList(anonymous(), customer), '42501', 401)
  })

  test('a service that is not offered is absent', async () => {
    const code = await newService(company, 'retired_service', { is_active: false })
    for (const service_type of [code, 'no_such', '']) {
      await refused(tryToList(someone, customer, { service_type }), 'PT404', 'not_found')
    }
  })

  test('takes at most 62 days, in order, and nothing before now', async () => {
    const [today, yesterday] = [dayFromToday(0), dayFromToday(-1)]
    for (const dates of [
      { from_date: today, to_date: dayFromToday(63) },
      { from_date: today, to_date: yesterday },
      { from_date: 'infinity' },
      { to_date: '-infinity' },
      { from_date: '5000000-01-01', to_date: '5000000-01-02' },
      { from_date: '4713-01-01 BC' },
    ]) {
      const { error, status } = await tryToList(someone, customer, dates)
      expect({ status, code: error?.code }, JSON.stringify(dates)).toEqual({ status: 400, code: 'PT400' })
    }
    expect(await list(someone, customer, { from_date: dayFromToday(-40), to_date: yesterday })).toEqual([])
    const wide = await list(someone, customer, { from_date: today, to_date: dayFromToday(61) })
    expect(wide).toEqual(await list(someone, customer))
  })
})

describe('a visit', () => {
  let company: Company
  let customer: Customer
  let someone: Member
  const capacities = async (day: number, more = {}) =>
    Object.fromEntries((await listDay(someone, customer, day, more)).map((row) => [row.local_start, row.capacity]))
  async function open(options = {}) {
    company = await newCompany(options)
    customer = await newCustomer(company)
    someone = await member(customer)
  }
  beforeEach(() => open())

  test('takes one from the capacity until none is left; a cancellation gives it back', async () => {
    const window_start = await windowOn(5)
    const booked = [await book(someone, customer, { window_start })]
    expect(await capacities(5)).toEqual({ '08:00:00': 1 })
    booked.push(await book(someone, customer, { window_start }))
    expect(await capacities(5)).toEqual({})
    const jobs = [await job(booked[0]!.appointment_id), await job(booked[1]!.appointment_id)]
    expect(jobs[0]!.technician_id).not.toBe(jobs[1]!.technician_id)

    const facts = await refused(tryToBook(someone, customer, { window_start }), 'PT409', 'slot_taken')
    expect(offeredInstead(facts)).toEqual(nearest(await list(someone, customer), window_start))
    await ok(someone.portal.rpc('cancel_booking_request', { booking_request_id: booked[0]!.id! }))
    expect(await capacities(5)).toEqual({ '08:00:00': 1 })
    await book(someone, customer, { window_start })
  })

  test('is given to as many as fit when many want it at once', async () => {
    const window_start = await windowOn(6)
    const others = await Promise.all(Array.from({ length: 4 }, async () => member(await newCustomer(company))))
    const answers = await Promise.all(
      [...others, ...others].map((who) => tryToBook(who, who.customer, { window_start })),
    )
    expect(answers.filter(({ error }) => !error)).toHaveLength(2)
    for (const answer of answers.filter(({ error }) => error)) await refused(Promise.resolve(answer), 'PT409', 'slot_taken')
  })

  test('goes to whoever has the fewest that day', async () => {
    await offer(company, [['10:00', '12:00'], ['13:00', '15:00'], ['15:00', '17:00']])
    const technicians = []
    for (const time of ['08:00', '10:00', '13:00', '15:00']) {
      const booked = await book(someone, customer, { window_start: await windowOn(4, time) })
      technicians.push((await job(booked.appointment_id)).technician_id)
    }
    expect(new Set(technicians.slice(0, 2)).size).toBe(2)
    expect(new Set(technicians.slice(2)).size).toBe(2)
  })

  test('keeps the buffers of both neighbours free: they add up, and touching is enough', async () => {
    await open({
      technicians: 1, windows: [['08:00', '10:00'], ['10:00', '12:00'], ['10:30', '12:30'], ['11:00', '13:00']],
      service: { buffer_before_minutes: 30, buffer_after_minutes: 30 },
    })
    await book(someone, customer, { window_start: await windowOn(3) })
    expect(await capacities(3)).toEqual({ '11:00:00': 1 })
    await refused(tryToBook(someone, customer, { window_start: await windowOn(3, '10:30') }), 'PT409', 'slot_taken')
    await book(someone, customer, { window_start: await windowOn(3, '11:00') })
  })

  test('lasts as long as the service, even beyond its window', async () => {
    await open({ technicians: 1, windows: [['08:00', '10:00'], ['11:00', '13:00'], ['17:00', '18:00']], service: { duration_minutes: 150 } })
    // From 17:00 it would last until 19:30, and everybody leaves at 19:00.
    expect(await capacities(3)).toEqual({ '08:00:00': 1, '11:00:00': 1 })
    await change(company, 'service_types', { duration_minutes: 120 })
    expect(await capacities(3)).toEqual({ '08:00:00': 1, '11:00:00': 1, '17:00:00': 1 })
    await change(company, 'service_types', { duration_minutes: 240 })
    await book(someone, customer, { window_start: await windowOn(3) })
    expect(await capacities(3)).toEqual({})
  })

  test('needs somebody who is on shift, has the skill, is active and not off', async () => {
    await open({ technicians: 0 })
    const wanted = { window_start: await windowOn(3) }
    await refused(tryToBook(someone, customer, wanted), 'PT422', 'nobody_can_do_it')
    const late = await newTechnician(company, { shifts: [['09:00', '17:00']] })
    await newTechnician(company, { services: [] })
    expect(await capacities(3)).toEqual({})
    await refused(tryToBook(someone, customer, wanted), 'PT409', 'slot_taken')

    // Shifts that adjoin are one.
    const days = await sql`select weekday from public.technician_shifts where technician_id = ${late} order by weekday`
    for (const { weekday } of days) {
      await add(company, 'technician_shifts', {
        technician_id: late, weekday, start_time: '07:00', end_time: '09:00', valid_from: '2020-01-01',
      })
    }
    expect(await capacities(3)).toEqual({ '08:00:00': 1 })
    await change(company, 'technicians', { is_active: false }, { id: late })
    expect(await capacities(3)).toEqual({})
    await change(company, 'technicians', { is_active: true }, { id: late })
    await add(company, 'technician_time_off', {
      technician_id: late, starts_at: await windowOn(3, '09:59'), ends_at: await windowOn(3, '17:00'),
    })
    expect(await capacities(3)).toEqual({})
    expect(await capacities(4)).toEqual({ '08:00:00': 1 })
    await change(company, 'technician_time_off', { starts_at: await windowOn(3, '10:00') })
    expect(await capacities(3)).toEqual({ '08:00:00': 1 })
  })

  test('knows from which day to which day a shift counts', async () => {
    await change(company, 'technician_shifts', { valid_from: dayFromToday(3), valid_to: dayFromToday(5) })
    const days = (await list(someone, customer)).map((row) => row.local_date)
    expect(days).toEqual([3, 4, 5].map((day) => dayFromToday(day)))
  })

  test('is not offered on holidays, and says so', async () => {
    await add(company, 'org_holidays', { holiday_on: dayFromToday(3), name: 'Foundation day' })
    expect(await capacities(3)).toEqual({})
    const window_start = await windowOn(3)
    const facts = await refused(tryToBook(someone, customer, { window_start }), 'PT422', 'holiday')
    expect(offeredInstead(facts)).toEqual(nearest(await list(someone, customer), window_start))
  })

  test('is refused beyond the daily cap; cancellations do not count', async () => {
    await change(company, 'service_types', { daily_cap: 1 })
    await offer(company, [['14:00', '16:00']])
    expect(await capacities(3)).toEqual({ '08:00:00': 1, '14:00:00': 1 })
    const first = await book(someone, customer, { window_start: await windowOn(3) })
    expect(await capacities(3)).toEqual({})
    const facts = await refused(tryToBook(someone, customer, { window_start: await windowOn(3, '14:00') }), 'PT409', 'day_full')
    expect(offeredInstead(facts)).toHaveLength(3)
    await ok(someone.portal.rpc('cancel_booking_request', { booking_request_id: first.id! }))
    await book(someone, customer, { window_start: await windowOn(3, '14:00') })
  })

  test('leaves the reserve to emergencies', async () => {
    await offer(company, [['10:00', '12:00']])
    const urgent = await newService(company, 'no_heat', { is_emergency: true, duration_minutes: 90 })
    await sql`update public.orgs set emergency_reserve_percent = 50 where id = ${company.id}`
    // Two people in two windows are four; half of them may go to routine visits.
    expect(await capacities(3)).toEqual({ '08:00:00': 2, '10:00:00': 2 })
    await book(someone, customer, { window_start: await windowOn(3) })
    expect(await capacities(3)).toEqual({ '08:00:00': 1, '10:00:00': 1 })
    await book(someone, customer, { window_start: await windowOn(3) })
    expect(await capacities(3)).toEqual({})
    await refused(tryToBook(someone, customer, { window_start: await windowOn(3, '10:00') }), 'PT409', 'slot_taken')
    expect(await capacities(3, { service_type: urgent })).toEqual({ '10:00:00': 2 })
    await book(someone, customer, { window_start: await windowOn(3, '10:00'), service_type: urgent })
    expect(await capacities(4)).toEqual({ '08:00:00': 2, '10:00:00': 2 })
  })

  test('is offered only where the company goes', async () => {
    await add(company, 'service_areas', { postal_code_prefix: '7' })
    expect(await capacities(3)).toEqual({})
    await refused(tryToBook(someone, customer, { window_start: await windowOn(3) }), 'PT422', 'outside_service_area')
    await add(company, 'service_areas', { postal_code_prefix: '606', country: 'CA' })
    expect(await capacities(3), 'the prefix of another country').toEqual({})
    await add(company, 'service_areas', { postal_code_prefix: '606' })
    expect(await capacities(3)).toEqual({ '08:00:00': 2 })
    await change(company, 'customer_locations', { postal_code: '6-06 01' })
    expect(await capacities(3), 'however it is written').toEqual({ '08:00:00': 2 })
    const [somebody] = await sql`select id from public.technicians where org_id = ${company.id} limit 1`
    await add(company, 'service_areas', { technician_id: somebody!.id, postal_code_prefix: '605' })
    expect(await capacities(3), 'one of the two does not go there').toEqual({ '08:00:00': 1 })
  })

  test('without a technician yet takes one from every window it overlaps', async () => {
    await offer(company, [['09:00', '11:00'], ['14:00', '16:00']])
    await newVisit(customer, 0, { window_start: await windowOn(3), window_end: await windowOn(3, '10:00') })
    expect(await capacities(3)).toEqual({ '08:00:00': 1, '09:00:00': 1, '14:00:00': 2 })
    const other = await newService(company, 'other', {})
    await sql`delete from public.technician_skills where org_id = ${company.id} and service_type = ${SERVICE}`
    await newTechnician(company)
    expect(await capacities(3, { service_type: other }), 'nobody of these could do it').toEqual({ '08:00:00': 2, '09:00:00': 2, '14:00:00': 2 })
  })

  test('that was only held is free again when the hold has run out', async () => {
    const window_start = await windowOn(3)
    const held = [await book(someone, customer, { window_start }), await book(someone, customer, { window_start })]
    expect(await capacities(3)).toEqual({})
    await change(company, 'work_orders', { hold_expires_at: new Date(Date.now() - 1000) }, { id: held[0]!.appointment_id })
    expect(await capacities(3)).toEqual({ '08:00:00': 1 })
    await book(someone, customer, { window_start })
    expect(await capacities(3)).toEqual({})
    const lapsed = await ok(someone.portal.from('booking_requests').select('status').eq('id', held[0]!.id!).single())
    expect(lapsed.status).toBe('under_review')
  })

  test("a service's own window goes before the one for all; one that is switched off is not offered", async () => {
    await offer(company, [['08:00', '09:00'], ['12:00', '13:00']], SERVICE)
    await change(company, 'booking_windows', { is_active: false }, { start_time: '12:00' })
    const rows = await listDay(someone, customer, 3)
    expect(rows.map((row) => [row.local_start, row.local_end])).toEqual([['08:00:00', '09:00:00']])
    const booked = await book(someone, customer, { window_start: await windowOn(3) })
    expect(iso(booked.window_end)).toBe(await windowOn(3, '09:00'))
  })
})
