// Asking for a visit: through the function, and through the table behind it.
import { randomUUID } from 'node:crypto'
import { beforeAll, describe, expect, test } from 'vitest'
import {
  change, dayFromToday, grant, member, newCompany, newCustomer, newLocation, newService, SERVICE, setStatus, staff,
  type Company, type Customer, type Member,
} from './support/company.ts'
import { ok, refused, stopped } from './support/answers.ts'
import { sql, value } from './support/database.ts'
import { anonymous, type Person } from './support/people.ts'
import { instant, iso, job, list, nearest, offeredInstead, starts, windowOn, type BookArgs, type Caller } from './support/visits.ts'
import * as visits from './support/visits.ts'

let company: Company
let customer: Customer
let someone: Member
beforeAll(async () => {
  // Enough people that no test here meets another one's visits.
  company = await newCompany({ technicians: 50 })
  customer = await newCustomer(company)
  someone = await member(customer)
})

const wish = (days = 3) => ({
  preferred_service_date: dayFromToday(days), preferred_time_window_start: '08:00', preferred_time_window_end: '10:00',
})
const tryToBook = (who: Caller, more: Partial<BookArgs>) => visits.tryToBook(who, customer, more)
const book = (who: Caller, more: Partial<BookArgs>) => ok(tryToBook(who, more))

function insert(who: Person, more: Partial<BookArgs> & Record<string, unknown>) {
  const row = { service_type: SERVICE, problem_description: 'Noise', location_id: customer.location, ...more }
  return who.tables.from('portal_booking_requests').insert(row as never).select('*')
}

