// What becomes of a visit: moved, canceled, on its way; its timeline, its status and its calendar entry.
import { randomUUID } from 'node:crypto'
import ICAL from 'ical.js'
import { beforeEach, describe, expect, test } from 'vitest'
import { ok, refused, stopped } from './support/answers.ts'
import {
  change, grant, member, newCompany, newCustomer, newTechnician, newVisit, SERVICE, staff,
  type Company, type Customer, type Member,
} from './support/company.ts'
import { sql, value } from './support/database.ts'
import { env } from './support/env.ts'
import { anonymous, service } from './support/people.ts'
import { book, cancel, iso, job, list, listDay, move, nearest, offeredInstead, tryToBook, tryToCancel, tryToMove, windowOn } from './support/visits.ts'

let company: Company
let customer: Customer
let someone: Member
beforeEach(async () => {
  company = await newCompany({ service: { booking_mode: 'instant' } })
  customer = await newCustomer(company)
  someone = await member(customer)
})

/** A visit of the customer on a day, booked by themselves; answers its id. */
const visitOn = async (day: number, more = {}) =>
  (await book(someone, customer, { window_start: await windowOn(day), ...more })).appointment_id!
const capacity = async (day: number) => (await listDay(someone, customer, day))[0]?.capacity ?? 0
const set = (id: string, columns: object) => change(company, 'work_orders', columns as never, { id })

describe('moving', () => {
  test('takes the new window, frees the old one, and keeps the technician', async () => {
    const id = await visitOn(5)
    const { technician_id } = await job(id)
    const target = await windowOn(6)
    const moved = await move(someone, id, target, { reason: 'I am away that day.' })
    expect(moved).toMatchObject({ id, status: 'scheduled', service_type: SERVICE, technician_id, reschedule_count: 1, ics_sequence: 1 })
    expect([moved.window_start, moved.window_end].map(iso)).toEqual([target, await windowOn(6, '10:00')])
    const { fee_cents, ...columns } = moved
    expect(fee_cents ?? 0).toBe(0)
    expect(await ok(someone.portal.from('appointments').select('*').eq('id', id).single())).toEqual(columns)
    expect([await capacity(5), await capacity(6)]).toEqual([2, 1])
    const request = await ok(someone.portal.from('booking_requests').select('*').eq('appointment_id', id).single())
    expect(request).toMatchObject({ status: 'scheduled', preferred_service_date: moved.window_start!.slice(0, 10) })
  })

  test('finds somebody else when the technician is taken', async () => {
    const id = await visitOn(5)
    const { technician_id } = await job(id)
    await newVisit(customer, 0, { technician_id, window_start: await windowOn(6), window_end: await windowOn(6, '10:00') })
    const moved = await move(someone, id, await windowOn(6))
    expect(moved.technician_id).not.toBe(technician_id)
    expect(moved.technician_name).toMatch(/^Tec /)
  })

  test('never collides with the visit itself', async () => {
    company = await newCompany({ technicians: 1, windows: [['08:00', '10:00'], ['09:00', '11:00']], service: { booking_mode: 'instant' } })
    customer = await newCustomer(company)
    someone = await member(customer)
    const id = await visitOn(5)
    const moved = await move(someone, id, await windowOn(5, '09:00'))
    expect(iso(moved.window_start)).toBe(await windowOn(5, '09:00'))
    await move(someone, id, await windowOn(5))
  })

  test('to where nobody is free is refused with what is free, and the old window stays', async () => {
    const id = await visitOn(5)
    const before = await job(id)
    const other = await member(await newCustomer(company))
    for (let n = 0; n < 2; n++) await book(other, other.customer, { window_start: await windowOn(6) })
    const facts = await refused(tryToMove(someone, id, await windowOn(6)), 'PT409', 'slot_taken')
    const offered = offeredInstead(facts)
    const elsewhere = (await list(someone, customer)).filter((row) => iso(row.window_start) !== iso(before.window_start))
    expect(offered).toEqual(nearest(elsewhere, await windowOn(6)))
    expect(await job(id)).toEqual(before)
    await move(someone, id, offered[0]!)
  })

  test('judges the window as a booking would', async () => {
    const id = await visitOn(5)
    const refusals: [string, string][] = [
      [await windowOn(6, '08:30'), 'window_not_offered'], [await windowOn(16), 'beyond_horizon'], [await windowOn(-2), 'date_in_past'],
      [await windowOn(5), 'same_window'],
    ]
    for (const [target, reason] of refusals) await refused(tryToMove(someone, id, target), 'PT422', reason)
    await change(company, 'service_types', { lead_time_minutes: 4 * 1440 })
    await refused(tryToMove(someone, id, await windowOn(2)), 'PT422', 'inside_lead_time')
    expect(await job(id)).toMatchObject({ reschedule_count: 0, ics_sequence: 0 })
    await refused(tryToMove(someone, id, 'infinity'), 'PT400', 'invalid_input')
  })

  test('two visits onto the last place at once: one gets it, the other stays where it was', async () => {
    const [one, two] = [await visitOn(5), await visitOn(7)]
    await visitOn(6)
    const target = await windowOn(6)
    const answers = await Promise.all([tryToMove(someone, one, target), tryToMove(someone, two, target)])
    expect(answers.filter(({ error }) => !error)).toHaveLength(1)
    await refused(Promise.resolve(answers.find(({ error }) => error)!), 'PT409', 'slot_taken')
    const loser = answers[0]!.error ? one : two
    expect(iso((await job(loser)).window_start)).toBe(await windowOn(loser === one ? 5 : 7))
    expect(await capacity(6)).toBe(0)
  })

  test('a visit that is only held prolongs the hold', async () => {
    await change(company, 'service_types', { booking_mode: 'request' })
    const id = await visitOn(5)
    await set(id, { hold_expires_at: new Date(Date.now() + 300_000) })
    expect((await move(someone, id, await windowOn(6))).status).toBe('tentative')
    const left = (await job(id)).hold_expires_at - Date.now()
    expect(left).toBeGreaterThan(1430 * 60_000)
  })

  test('once per key, however often it is sent; another target under the same key is refused', async () => {
    const id = await visitOn(5)
    const key = { idempotency_key: randomUUID() }
    const answers = await Promise.all(Array.from({ length: 8 }, async () => move(someone, id, await windowOn(6), key)))
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1)
    expect(await job(id)).toMatchObject({ reschedule_count: 1, ics_sequence: 1 })
    await refused(tryToMove(someone, id, await windowOn(7), key), 'PT422', 'idempotency_key_reused')
  })

  test('as a dry run answers the same and leaves nothing', async () => {
    const id = await visitOn(5)
    const before = await job(id)
    const rehearsed = await move(someone, id, await windowOn(6), { dry_run: true })
    expect(await job(id)).toEqual(before)
    expect(await ok(someone.portal.from('appointment_events').select('event_type').eq('appointment_id', id))).toHaveLength(1)
    const { updated_at: _, ...same } = await move(someone, id, await windowOn(6))
    expect(rehearsed).toMatchObject(same)
  })

  test('needs the right to book there, canceling the right to cancel', async () => {
    const id = await visitOn(5)
    const target = await windowOn(6)
    const payer = await member(customer, { role: 'billing_contact' })
    await refused(tryToMove(payer, id, target), 'PT403', 'cannot_book_here')
    await refused(tryToCancel(payer, id), 'PT403', 'cannot_cancel_here')
    const canceler = await member(await newCustomer(company))
    await refused(tryToMove(canceler, id, target), 'PT404', 'not_found')
    await refused(tryToCancel(canceler, id), 'PT404', 'not_found')
    await grant(canceler, customer, ['view', 'cancel'], customer.location)
    await refused(tryToMove(canceler, id, target), 'PT403', 'cannot_book_here')
    await cancel(canceler, id, { dry_run: true })
    await stopped(tryToMove(anonymous(), id, target), '42501', 401)
    await refused(tryToMove(someone, randomUUID(), target), 'PT404', 'not_found')
    expect((await job(id)).status).toBe('scheduled')
  })
})

