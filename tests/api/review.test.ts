// What the office and the technicians decide: requests, assignments and the state of a visit.
import { randomUUID } from 'node:crypto'
import { beforeEach, describe, expect, test } from 'vitest'
import type { Database } from './database.types.ts'
import { ok, refused, stopped } from './support/answers.ts'
import {
  change, grant, member, newCompany, newCustomer, newJob, newTechnician, newVisit, offer, staff,
  type Company, type Customer, type Employee, type Member,
} from './support/company.ts'
import { sql } from './support/database.ts'
import { anonymous } from './support/people.ts'
import { book, iso, job, list, listDay, nearest, offeredInstead, windowOn, type Caller } from './support/visits.ts'

type Functions = Database['portal']['Functions']

let company: Company
let customer: Customer
let someone: Member
let csr: Employee
beforeEach(async () => {
  company = await newCompany()
  customer = await newCustomer(company)
  someone = await member(customer)
  csr = await staff(company, 'csr')
})

const tryToReview = (who: Caller, booking_request_id: string, decision: string, more: Partial<Functions['review_booking_request']['Args']> = {}) =>
  who.portal.rpc('review_booking_request', { booking_request_id, decision, ...more }).single()
const review = (...args: Parameters<typeof tryToReview>) => ok(tryToReview(...args))
const request = async (id: string | null) =>
  ok(someone.portal.from('booking_requests').select('status,appointment_id,decision_note,decided_at').eq('id', id!).single())
const held = async (day: number) => book(someone, customer, { window_start: await windowOn(day) })
const open = async () => book(someone, customer, { flexible_date: true })
const technicians = async () =>
  (await sql<{ id: string }[]>`select id from public.technicians where org_id = ${company.id} order by id`).map(({ id }) => id)