describe('when', () => {
  test('an offered window, named by its start: held at once until the office has looked', async () => {
    const start = await windowOn(3)
    const booked = await book(someone, { window_start: start })
    expect(booked).toMatchObject({
      org_id: company.id, status: 'submitted', service_type: SERVICE, location_id: customer.location,
      preferred_service_date: dayFromToday(3), preferred_time_window_start: '08:00:00', preferred_time_window_end: '10:00:00',
      flexible_date: false, source_channel: 'web_portal', appointment_status: 'tentative', safety_notice: null,
      decision_note: null, decided_at: null,
    })
    expect([booked.window_start, booked.window_end].map(iso)).toEqual([start, await windowOn(3, '10:00')])
    const held = await job(booked.appointment_id)
    expect(held.technician_id).not.toBeNull()
    expect(held.hold_expires_at - held.created_at).toBe(1440 * 60_000)
    expect(await ok(someone.portal.from('booking_requests').select('status,appointment_id').eq('id', booked.id!).single()))
      .toEqual({ status: 'submitted', appointment_id: booked.appointment_id })
  })

  test('a service that is booked at once is scheduled at once, with the name of whoever comes', async () => {
    const code = await newService(company, 'tune_up', { booking_mode: 'instant' })
    const booked = await book(someone, { service_type: code, window_start: await windowOn(3) })
    expect(booked).toMatchObject({ status: 'scheduled', appointment_status: 'scheduled', technician_name: expect.stringMatching(/^Tec /) })
    expect(await job(booked.appointment_id)).toMatchObject({ status: 'scheduled', hold_expires_at: null })
  })

  test('the hold lasts as long as the policy says, the one of the service before the one of the company', async () => {
    const code = await newService(company, 'long_hold')
    await sql`insert into public.booking_policies (org_id, service_type, hold_minutes) values (${company.id}, ${code}, 30)`
    const held = await job((await book(someone, { service_type: code, ...wish() })).appointment_id)
    expect(held.hold_expires_at - held.created_at).toBe(30 * 60_000)
  })

  test('a date and a start name the offered window that begins then', async () => {
    const booked = await book(someone, { ...wish(), preferred_time_window_end: undefined })
    expect(booked).toMatchObject({ preferred_time_window_end: '10:00:00', appointment_status: 'tentative' })
    const [row] = await ok(insert(someone, { ...wish(), preferred_time_window_end: undefined }))
    expect(row).toMatchObject({ preferred_time_window_end: '10:00:00', status: 'submitted' })
  })

  test('preferred times are in the wall clock of the location, not of the company or the server', async () => {
    const there = await newCustomer(await newCompany({ timezone: 'America/New_York' }))
    await sql`update public.customer_locations set timezone = 'Pacific/Honolulu' where id = ${there.location}`
    const booked = await visits.book(await member(there), there, wish())
    expect(iso(booked.window_start)).toBe(`${dayFromToday(3)}T18:00:00.000Z`)
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
    ['a day beyond the horizon', () => ({ preferred_service_date: dayFromToday(16) }), 'PT422', 'beyond_horizon'],
    ['a window that is not offered', () => ({ ...wish(), preferred_time_window_start: '09:00' }), 'PT422', 'window_not_offered'],
    ['another end than the window has', () => ({ ...wish(), preferred_time_window_end: '11:00' }), 'PT422', 'window_not_offered'],
    ['nothing about the time', () => ({}), 'PT400', 'invalid_input'],
    ['times without a date', () => ({ ...wish(), preferred_service_date: undefined }), 'PT400', 'invalid_input'],
    ['an end without a start', () => ({ ...wish(), preferred_time_window_start: undefined }), 'PT400', 'invalid_input'],
    ['an end before the start', () => ({ ...wish(), preferred_time_window_end: '07:00' }), 'PT400', 'invalid_input'],
    ['a date that is none', () => ({ preferred_service_date: 'infinity' }), 'PT400', 'invalid_input'],
  ] as [string, () => Partial<BookArgs>, string, string][])('refuses %s, on both paths', async (_, when, code, reason) => {
    const details = await refused(tryToBook(someone, when()), code, reason)
    expect(await refused(insert(someone, when()), code, reason)).toEqual(details)
  })

  test('says which dates can be booked', async () => {
    for (const when of [wish(100), { preferred_service_date: dayFromToday(100) }]) {
      const details = await refused(tryToBook(someone, when), 'PT422', 'beyond_horizon')
      expect(details).toMatchObject({ first_date: dayFromToday(0), last_date: dayFromToday(14) })
      expect(offeredInstead(details)).toEqual(starts(await list(someone, customer)).slice(-3).reverse())
    }
  })

  test('refuses a window that is not offered with the three nearest, and both forms at once', async () => {
    for (const time of ['07:00', '08:01', '10:00']) {
      const window_start = await windowOn(3, time)
      const facts = await refused(tryToBook(someone, { window_start }), 'PT422', 'window_not_offered')
      expect(offeredInstead(facts)).toEqual(nearest(await list(someone, customer), window_start))
      expect(facts.alternatives).toHaveLength(3)
    }
    await refused(tryToBook(someone, { window_start: await windowOn(3), ...wish() }), 'PT400', 'invalid_input')
  })

  test('refuses the window of another service', async () => {
    const code = await newService(company, 'evening_service', {}, [['17:00', '19:00']])
    const evening = await instant(dayFromToday(3), '17:00')
    await refused(tryToBook(someone, { window_start: evening }), 'PT422', 'window_not_offered')
    await book(someone, { window_start: evening, service_type: code })
  })

  test('a flexible customer whose window cannot be had is for the office to place, without a hold', async () => {
    const flexible = { flexible_date: true }
    const placed = await book(someone, { ...wish(), ...flexible })
    expect(placed).toMatchObject({ status: 'submitted', appointment_status: 'tentative' })
    const start = { preferred_time_window_start: '09:00' }
    const nothing = { status: 'under_review', appointment_id: null, window_start: null, flexible_date: true }
    expect(await book(someone, { ...wish(), ...start, ...flexible })).toMatchObject(nothing)
    const full = await newCustomer(await newCompany({ technicians: 1 }))
    const late = await member(full)
    await visits.book(late, full, wish())
    await refused(visits.tryToBook(late, full, wish()), 'PT409', 'slot_taken')
    const second = await visits.book(late, full, { ...wish(), ...flexible })
    expect(second).toMatchObject({ ...nothing, preferred_service_date: dayFromToday(3), preferred_time_window_start: '08:00:00' })
  })
})