describe('canceling', () => {
  test('frees the window, keeps the visit in the list and ends the request', async () => {
    const id = await visitOn(5)
    const canceled = await cancel(someone, id, { reason: 'It works again.' })
    expect(canceled).toMatchObject({ id, status: 'canceled', fee_cents: 0, ics_sequence: 1 })
    expect(canceled.canceled_at).toBeTruthy()
    expect(await capacity(5)).toBe(2)
    const listed = await ok(someone.portal.from('appointments').select('status,booking_requests(status)').eq('id', id).single())
    expect(listed).toEqual({ status: 'canceled', booking_requests: [{ status: 'canceled_by_customer' }] })
    await refused(tryToCancel(someone, id), 'PT422', 'already_over')
  })

  test('by the office rejects the request', async () => {
    const id = await visitOn(5)
    await cancel(await staff(company, 'dispatcher'), id, { reason: 'We have nobody.' })
    const requests = await ok(someone.portal.from('booking_requests').select('status').eq('appointment_id', id))
    expect(requests).toEqual([{ status: 'rejected' }])
  })

  test('once per key, as a dry run not at all', async () => {
    const id = await visitOn(5)
    const key = { idempotency_key: randomUUID() }
    expect(await cancel(someone, id, { ...key, dry_run: true })).toMatchObject({ status: 'canceled' })
    expect((await job(id)).status).toBe('scheduled')
    const first = await cancel(someone, id, key)
    expect(await cancel(someone, id, key)).toEqual(first)
    expect((await job(id)).ics_sequence).toBe(1)
  })

  test('and booking again at the same moment ends in one of the two orders, never in two visits', async () => {
    const technicians = await sql`select id from public.technicians where org_id = ${company.id} order by id`
    await change(company, 'technicians', { is_active: false }, { id: technicians[0]!.id })
    const other = await member(await newCustomer(company))
    const id = await visitOn(5)
    const window_start = await windowOn(5)
    const [gone, taken] = await Promise.all([tryToCancel(someone, id), tryToBook(other, other.customer, { window_start })])
    expect(gone.error).toBeNull()
    if (taken.error) await refused(Promise.resolve(taken), 'PT409', 'slot_taken')
    const active = await value<number>(sql`
      select count(*)::int from public.work_orders where org_id = ${company.id} and status = 'scheduled'`)
    expect(active).toBe(taken.error ? 0 : 1)
  })
})