describe('approving', () => {
  test('a request that holds its time schedules the visit', async () => {
    const booked = await held(5)
    const before = await job(booked.appointment_id)
    const approved = await review(csr, booked.id!, 'approve', { note: 'See you then.' })
    expect(approved).toMatchObject({
      id: booked.id, status: 'scheduled', appointment_status: 'scheduled', appointment_id: booked.appointment_id,
      window_start: booked.window_start, decision_note: 'See you then.',
    })
    expect(approved.decided_at).toBeTruthy()
    expect(approved.technician_name).toMatch(/^Tec /)
    expect(await job(booked.appointment_id)).toMatchObject({
      status: 'scheduled', hold_expires_at: null, technician_id: before.technician_id, window_start: before.window_start,
      ics_sequence: before.ics_sequence + 1,
    })
    expect(await request(booked.id)).toMatchObject({ status: 'scheduled', decision_note: 'See you then.' })
  })

  test('at another time and with somebody else, as the office likes', async () => {
    const booked = await held(5)
    const chosen = await newTechnician(company, { name: 'Chosen One' })
    const window_start = await windowOn(6, '15:00')
    const approved = await review(csr, booked.id!, 'approve', { window_start, technician_id: chosen })
    expect(approved).toMatchObject({ status: 'scheduled', appointment_id: booked.appointment_id, technician_name: 'Chosen One' })
    // No window is offered then: it lasts as long as the service.
    expect([approved.window_start, approved.window_end].map(iso)).toEqual([window_start, await windowOn(6, '16:30')])
    expect((await listDay(someone, customer, 5))[0]!.capacity, 'the time that was held is free').toBe(3)
    const later = await review(csr, (await open()).id!, 'approve', { window_start: await windowOn(40), technician_id: chosen })
    expect([later.window_start, later.window_end].map(iso), 'an offered window, beyond the horizon').toEqual([await windowOn(40), await windowOn(40, '10:00')])
  })

  test('a request without a time is only approved; with a time it is scheduled', async () => {
    const [one, two] = [await open(), await open()]
    expect(await review(csr, one.id!, 'approve')).toMatchObject({ status: 'approved', appointment_id: null, window_start: null })
    const window_start = await windowOn(6)
    expect(await review(csr, two.id!, 'approve', { window_start })).toMatchObject({ status: 'scheduled', appointment_status: 'scheduled' })
    expect(await review(csr, one.id!, 'approve', { window_start }), 'in two steps').toMatchObject({ status: 'scheduled' })
    expect((await listDay(someone, customer, 6))).toEqual([])
  })

  test('never books a technician twice: PT409 with windows that are free', async () => {
    const [busy] = await technicians()
    await newVisit(customer, 0, { technician_id: busy, window_start: await windowOn(6, '09:00'), window_end: await windowOn(6, '11:00') })
    const booked = await held(5)
    const wanted = { window_start: await windowOn(6), technician_id: busy! }
    const facts = await refused(tryToReview(csr, booked.id!, 'approve', wanted), 'PT409', 'technician_busy')
    expect(offeredInstead(facts).length).toBeGreaterThan(0)
    for (const window_start of offeredInstead(facts)) await book(someone, customer, { window_start, dry_run: true })
    expect(await request(booked.id)).toMatchObject({ status: 'submitted', decided_at: null })
    expect(await job(booked.appointment_id)).toMatchObject({ status: 'tentative' })
  })

  test('a hold that ran out takes its time again while it is free', async () => {
    const booked = await held(5)
    await change(company, 'work_orders', { hold_expires_at: new Date(Date.now() - 1000) }, { id: booked.appointment_id })
    const approved = await review(csr, booked.id!, 'approve')
    expect(approved).toMatchObject({ status: 'scheduled', appointment_status: 'scheduled', window_start: booked.window_start })
  })

  test('a hold that ran out and was given away is refused with what is free', async () => {
    const booked = await held(5)
    await change(company, 'work_orders', { hold_expires_at: new Date(Date.now() - 1000) }, { id: booked.appointment_id })
    const other = await member(await newCustomer(company))
    for (let n = 0; n < 2; n++) await book(other, other.customer, { window_start: await windowOn(5) })
    const facts = await refused(tryToReview(csr, booked.id!, 'approve'), 'PT409', 'slot_taken')
    expect(offeredInstead(facts)).toEqual(nearest(await list(someone, customer), await windowOn(5)))
    const [instead] = offeredInstead(facts)
    expect(await review(csr, booked.id!, 'approve', { window_start: instead })).toMatchObject({ status: 'scheduled' })
  })

  test('refuses the past, somebody unknown, and somebody who cannot do it', async () => {
    const booked = await open()
    await refused(tryToReview(csr, booked.id!, 'approve', { window_start: await windowOn(-1) }), 'PT422', 'date_in_past')
    const window_start = await windowOn(5)
    await refused(tryToReview(csr, booked.id!, 'approve', { window_start, technician_id: randomUUID() }), 'PT404', 'not_found')
    const technician_id = await newTechnician(company, { services: [] })
    await refused(tryToReview(csr, booked.id!, 'approve', { window_start, technician_id }), 'PT422', 'technician_unsuited')
    expect(await request(booked.id)).toMatchObject({ status: 'under_review', appointment_id: null })
  })
})

describe('rejecting', () => {
  test('needs a note, frees the time and is final', async () => {
    const booked = await held(5)
    await refused(tryToReview(csr, booked.id!, 'reject'), 'PT422', 'reason_required')
    const note = 'We do not service that brand.'
    expect(await review(csr, booked.id!, 'reject', { note })).toMatchObject({ status: 'rejected', appointment_status: 'canceled', decision_note: note })
    expect(await request(booked.id)).toMatchObject({ status: 'rejected', decision_note: note })
    expect((await listDay(someone, customer, 5))[0]!.capacity).toBe(2)
    const facts = await refused(tryToReview(csr, booked.id!, 'approve'), 'PT422', 'status_not_allowed')
    expect(facts).toMatchObject({ from: 'rejected', to: 'scheduled', allowed: [] })
  })
})

