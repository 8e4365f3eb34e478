// Asking for a visit: through the function, and through the table behind it.
import { randomUUID } from 'node:crypto'
import { beforeAll, describe, expect, test } from 'vitest'
import type { Database } from './database.types.ts'
import {
  dayFromToday, grant, member, newCompany, newCustomer, newLocation, SERVICE, setStatus, staff,
  type Company, type Customer, type Member,
} from './support/company.ts'
import { ok, refused, stopped } from './support/answers.ts'
import { sql, value } from './support/database.ts'
import { anonymous, type Person } from './support/people.ts'

type Args = Database['portal']['Functions']['create_booking_request']['Args']

let company: Company
let customer: Customer
let someone: Member
beforeAll(async () => {
  company = await newCompany()
  customer = await newCustomer(company)
  someone = await member(customer)
})

const request = (more: Partial<Args> = {}): Args => ({
  service_type: SERVICE,
  problem_description: 'The heat pump makes a grinding noise.',
  location_id: customer.location,
  ...more,
})
const wish = (days = 3) => ({
  preferred_service_date: dayFromToday(days), preferred_time_window_start: '09:00', preferred_time_window_end: '11:30',
})
const tryToBook = (who: Pick<Person, 'portal'>, args: Args) => who.portal.rpc('create_booking_request', args).single()
const book = (who: Person, more: Partial<Args>) => ok(tryToBook(who, request(more)))

/** The instant of a wall-clock time in Chicago, worked out by Postgres. */
const instant = (day: string, time: string, zone = 'America/Chicago') =>
  value<Date>(sql`select (${`${day} ${time}`}::timestamp at time zone ${zone})`).then((at) => at.toISOString())

describe('when', () => {
  test('an offered window, named by its start: reserved at once', async () => {
    const start = await instant(dayFromToday(3), '08:00')
    const booked = await book(someone, { window_start: start })
    expect(booked).toMatchObject({
      org_id: company.id, status: 'submitted', service_type: SERVICE, location_id: customer.location,
      preferred_service_date: dayFromToday(3), preferred_time_window_start: '08:00:00', preferred_time_window_end: '10:00:00',
      flexible_date: false, source_channel: 'web_portal', appointment_status: 'tentative',
    })
    expect(new Date(booked.window_start).toISOString()).toBe(start)
    expect(Date.parse(booked.window_end) - Date.parse(booked.window_start)).toBe(2 * 3_600_000)
  })

  test('preferred times are in the wall clock of the location, not of the company or the server', async () => {
    const honolulu = await newCompany('America/New_York')
    const there = await newCustomer(honolulu)
    await sql`update public.customer_locations set timezone = 'Pacific/Honolulu' where id = ${there.location}`
    const day = dayFromToday(3)
    const wishes = { preferred_service_date: day, preferred_time_window_start: '09:00', preferred_time_window_end: '11:00' }
    const booked = await book(await member(there), { location_id: there.location, ...wishes })
    expect(new Date(booked.window_start).toISOString()).toBe(`${day}T19:00:00.000Z`)
  })

  test('a date alone, or a flexible date, is for the office to place', async () => {
    for (const when of [{ preferred_service_date: dayFromToday(3) }, { flexible_date: true }]) {
      const booked = await book(someone, when)
      expect(booked).toMatchObject({ status: 'under_review', appointment_id: null, appointment_status: null })
    }
  })

  test('the first and the last day of the horizon can be booked', async () => {
    await book(someone, { preferred_service_date: dayFromToday(0) })
    await book(someone, wish(14))
  })

  test.each([
    ['a date that has passed', () => wish(-2), 'PT422', 'date_in_past'],
    ['a date beyond the horizon', () => wish(16), 'PT422', 'beyond_horizon'],
    ['nothing about the time', () => ({}), 'PT400', 'invalid_input'],
    ['times without a date', () => ({ ...wish(), preferred_service_date: undefined }), 'PT400', 'invalid_input'],
    ['a start without an end', () => ({ ...wish(), preferred_time_window_end: undefined }), 'PT400', 'invalid_input'],
    ['an end before the start', () => ({ ...wish(), preferred_time_window_end: '08:00' }), 'PT400', 'invalid_input'],
    ['a date that is none', () => ({ preferred_service_date: 'infinity' }), 'PT400', 'invalid_input'],
  ] as [string, () => Partial<Args>, string, string][])('refuses %s, on both paths', async (_, when, code, reason) => {
    const details = await refused(tryToBook(someone, request(when())), code, reason)
    expect(await refused(insert(someone, when()), code, reason)).toEqual(details)
  })

  test('says which dates can be booked', async () => {
    const details = await refused(tryToBook(someone, request(wish(100))), 'PT422', 'beyond_horizon')
    expect(details).toMatchObject({ first_date: dayFromToday(0), last_date: dayFromToday(14) })
  })

  test('refuses a window that is not offered, one of another service, and both forms at once', async () => {
    const day = dayFromToday(3)
    for (const time of ['07:00', '08:01', '10:00']) {
      const window_start = await instant(day, time)
      await refused(tryToBook(someone, request({ window_start })), 'PT422', 'window_not_offered')
    }
    const window_start = await instant(day, '08:00')
    await refused(tryToBook(someone, request({ window_start, ...wish() })), 'PT400', 'invalid_input')
    await sql`
      insert into public.service_types (org_id, code, name, category, duration_minutes)
      values (${company.id}, 'other_service', 'Other', 'hvac', 60)`
    await sql`
      insert into public.booking_windows (org_id, service_type, weekday, start_time, end_time)
      select ${company.id}, 'other_service', weekday, '18:00', '20:00' from generate_series(0, 6) as weekday`
    const evening = await instant(day, '18:00')
    await refused(tryToBook(someone, request({ window_start: evening })), 'PT422', 'window_not_offered')
    await book(someone, { window_start: evening, service_type: 'other_service' })
  })
})