describe('safety', () => {
  test.each([
    'I smell gas in the basement!', 'The carbon monoxide alarm went off.', 'There are sparks coming out of the panel.',
    'A burning smell from the furnace, and smoke.', 'A pipe burst and the cellar is flooding.',
  ])('comes before a routine visit: %s', async (problem_description) => {
    const booked = await book(someone, { problem_description, ...wish() })
    expect(booked).toMatchObject({ status: 'under_review', appointment_id: null, window_start: null })
    expect(booked.safety_notice).toMatch(/911|emergency/i)
    const stored = await ok(someone.portal.from('booking_requests').select('safety_notice').eq('id', booked.id!).single())
    expect(stored.safety_notice).toBe(booked.safety_notice)
    const [row] = await ok(insert(someone, { problem_description, ...wish() }))
    expect(row).toMatchObject({ status: 'under_review', related_work_order_id: null, safety_notice: booked.safety_notice })
  })

  test.each(['The gas furnace does not start.', 'The flood light in the yard is dark.'])('is not at stake: %s', async (problem_description) => {
    const booked = await book(someone, { problem_description, ...wish() })
    expect(booked).toMatchObject({ status: 'submitted', safety_notice: null })
  })

  test('an emergency service is booked, and always answers with what to do first', async () => {
    const code = await newService(company, 'no_heat_now', { is_emergency: true, lead_time_minutes: 0 })
    const booked = await book(someone, { service_type: code, ...wish() })
    expect(booked).toMatchObject({ status: 'submitted', appointment_status: 'tentative' })
    expect(booked.safety_notice).toBeTruthy()
    const worse = await book(someone, { service_type: code, problem_description: 'I smell gas.', ...wish() })
    expect(worse).toMatchObject({ status: 'submitted', appointment_status: 'tentative', safety_notice: expect.stringMatching(/911|emergency/i) })
    const safety_notice = 'Turn off the boiler and open the windows.'
    await change(company, 'service_types', { safety_notice }, { code })
    const told = await book(someone, { service_type: code, ...wish() })
    expect(told.safety_notice).toContain(safety_notice)
  })
})

describe('where', () => {
  test('a new location of the own customer, in the zone of the company unless one is given', async () => {
    const address = { address_line1: '7 New Road', city: 'Chicago', postal_code: '60602' }
    const booked = await book(someone, { location_id: undefined, new_location: address, ...wish() })
    const [stored] = await ok(someone.portal.from('locations').select('*').eq('id', booked.location_id!))
    expect(stored).toMatchObject({ ...address, label: '7 New Road', timezone: company.timezone, country: 'US', customer_id: customer.id })
    const zoned = { ...address, label: 'Cabin', timezone: 'America/Denver', country: 'ca' }
    const second = await book(someone, { location_id: undefined, new_location: zoned, flexible_date: true })
    const cabin = await ok(someone.portal.from('locations').select('label,timezone,country').eq('id', second.location_id!).single())
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
    const args = { location_id: undefined, new_location, flexible_date: true }
    await refused(tryToBook(someone, args), 'PT400', 'invalid_input')
  })

  test('refuses a place in both forms, or in none', async () => {
    const new_location = { address_line1: '7', city: 'C', postal_code: '6' }
    await refused(tryToBook(someone, { new_location, flexible_date: true }), 'PT400', 'invalid_input')
    await refused(tryToBook(someone, { location_id: undefined, flexible_date: true }), 'PT400', 'invalid_input')
  })

  test("a foreign location is answered like one that does not exist, on both paths", async () => {
    const neighbour = await newCustomer(company)
    const stranger = await newCustomer(await newCompany())
    const inactive = await newLocation(customer, 'Sold')
    await sql`update public.customer_locations set is_active = false where id = ${inactive}`
    for (const path of [(id: string) => tryToBook(someone, { location_id: id, ...wish() }),
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
    await refused(tryToBook(payer, wish()), 'PT403', 'cannot_book_here')
    await stopped(insert(payer, wish()), '42501', 403)
    const new_location = { address_line1: '7', city: 'C', postal_code: '6' }
    await refused(tryToBook(payer, { location_id: undefined, new_location, ...wish() }), 'PT403', 'not_allowed')
  })

  test('a manager books where a grant lets them, and only there', async () => {
    const owner = await newCustomer(company)
    const other = await newLocation(owner, 'Unit 2')
    await grant(someone, owner, ['view', 'book'], owner.location)
    await grant(someone, owner, ['view'], other)
    expect(await book(someone, { location_id: owner.location, ...wish() })).toMatchObject({ location_id: owner.location })
    await refused(tryToBook(someone, { location_id: other, ...wish() }), 'PT403', 'cannot_book_here')
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
      await refused(tryToBook(someone, { service_type, ...wish() }), 'PT404', 'not_found')
      await refused(insert(someone, { service_type, ...wish() }), 'PT404', 'not_found')
    }
  })

  test('the description has 1 to 4000 characters', async () => {
    for (const problem_description of ['', '   ', 'x'.repeat(4001)]) {
      await refused(tryToBook(someone, { problem_description, ...wish() }), 'PT400', 'invalid_input')
      await stopped(insert(someone, { problem_description, ...wish() }), '23514', 400)
    }
    await book(someone, { problem_description: 'ü'.repeat(4000), flexible_date: true })
  })

  test('only known channels', async () => {
    await refused(tryToBook(someone, { source_channel: 'fax', ...wish() }), 'PT400', 'invalid_input')
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
      const details = await refused(tryToBook(someone, bad), 'PT422', 'attachment_not_yours')
      expect(details.folder).toBe(folder)
      await refused(insert(someone, bad), 'PT422', 'attachment_not_yours')
    }
  })

  test.each([
    ['no list', { path: 'x' }], ['text', ['x']], ['an unknown field', [{ path: 'x', url: 'https://x' }]],
    ['no path', [{}]], ['eleven', Array.from({ length: 11 }, () => ({ path: 'x' }))],
  ])('refuses attachments that are malformed: %s', async (_, attachments) => {
    await refused(tryToBook(someone, { attachments, ...wish() }), 'PT400', 'invalid_input')
    await refused(insert(someone, { attachments, ...wish() }), 'PT400', 'invalid_input')
  })
})