describe('a decision', () => {
  test('is the office\'s alone', async () => {
    const booked = await held(5)
    for (const who of [someone, await member(customer, { role: 'property_manager' }), await staff(company, 'technician')]) {
      await refused(tryToReview(who, booked.id!, 'approve'), 'PT403', 'not_allowed')
    }
    await refused(tryToReview(await staff(await newCompany(), 'admin'), booked.id!, 'approve'), 'PT404', 'not_found')
    await refused(tryToReview(csr, randomUUID(), 'approve'), 'PT404', 'not_found')
    await refused(tryToReview(csr, booked.id!, 'maybe'), 'PT400', 'invalid_input')
    await stopped(tryToReview(anonymous(), booked.id!, 'approve'), '42501', 401)
    expect(await request(booked.id)).toMatchObject({ status: 'submitted' })
    for (const role of ['dispatcher', 'admin'] as const) await review(await staff(company, role), (await open()).id!, 'approve')
  })

  test('and a withdrawal at the same moment end in one of the two orders, with request and visit agreed', async () => {
    const pairs = { scheduled: 'scheduled', canceled_by_customer: 'canceled' } as Record<string, string>
    for (const day of [3, 4, 5, 6]) {
      const booked = await held(day)
      await Promise.all([
        tryToReview(csr, booked.id!, 'approve'),
        someone.portal.rpc('cancel_booking_request', { booking_request_id: booked.id! }),
      ])
      const { status } = await request(booked.id)
      expect(Object.keys(pairs)).toContain(status)
      expect((await job(booked.appointment_id)).status).toBe(pairs[status!])
    }
  })
})

describe('withdrawing a request', () => {
  const tryToWithdraw = (who: Caller, booking_request_id: string, more = {}) =>
    who.portal.rpc('cancel_booking_request', { booking_request_id, ...more }).single()

  test('frees its time', async () => {
    const booked = await held(5)
    const withdrawn = await ok(tryToWithdraw(someone, booked.id!, { reason: 'It works again.' }))
    expect(withdrawn).toMatchObject({ id: booked.id, status: 'canceled_by_customer', appointment_status: 'canceled' })
    expect((await listDay(someone, customer, 5))[0]!.capacity).toBe(2)
    expect(await ok(tryToWithdraw(someone, booked.id!)), 'once more changes nothing').toEqual(withdrawn)
    const rejected = await open()
    await review(csr, rejected.id!, 'reject', { note: 'No.' })
    const facts = await refused(tryToWithdraw(someone, rejected.id!), 'PT422', 'status_not_allowed')
    expect(facts).toMatchObject({ from: 'rejected', to: 'canceled_by_customer', allowed: [] })
    expect(await ok(tryToWithdraw(someone, (await open()).id!))).toMatchObject({ status: 'canceled_by_customer', appointment_id: null })
  })

  test('once per key', async () => {
    const booked = await held(5)
    const key = { idempotency_key: randomUUID() }
    const first = await ok(tryToWithdraw(someone, booked.id!, key))
    expect(await ok(tryToWithdraw(someone, booked.id!, key))).toEqual(first)
  })

  test('is not how a scheduled visit is canceled', async () => {
    const booked = await held(5)
    await review(csr, booked.id!, 'approve')
    await refused(tryToWithdraw(someone, booked.id!), 'PT422', 'already_scheduled')
    expect(await request(booked.id)).toMatchObject({ status: 'scheduled' })
  })

  test('is for those who may cancel there', async () => {
    const booked = await held(5)
    await refused(tryToWithdraw(await member(customer, { role: 'billing_contact' }), booked.id!), 'PT403', 'cannot_cancel_here')
    const other = await member(await newCustomer(company))
    await refused(tryToWithdraw(other, booked.id!), 'PT404', 'not_found')
    await grant(other, customer, ['view', 'book'], customer.location)
    await refused(tryToWithdraw(other, booked.id!), 'PT403', 'cannot_cancel_here')
    await refused(tryToWithdraw(someone, randomUUID()), 'PT404', 'not_found')
    expect(await request(booked.id)).toMatchObject({ status: 'submitted' })
  })
})