describe('where', () => {
  test('a new location of the own customer, in the zone of the company unless one is given', async () => {
    const address = { address_line1: '7 New Road', city: 'Chicago', postal_code: '60602' }
    const booked = await book(someone, { location_id: undefined, new_location: address, ...wish() })
    const [stored] = await ok(someone.portal.from('locations').select('*').eq('id', booked.location_id))
    expect(stored).toMatchObject({ ...address, label: '7 New Road', timezone: company.timezone, country: 'US', customer_id: customer.id })
    const zoned = { ...address, label: 'Cabin', timezone: 'America/Denver', country: 'ca' }
    const second = await book(someone, { location_id: undefined, new_location: zoned, flexible_date: true })
    const cabin = await ok(someone.portal.from('locations').select('label,timezone,country').eq('id', second.location_id).single())
    expect(cabin).toEqual({ label: 'Cabin', timezone: 'America/Denver', country: 'CA' })
  })

  test.each([
    ['no city', { address_line1: '7 New Road', postal_code: '60602' }],
    ['an unknown field', { address_line1: '7', city: 'C', postal_code: '6', customer_id: randomUUID() }],
    ['a time zone that is none', { address_line1: '7', city: 'C', postal_code: '6', timezone: 'Mars/Base' }],
    ['a blank line', { address_line1: '  ', city: 'C', postal_code: '6' }],
    ['a list', []],
    ['text', 'Chicago'],
  ])('refuses a new location with %s', async (_, new_location) => {
    const args = request({ location_id: undefined, new_location, flexible_date: true })
    await refused(tryToBook(someone, args), 'PT400', 'invalid_input')
  })

  test('refuses a place in both forms, or in none', async () => {
    const new_location = { address_line1: '7', city: 'C', postal_code: '6' }
    await refused(tryToBook(someone, request({ new_location, flexible_date: true })), 'PT400', 'invalid_input')
    await refused(tryToBook(someone, request({ location_id: undefined, flexible_date: true })), 'PT400', 'invalid_input')
  })

  test("a foreign location is answered like one that does not exist, on both paths", async () => {
    const neighbour = await newCustomer(company)
    const stranger = await newCustomer(await newCompany())
    const inactive = await newLocation(customer, 'Sold')
    await sql`update public.customer_locations set is_active = false where id = ${inactive}`
    for (const path of [(id: string) => tryToBook(someone, request({ location_id: id, ...wish() })),
                        (id: string) => insert(someone, { location_id: id, ...wish() })]) {
      const answers = []
      for (const id of [randomUUID(), neighbour.location, stranger.location, inactive]) {
        const { error, status } = await path(id)
        answers.push({ ...error, status })
      }
      expect(answers[0]).toMatchObject({ status: 404, code: 'PT404' })
      for (const answer of answers) expect(answer).toEqual(answers[0])
    }
  })

  test('a billing contact sees the location but cannot book there, on both paths', async () => {
    const payer = await member(customer, { role: 'billing_contact' })
    const seen = await ok(payer.portal.from('locations').select('can_book').eq('id', customer.location).single())
    expect(seen.can_book).toBe(false)
    await refused(tryToBook(payer, request(wish())), 'PT403', 'cannot_book_here')
    await stopped(insert(payer, wish()), '42501', 403)
    const new_location = { address_line1: '7', city: 'C', postal_code: '6' }
    await refused(tryToBook(payer, request({ location_id: undefined, new_location, ...wish() })), 'PT403', 'not_allowed')
  })

  test('a manager books where a grant lets them, and only there', async () => {
    const owner = await newCustomer(company)
    const other = await newLocation(owner, 'Unit 2')
    await grant(someone, owner, ['view', 'book'], owner.location)
    await grant(someone, owner, ['view'], other)
    expect(await book(someone, { location_id: owner.location, ...wish() })).toMatchObject({ location_id: owner.location })
    await refused(tryToBook(someone, request({ location_id: other, ...wish() })), 'PT403', 'cannot_book_here')
  })
})