describe('a dry run', () => {
  /** Rows of the company in every table that has an org_id. */
  async function rowCounts() {
    const tables = await sql<{ name: string }[]>`
      select c.oid::regclass::text as name from pg_class c
      join pg_attribute a on a.attrelid = c.oid and a.attname = 'org_id'
      where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') order by 1`
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
    const args = (more: Partial<BookArgs>) => ({ dry_run: true, ...wish(), ...more })
    await refused(tryToBook(someone, args({ location_id: randomUUID() })), 'PT404', 'not_found')
    await refused(tryToBook(someone, args(wish(100))), 'PT422', 'beyond_horizon')
    await refused(tryToBook(someone, args({ attachments: [{ path: 'x' }] })), 'PT422', 'attachment_not_yours')
  })
})

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

  test('by the office, for a customer who called, is held to the same windows', async () => {
    const csr = await staff(company, 'csr')
    const called = { ...wish(), portal_account_id: someone.accountId, customer_id: customer.id }
    const [row] = await ok(insert(csr, called))
    expect(row).toMatchObject({ status: 'submitted', portal_account_id: someone.accountId })
    await refused(insert(csr, { ...called, preferred_time_window_start: '08:30' }), 'PT422', 'window_not_offered')
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
    const changed = await someone.tables.from('portal_booking_requests').update({ status: 'scheduled' }).eq('id', row!.id).select('id')
    expect(changed).toMatchObject({ error: null, data: [] })
    await stopped(someone.tables.from('portal_booking_requests').delete().eq('id', row!.id).select('id'), '42501', 403)
  })
})

describe('who', () => {
  test('sees the request and its appointment: the customer and the office, nobody else', async () => {
    const booked = await book(someone, wish())
    const sees = async (who: Person) => ({
      request: (await ok(who.portal.from('booking_requests').select('id').eq('id', booked.id!))).length,
      visit: (await ok(who.portal.from('appointments').select('id').eq('id', booked.appointment_id!))).length,
      rows: (await ok(who.tables.from('work_orders').select('id').eq('id', booked.appointment_id!))).length,
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
    await stopped(tryToBook(anonymous(), wish()), '42501', 401)
    const stranger = await member(await newCustomer(await newCompany()))
    await refused(tryToBook(stranger, wish()), 'PT404', 'not_found')
    await refused(tryToBook(await staff(company, 'csr'), wish()), 'PT403', 'no_active_account')
  })
})