describe('assigning a technician', () => {
  const tryToAssign = (who: Caller, appointment_id: string, technician_id: string) =>
    who.portal.rpc('assign_technician', { appointment_id, technician_id }).single()

  test('changes who comes, and the timeline says so', async () => {
    const booked = await held(5)
    const chosen = await newTechnician(company, { name: 'Chosen One' })
    const assigned = await ok(tryToAssign(csr, booked.appointment_id!, chosen))
    expect(assigned).toMatchObject({ id: booked.appointment_id, technician_id: chosen, technician_name: 'Chosen One' })
    const events = await ok(someone.portal.from('appointment_events').select('event_type').eq('appointment_id', booked.appointment_id!).order('occurred_at'))
    expect(events.map((row) => row.event_type)).toEqual(['requested', 'technician_assigned'])
  })

  test('who is busy is refused, with others who are really free', async () => {
    await offer(company, [['09:00', '11:00']])
    const [one, two] = [await held(5), await book(someone, customer, { window_start: await windowOn(5, '09:00') })]
    const spare = [await newTechnician(company, { name: 'Spare' }), await newTechnician(company, { name: 'Spare too' })]
    await newTechnician(company, { name: 'Elsewhere', shifts: [['11:00', '19:00']] })
    const busy = (await job(two.appointment_id)).technician_id as string
    const facts = await refused(tryToAssign(csr, one.appointment_id!, busy), 'PT409', 'technician_busy')
    const free = facts.technicians as { id: string; name: string }[]
    expect(free.length).toBeGreaterThan(0)
    expect(free.length).toBeLessThanOrEqual(3)
    const really = [...spare, (await job(one.appointment_id)).technician_id as string]
    for (const { id, name } of free) {
      expect(really, name).toContain(id)
      await ok(tryToAssign(csr, one.appointment_id!, id))
    }
  })

  test('takes somebody who works then; the table takes anybody who is able', async () => {
    const booked = await held(5)
    const late = await newTechnician(company, { name: 'Late', shifts: [['12:00', '20:00']] })
    const facts = await refused(tryToAssign(csr, booked.appointment_id!, late), 'PT409', 'technician_busy')
    expect((facts.technicians as { id: string }[]).map(({ id }) => id)).not.toContain(late)
    expect((await job(booked.appointment_id)).technician_id).not.toBe(late)
    const { data } = await csr.tables.from('work_orders').update({ technician_id: late }).eq('id', booked.appointment_id!).select('technician_id')
    expect(data).toEqual([{ technician_id: late }])
  })

  test('is the office\'s, and only for people who can do it', async () => {
    const booked = await held(5)
    const [anybody] = await technicians()
    const unskilled = await newTechnician(company, { services: [] })
    const elsewhere = await newTechnician(await newCompany())
    await refused(tryToAssign(csr, booked.appointment_id!, unskilled), 'PT422', 'technician_unsuited')
    for (const id of [randomUUID(), elsewhere]) await refused(tryToAssign(csr, booked.appointment_id!, id), 'PT404', 'not_found')
    await refused(tryToAssign(csr, randomUUID(), anybody!), 'PT404', 'not_found')
    await refused(tryToAssign(await staff(await newCompany(), 'csr'), booked.appointment_id!, anybody!), 'PT404', 'not_found')
    await refused(tryToAssign(someone, booked.appointment_id!, anybody!), 'PT403', 'staff_only')
  })
})