describe('what', () => {
  test('a service that the company does not offer, or no longer, or that another offers, is absent', async () => {
    const elsewhere = await newCompany()
    await sql`update public.service_types set code = 'only_elsewhere' where org_id = ${elsewhere.id}`
    await sql`
      insert into public.service_types (org_id, code, name, category, duration_minutes, is_active)
      values (${company.id}, 'retired', 'Retired', 'hvac', 60, false) on conflict do nothing`
    for (const service_type of ['no_such', 'only_elsewhere', 'retired', '']) {
      await refused(tryToBook(someone, request({ service_type, ...wish() })), 'PT404', 'not_found')
      await refused(insert(someone, { service_type, ...wish() }), 'PT404', 'not_found')
    }
  })

  test('the description has 1 to 4000 characters', async () => {
    for (const problem_description of ['', '   ', 'x'.repeat(4001)]) {
      await refused(tryToBook(someone, request({ problem_description, ...wish() })), 'PT400', 'invalid_input')
      await stopped(insert(someone, { problem_description, ...wish() }), '23514', 400)
    }
    await book(someone, { problem_description: 'ü'.repeat(4000), flexible_date: true })
  })

  test('only known channels', async () => {
    await refused(tryToBook(someone, request({ source_channel: 'fax', ...wish() })), 'PT400', 'invalid_input')
    expect(await book(someone, { source_channel: 'mobile_app', ...wish() })).toMatchObject({ source_channel: 'mobile_app' })
  })

  test("attachments lie in the customer's own folder", async () => {
    const folder = `${company.id}/${customer.id}/`
    const attachments = [{ path: `${folder}noise.mp4`, bucket: 'portal', mime_type: 'video/mp4', size_bytes: 1000 }]
    expect(await book(someone, { attachments, ...wish() })).toMatchObject({ attachments })
    const neighbour = await newCustomer(company)
    const paths = [
      `${company.id}/${neighbour.id}/plan.pdf`, `${folder}../${neighbour.id}/plan.pdf`, `${folder}./x`, folder, 'x.jpg',
      `/${folder}x`, `${folder}a//b`, `${folder}a\\b`, `${folder}a\nb`, `${folder}${'x'.repeat(500)}`,
    ]
    for (const path of paths) {
      const bad = { attachments: [{ path }], ...wish() }
      const details = await refused(tryToBook(someone, request(bad)), 'PT422', 'attachment_not_yours')
      expect(details.folder).toBe(folder)
      await refused(insert(someone, bad), 'PT422', 'attachment_not_yours')
    }
  })

  test.each([
    ['no list', { path: 'x' }], ['text', ['x']], ['an unknown field', [{ path: 'x', url: 'https://x' }]],
    ['no path', [{}]], ['eleven', Array.from({ length: 11 }, () => ({ path: 'x' }))],
  ])('refuses attachments that are malformed: %s', async (_, attachments) => {
    await refused(tryToBook(someone, request({ attachments, ...wish() })), 'PT400', 'invalid_input')
    await refused(insert(someone, { attachments, ...wish() }), 'PT400', 'invalid_input')
  })
})

describe('a dry run', () => {
  /** Rows of the company in every table that has an org_id. */
  async function rowCounts() {
    const tables = await sql<{ name: string }[]>`
      select c.oid::regclass::text as name from pg_class c
      join pg_attribute a on a.attrelid = c.oid and a.attname = 'org_id'
      where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' order by 1`
    const counts = tables.map(({ name }) => `select '${name}' as name, count(*)::int as rows from ${name} where org_id = '${company.id}'`)
    return sql.unsafe(counts.join(' union all '))
  }

  test('answers as the real one would, and keeps nothing', async () => {
    const address = { address_line1: '9 Dry Run', city: 'Chicago', postal_code: '60603' }
    const args = { location_id: undefined, new_location: address, ...wish(), idempotency_key: randomUUID() }
    const before = await rowCounts()
    const answer = await book(someone, { ...args, dry_run: true })
    expect(answer).toMatchObject({ status: 'submitted', appointment_status: 'tentative' })
    expect(await rowCounts()).toEqual(before)
    const real = await book(someone, args)
    expect(real.id).not.toBe(answer.id)
    expect(await rowCounts()).not.toEqual(before)
  })

  test('checks everything that the real one checks', async () => {
    const args = (more: Partial<Args>) => request({ dry_run: true, ...wish(), ...more })
    await refused(tryToBook(someone, args({ location_id: randomUUID() })), 'PT404', 'not_found')
    await refused(tryToBook(someone, args(wish(100))), 'PT422', 'beyond_horizon')
    await refused(tryToBook(someone, args({ attachments: [{ path: 'x' }] })), 'PT422', 'attachment_not_yours')
  })
})