describe('the timeline', () => {
  const events = async (id: string, who = someone) =>
    ok(who.portal.from('appointment_events').select('*').eq('appointment_id', id).order('occurred_at'))

  test('is written by the changes themselves', async () => {
    await change(company, 'service_types', { booking_mode: 'request' })
    const id = await visitOn(5)
    await set(id, { status: 'scheduled' })
    await move(someone, id, await windowOn(6))
    const colleague = await newTechnician(company)
    await set(id, { technician_id: colleague })
    const eta = new Date(Date.parse(await windowOn(6)) + 3_600_000)
    await set(id, { eta, status_note: 'Traffic is light.' })
    await set(id, { status: 'en_route' })
    await set(id, { eta: new Date(Date.parse(await windowOn(6, '10:00')) + 1) })
    await set(id, { status: 'on_site' })
    await set(id, { status: 'completed' })
    const written = await events(id)
    expect(written.map((row) => row.event_type)).toEqual([
      'requested', 'scheduled', 'moved', 'technician_assigned', 'eta_changed', 'en_route', 'running_late', 'on_site', 'completed',
    ])
    const taken = written.filter((row) => row.event_type === row.status || row.event_type === 'requested')
    expect(taken.map((row) => row.status)).toEqual(['tentative', 'scheduled', 'en_route', 'on_site', 'completed'])
    expect(written.map((row) => row.note)).toEqual([null, null, null, null, 'Traffic is light.', null, null, null, null])
    expect(iso(written[1]!.window_start)).toBe(await windowOn(5))
    expect([written[2]!.window_start, written[2]!.window_end].map(iso)).toEqual([await windowOn(6), await windowOn(6, '10:00')])
    expect(iso(written[4]!.eta)).toBe(eta.toISOString())
    expect((await job(id)).completed_at).not.toBeNull()
    const embedded = await ok(someone.portal.from('appointments').select('id,appointment_events(*)').eq('id', id).single())
    expect(embedded.appointment_events).toHaveLength(written.length)
    expect(embedded.appointment_events).toEqual(expect.arrayContaining(written))
  })

  test('knows who did it, and why a visit was canceled', async () => {
    const id = await visitOn(5)
    await move(await staff(company, 'csr'), id, await windowOn(6))
    await cancel(someone, id, { reason: 'Sold the house.' })
    const actors = await sql`
      select event_type, actor_type, note from public.work_order_events where work_order_id = ${id} order by occurred_at`
    expect(actors.map((row) => ({ ...row }))).toMatchObject([
      { event_type: 'scheduled', actor_type: 'portal_user' }, { event_type: 'moved', actor_type: 'staff' },
      { event_type: 'canceled', actor_type: 'portal_user', note: 'Sold the house.' },
    ])
  })

  test('of a job that was entered when it was over begins empty', async () => {
    expect(await events(await newVisit(customer, -5000, { status: 'completed' }))).toEqual([])
  })

  test('is seen by those who see the visit, and changed by nobody', async () => {
    const id = await visitOn(5)
    expect(await events(id, await member(customer))).toHaveLength(1)
    expect(await events(id, await member(await newCustomer(company)))).toEqual([])
    expect(await events(id, await member(await newCustomer(await newCompany())))).toEqual([])
    for (const who of [someone, await staff(company, 'admin'), service()]) {
      const { error } = await who.tables.from('work_order_events').update({ note: 'x' } as never).eq('work_order_id', id)
      expect(error?.code).toBe('42501')
      await stopped(who.tables.from('work_order_events').delete().eq('work_order_id', id), '42501', 403)
    }
    await expect(sql`update public.work_order_events set note = 'x' where work_order_id = ${id}`).rejects.toThrow()
  })
})