describe('the state of a visit', () => {
  type StatusArgs = Functions['set_appointment_status']['Args']
  const tryToSet = (who: Caller, appointment_id: string, more: Omit<StatusArgs, 'appointment_id'>) =>
    who.portal.rpc('set_appointment_status', { appointment_id, ...more } as StatusArgs).single()
  const status = async (id: string) => (await job(id)).status

  test('is set by the technician who does it, and by the office', async () => {
    const technician = await staff(company, 'technician')
    const id = await newJob(customer, 1, technician.technicianId)
    const eta = new Date(Date.now() + 24 * 3_600_000 + 600_000).toISOString()
    const underWay = await ok(tryToSet(technician, id, { status: 'en_route', eta, note: 'Ten minutes.' }))
    expect(underWay).toMatchObject({ id, status: 'en_route' })
    expect(iso(underWay.eta)).toBe(eta)
    expect(await ok(tryToSet(await staff(company, 'dispatcher'), id, { status: 'on_site' }))).toMatchObject({ status: 'on_site' })
    expect(await ok(tryToSet(technician, id, { status: 'completed' }))).toMatchObject({ status: 'completed' })
    expect((await job(id)).completed_at).not.toBeNull()
    const events = await ok(someone.portal.from('appointment_events').select('event_type,note').eq('appointment_id', id).order('occurred_at'))
    expect(events).toEqual([
      { event_type: 'scheduled', note: null }, { event_type: 'en_route', note: 'Ten minutes.' },
      { event_type: 'on_site', note: null }, { event_type: 'completed', note: null },
    ])
  })

  test('can stay while the arrival changes: running late is said to the customer', async () => {
    const technician = await staff(company, 'technician')
    const id = await newJob(customer, 1, technician.technicianId)
    const eta = new Date(Date.now() + 27 * 3_600_000).toISOString()
    expect(await ok(tryToSet(technician, id, { eta, note: 'Stuck on the bridge.' }))).toMatchObject({ status: 'scheduled' })
    const events = await ok(someone.portal.from('appointment_events').select('event_type,note,eta').eq('appointment_id', id).order('occurred_at'))
    expect(events.at(-1)).toMatchObject({ event_type: 'running_late', note: 'Stuck on the bridge.' })
    expect(iso(events.at(-1)!.eta)).toBe(eta)
  })

  test('follows one machine, which a refusal explains', async () => {
    const id = await newJob(customer, 1, null, 'completed')
    const facts = await refused(tryToSet(csr, id, { status: 'scheduled' }), 'PT422', 'status_not_allowed')
    expect(facts).toMatchObject({ from: 'completed', to: 'scheduled', allowed: [] })
    const tentative = (await held(5)).appointment_id!
    const early = await refused(tryToSet(csr, tentative, { status: 'on_site' }), 'PT422', 'status_not_allowed')
    expect(early).toMatchObject({ from: 'tentative', to: 'on_site' })
    expect(new Set(early.allowed as string[])).toEqual(new Set(['scheduled', 'canceled']))
    await refused(tryToSet(csr, tentative, { status: 'finished' }), 'PT400', 'invalid_input')
    expect(await status(tentative)).toBe('tentative')
  })

  test('also binds whoever writes to the table', async () => {
    const id = await newJob(customer, 1, null, 'completed')
    const changed = csr.tables.from('work_orders').update({ status: 'scheduled' }).eq('id', id).select('id')
    await refused(changed, 'PT422', 'status_not_allowed')
    const booked = await held(5)
    const request = csr.tables.from('portal_booking_requests').update({ status: 'submitted' })
    await ok(csr.tables.from('portal_booking_requests').update({ status: 'rejected' }).eq('id', booked.id!).select('id'))
    expect(await status(booked.appointment_id!)).toBe('canceled')
    await refused(request.eq('id', booked.id!).select('id'), 'PT422', 'status_not_allowed')
  })

  test('is not for customers, other technicians or other companies to set', async () => {
    const technician = await staff(company, 'technician')
    const id = await newJob(customer, 1, technician.technicianId)
    await refused(tryToSet(someone, id, { status: 'completed' }), 'PT403', 'staff_only')
    for (const who of [
      await staff(company, 'technician'), await staff(await newCompany(), 'dispatcher'), await member(await newCustomer(company)),
    ]) {
      await refused(tryToSet(who, id, { status: 'completed' }), 'PT404', 'not_found')
    }
    await stopped(tryToSet(anonymous(), id, { status: 'completed' }), '42501', 401)
    expect(await status(id)).toBe('scheduled')
  })
})