function insert(who: Person, more: Partial<Args> & Record<string, unknown>) {
  const row = { service_type: SERVICE, problem_description: 'Noise', location_id: customer.location, ...more }
  return who.tables.from('portal_booking_requests').insert(row as never).select('*')
}

describe('a direct insert', () => {
  test('is a booking like any other: judged, placed, in the own name, audited', async () => {
    const [row] = await ok(insert(someone, wish()))
    expect(row).toMatchObject({
      org_id: company.id, portal_account_id: someone.accountId, customer_id: customer.id, status: 'submitted',
    })
    const visit = await ok(someone.portal.from('appointments').select('status,customer_id').eq('id', row!.related_work_order_id!).single())
    expect(visit).toEqual({ status: 'tentative', customer_id: customer.id })
    const audited = await value(sql`
      select count(*)::int from public.portal_audit_events where entity = 'booking' and entity_id = ${row!.id}
        and event_type = 'booking_created' and portal_account_id = ${someone.accountId}`)
    expect(audited).toBe(1)
  })

  test.each(['id', 'status', 'related_work_order_id', 'created_at', 'updated_at'])('cannot set %s', async (column) => {
    const given = { id: randomUUID(), status: 'scheduled', related_work_order_id: randomUUID() }[column] ?? '2020-01-01'
    await stopped(insert(someone, { ...wish(), [column]: given }), '42501', 403)
  })

  test("cannot be in another company's, customer's or account's name", async () => {
    const colleague = await member(customer)
    const neighbour = await newCustomer(company)
    const foreign = await newCustomer(await newCompany())
    await stopped(insert(someone, { ...wish(), portal_account_id: colleague.accountId }), '42501', 403)
    const asNeighbour = await insert(someone, { ...wish(), customer_id: neighbour.id })
    // The foreign key that ties a location to its customer is met before the policy.
    expect(asNeighbour.error?.code).toMatch(/^(23503|42501)$/)
    const asForeign = await insert(someone, { ...wish(), org_id: foreign.company.id })
    expect(asForeign.error?.code).toMatch(/^(42501|PT404)$/)
    expect(await value(sql`select count(*)::int from public.portal_booking_requests where customer_id in (${neighbour.id}, ${foreign.id})`)).toBe(0)
  })

  test('cannot be changed or withdrawn by the customer afterwards', async () => {
    const [row] = await ok(insert(someone, wish()))
    const change = await someone.tables.from('portal_booking_requests').update({ status: 'scheduled' }).eq('id', row!.id).select('id')
    expect(change).toMatchObject({ error: null, data: [] })
    await stopped(someone.tables.from('portal_booking_requests').delete().eq('id', row!.id).select('id'), '42501', 403)
  })
})

describe('who', () => {
  test('sees the request and its appointment: the customer and the office, nobody else', async () => {
    const booked = await book(someone, wish())
    const sees = async (who: Person) => ({
      request: (await ok(who.portal.from('booking_requests').select('id').eq('id', booked.id))).length,
      visit: (await ok(who.portal.from('appointments').select('id').eq('id', booked.appointment_id))).length,
      rows: (await ok(who.tables.from('work_orders').select('id').eq('id', booked.appointment_id))).length,
    })
    expect(await sees(someone)).toEqual({ request: 1, visit: 1, rows: 1 })
    expect(await sees(await member(customer)), 'a colleague').toEqual({ request: 1, visit: 1, rows: 1 })
    expect(await sees(await staff(company, 'csr')), 'the office').toEqual({ request: 0, visit: 0, rows: 1 })
    const nobody = { request: 0, visit: 0, rows: 0 }
    expect(await sees(await staff(company, 'technician')), 'a technician of other jobs').toEqual(nobody)
    expect(await sees(await member(await newCustomer(company))), 'another customer').toEqual(nobody)
    expect(await sees(await member(await newCustomer(await newCompany()))), "the other company's customer").toEqual(nobody)
    const former = await member(customer)
    await setStatus(former.accountId, 'suspended')
    expect(await sees(former), 'a suspended colleague').toEqual(nobody)
  })

  test('may book: people with an account, and neither strangers nor the public', async () => {
    await stopped(tryToBook(anonymous(), request(wish())), '42501', 401)
    const stranger = await member(await newCustomer(await newCompany()))
    await refused(tryToBook(stranger, request(wish())), 'PT404', 'not_found')
    await refused(tryToBook(await staff(company, 'csr'), request(wish())), 'PT403', 'no_active_account')
  })
})