describe('the status', () => {
  test('can be polled: where it stands, when, who comes and since when it is so', async () => {
    const id = await visitOn(5)
    const eta = new Date(Date.parse(await windowOn(5)) + 1_800_000)
    await set(id, { status: 'en_route', eta })
    const poll = (who: Pick<Member, 'portal'>, appointment_id = id) =>
      who.portal.rpc('appointment_status', { appointment_id }, { get: true }).single()
    const { updated_at } = await job(id)
    const status = await ok(poll(someone))
    expect(status).toMatchObject({ status: 'en_route', technician_name: expect.stringMatching(/^Tec /) })
    expect([status.eta, status.updated_at].map(iso)).toEqual([eta, updated_at].map(iso))
    await refused(poll(someone, randomUUID()), 'PT404', 'not_found')
    await refused(poll(await member(await newCustomer(company))), 'PT404', 'not_found')
    await stopped(poll(anonymous()), '42501', 401)
  })
})

describe('the calendar entry', () => {
  async function entry(id: string, who: Pick<Member, 'token'> = someone) {
    const response = await fetch(`${env.url}/rest/v1/rpc/appointment_calendar?appointment_id=${id}`, {
      headers: { apikey: env.publishableKey, Authorization: `Bearer ${who.token}`, Accept: 'text/calendar', 'Accept-Profile': 'portal' },
    })
    return { response, text: await response.text() }
  }
  /** The file as a calendar program reads it. */
  async function read(id: string) {
    const { response, text } = await entry(id)
    expect(response.status, text).toBe(200)
    expect(response.headers.get('content-type')).toMatch(/^text\/calendar\b/)
    expect(response.headers.get('content-disposition')).toMatch(/^attachment; filename="appointment-J-[A-Z0-9-]+\.ics"$/)
    const calendar = new ICAL.Component(ICAL.parse(text) as never)
    const [visit, ...more] = calendar.getAllSubcomponents('vevent')
    expect(more).toEqual([])
    const event = new ICAL.Event(visit!)
    return {
      text, uid: event.uid, sequence: event.sequence, start: event.startDate.toJSDate().toISOString(),
      end: event.endDate.toJSDate().toISOString(), summary: event.summary, location: event.location,
      status: visit!.getFirstPropertyValue('status'), method: calendar.getFirstPropertyValue('method'),
    }
  }

  test('is a file that calendars read, with lines of at most 75 octets and CRLF', async () => {
    await change(company, 'service_types', { name: 'Wärmepumpe, prüfen; reinigen \\ entlüften '.repeat(3).trim() })
    const id = await visitOn(5)
    const found = await read(id)
    expect(found).toMatchObject({ sequence: 0, status: 'CONFIRMED', method: 'PUBLISH', start: await windowOn(5), end: await windowOn(5, '10:00') })
    expect(found.summary).toContain('Wärmepumpe, prüfen; reinigen \\ entlüften')
    expect(found.location).toContain('1 Test Street')
    const lines = found.text.split('\r\n')
    expect(lines.length).toBeGreaterThan(10)
    expect(lines.filter((line) => line.includes('\n') || Buffer.byteLength(line) > 75)).toEqual([])
  })

  test('keeps its identity and rises with every change that a calendar must show', async () => {
    await change(company, 'service_types', { booking_mode: 'request' })
    const id = await visitOn(5)
    const entries = [await read(id)]
    const after = async (step: PromiseLike<unknown>) => {
      await step
      entries.push(await read(id))
    }
    await after(set(id, { status: 'scheduled' }))
    await after(move(someone, id, await windowOn(6)))
    await after(cancel(someone, id))
    expect(new Set(entries.map(({ uid }) => uid)).size).toBe(1)
    expect(entries.map(({ status }) => status)).toEqual(['TENTATIVE', 'CONFIRMED', 'CONFIRMED', 'CANCELLED'])
    expect(entries.map(({ method }) => method)).toEqual(['PUBLISH', 'PUBLISH', 'PUBLISH', 'CANCEL'])
    const sequence = entries.map((one) => one.sequence)
    for (let n = 1; n < sequence.length; n++) expect(sequence[n], `change ${n}`).toBeGreaterThan(sequence[n - 1]!)
    expect(entries.map(({ start }) => start)).toEqual([await windowOn(5), await windowOn(5), await windowOn(6), await windowOn(6)])
    const other = await read(await visitOn(7))
    expect(other.uid).not.toBe(entries[0]!.uid)
  })

  test('is only for those who see the visit', async () => {
    const id = await visitOn(5)
    for (const stranger of [await member(await newCustomer(company)), await member(await newCustomer(await newCompany()))]) {
      const { response, text } = await entry(id, stranger)
      expect(response.status).toBe(404)
      expect(JSON.parse(text)).toMatchObject({ code: 'PT404', details: expect.stringContaining('not_found') })
    }
  })
})
