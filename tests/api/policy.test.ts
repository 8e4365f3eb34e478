// What a customer may still move or cancel, until when and for what fee: explained and enforced by the same rules.
import { beforeEach, describe, expect, test } from 'vitest'
import { refused, stopped } from './support/answers.ts'
import {
  add, change, member, newCompany, newCustomer, newService, newVisit, SERVICE, staff,
  type Company, type Customer, type Member, type Row,
} from './support/company.ts'
import { sql, value } from './support/database.ts'
import { anonymous } from './support/people.ts'
import { cancel, iso, job, list, move, offeredInstead, policyOf, starts, tryToCancel, tryToMove, windowOn } from './support/visits.ts'

const DAY = 24 * 60
const LONG_AGO = new Date(Date.now() - 90 * DAY * 60_000)
const office = { contact_phone: '+13125550100', contact_email: 'office@company.example' }

let company: Company
let customer: Customer
let someone: Member
beforeEach(async () => {
  company = await newCompany()
  customer = await newCustomer(company)
  someone = await member(customer)
  await change(company, 'booking_policies', {
    reschedule_notice_minutes: 120, cancel_notice_minutes: 60, max_reschedules: 2, ...office,
  })
})

/** A visit that was booked long ago and begins in so many minutes. */
const visitIn = (minutes: number, columns: Row = {}) => newVisit(customer, minutes, { created_at: LONG_AGO, ...columns })
const before = async (id: string, minutes: number) =>
  new Date((await job(id)).window_start.getTime() - minutes * 60_000).toISOString()
const tiers = (...pairs: [notice_minutes: number, fee_cents: number][]) =>
  change(company, 'booking_policies', {
    cancel_notice_minutes: 0, fee_tiers: sql.json(pairs.map(([notice_minutes, fee_cents]) => ({ notice_minutes, fee_cents }))),
  })

describe('the policy', () => {
  test('says what may be done, until when, how often, for what, and whom to call', async () => {
    const id = await visitIn(3 * DAY, { reschedule_count: 1 })
    const policy = await policyOf(someone, id)
    expect(policy).toMatchObject({
      can_reschedule: true, reschedule_refusal: null, reschedules_left: 1, can_cancel: true, cancel_refusal: null,
      fee_cents: 0, currency: 'USD', ...office,
    })
    expect([policy.reschedule_until, policy.cancel_until].map(iso)).toEqual([await before(id, 120), await before(id, 60)])
  })

  test('of the service goes before that of the company; without either there are defaults', async () => {
    const id = await visitIn(3 * DAY)
    await add(company, 'booking_policies', { service_type: SERVICE, reschedule_notice_minutes: 300, max_reschedules: 7 })
    const own = await policyOf(someone, id)
    expect(own.reschedules_left).toBe(7)
    expect([own.reschedule_until, own.cancel_until].map(iso)).toEqual([await before(id, 300), await before(id, DAY)])
    await sql`delete from public.booking_policies where org_id = ${company.id}`
    const none = await policyOf(someone, id)
    expect(none).toMatchObject({ reschedules_left: 3, fee_cents: 0, currency: 'USD' })
    expect([none.reschedule_until, none.cancel_until].map(iso)).toEqual([await before(id, DAY), await before(id, DAY)])
  })

  test.each([
    [125, true, true], [115, false, true], [65, false, true], [55, false, false],
  ])('explains and enforces the same, %s minutes before', async (minutes, canMove, canCancel) => {
    const id = await visitIn(minutes)
    expect(await policyOf(someone, id)).toMatchObject({
      can_reschedule: canMove, reschedule_refusal: canMove ? null : 'inside_notice',
      can_cancel: canCancel, cancel_refusal: canCancel ? null : 'inside_notice',
    })
    const target = await windowOn(6)
    if (canMove) await move(someone, id, target, { dry_run: true })
    else {
      const facts = await refused(tryToMove(someone, id, target), 'PT422', 'inside_notice')
      expect(facts).toMatchObject(office)
      expect(iso(facts.allowed_until)).toBe(await before(id, 120))
      const offered = offeredInstead(facts)
      expect(offered).toHaveLength(3)
      expect(starts(await list(someone, customer))).toEqual(expect.arrayContaining(offered))
    }
    if (canCancel) await cancel(someone, id, { dry_run: true })
    else {
      const facts = await refused(tryToCancel(someone, id), 'PT422', 'inside_notice')
      expect(facts).toMatchObject(office)
      expect(iso(facts.allowed_until)).toBe(await before(id, 60))
    }
    expect(await job(id)).toMatchObject({ status: 'scheduled', reschedule_count: 0, ics_sequence: 0 })
  })

  test.each([
    ['en_route', 'already_under_way'], ['on_site', 'already_under_way'],
    ['completed', 'already_over'], ['canceled', 'already_over'], ['no_show', 'already_over'],
  ])('leaves a visit that is %s as it is', async (status, reason) => {
    const id = await visitIn(3 * DAY, { status })
    expect(await policyOf(someone, id)).toMatchObject({
      can_reschedule: false, reschedule_refusal: reason, can_cancel: false, cancel_refusal: reason,
    })
    expect(await refused(tryToMove(someone, id, await windowOn(6)), 'PT422', reason)).toMatchObject(office)
    expect(await refused(tryToCancel(someone, id), 'PT422', reason)).toMatchObject(office)
    expect((await job(id)).status).toBe(status)
  })

  test('allows only so many moves, and canceling still', async () => {
    const id = await visitIn(5 * DAY)
    expect((await move(someone, id, await windowOn(6))).reschedule_count).toBe(1)
    expect((await move(someone, id, await windowOn(7))).reschedule_count).toBe(2)
    expect(await policyOf(someone, id)).toMatchObject({
      can_reschedule: false, reschedule_refusal: 'too_many_moves', reschedules_left: 0, can_cancel: true,
    })
    expect(await refused(tryToMove(someone, id, await windowOn(8)), 'PT422', 'too_many_moves')).toMatchObject(office)
    expect(iso((await job(id)).window_start)).toBe(await windowOn(7))
    await cancel(someone, id)
  })

  test('never keeps a customer in a visit that is only held, and asks nothing for it', async () => {
    await tiers([DAY, 5000])
    await change(company, 'booking_policies', { cancel_notice_minutes: 600 })
    const id = await visitIn(30, { status: 'tentative', hold_expires_at: new Date(Date.now() + 3_600_000) })
    expect(await policyOf(someone, id)).toMatchObject({ can_reschedule: false, can_cancel: true, cancel_refusal: null, fee_cents: 0 })
    expect(await cancel(someone, id)).toMatchObject({ status: 'canceled', fee_cents: 0 })
  })

  test.each([
    ['its window is over and nobody came', -180, {}],
    ['the technician will come after it', 30, { eta: new Date(Date.now() + 4 * 3_600_000) }],
  ])('binds nobody when the company is late: %s', async (_, minutes, columns) => {
    await tiers([DAY, 0], [0, 5000])
    await change(company, 'booking_policies', { cancel_notice_minutes: 600 })
    const id = await visitIn(minutes, columns)
    expect(await policyOf(someone, id)).toMatchObject({ can_reschedule: true, can_cancel: true, fee_cents: 0 })
    await move(someone, id, await windowOn(6), { dry_run: true })
    expect(await cancel(someone, id)).toMatchObject({ status: 'canceled', fee_cents: 0 })
  })

  test('is for those who see the visit', async () => {
    const id = await visitIn(3 * DAY)
    for (const stranger of [await member(await newCustomer(company)), await member(await newCustomer(await newCompany()))]) {
      await refused(stranger.portal.rpc('appointment_policy', { appointment_id: id }).single(), 'PT404', 'not_found')
    }
    await stopped(anonymous().portal.rpc('appointment_policy', { appointment_id: id }).single(), '42501', 401)
  })
})

describe('the fee for canceling', () => {
  test.each([[3 * DAY, 0], [600, 2500], [120, 5000]])('depends on the notice: %s minutes before it is %s', async (minutes, fee) => {
    await tiers([240, 2500], [DAY, 0], [0, 5000])
    const id = await visitIn(minutes)
    const policy = await policyOf(someone, id)
    expect(policy.fee_cents).toBe(fee)
    expect(iso(policy.fee_free_until)).toBe(await before(id, DAY))
    expect(await cancel(someone, id, { reason: 'Not needed.' })).toMatchObject({ status: 'canceled', fee_cents: fee })
    expect(await job(id)).toMatchObject({ status: 'canceled', cancel_fee_cents: fee, cancel_reason: 'Not needed.' })
  })

  test('with less notice than the smallest step is that of the smallest', async () => {
    await tiers([DAY, 0], [240, 2500])
    expect((await policyOf(someone, await visitIn(60))).fee_cents).toBe(2500)
  })

  test('is void for whoever booked when it could no longer be canceled for free', async () => {
    await tiers([DAY, 0], [0, 5000])
    const inside = await newVisit(customer, 600)
    expect((await policyOf(someone, inside)).fee_cents).toBe(0)
    expect((await cancel(someone, inside)).fee_cents).toBe(0)
    const outside = await newVisit(customer, 600, { created_at: new Date(Date.now() - (DAY - 500) * 60_000) })
    expect((await policyOf(someone, outside)).fee_cents, 'booked 25 hours before').toBe(5000)
  })

  test('can only be written as a list of notices and fees', async () => {
    const wrong = [
      {}, [5], [{}], [{ notice_minutes: 1 }], [{ notice_minutes: -1, fee_cents: 1 }], [{ notice_minutes: 1, fee_cents: -1 }],
      [{ notice_minutes: 1.5, fee_cents: 1 }], [{ notice_minutes: '1', fee_cents: 1 }],
      [{ notice_minutes: 1, fee_cents: 1, more: 1 }], [{ notice_minutes: 1, fee_cents: 1 }, { notice_minutes: 1, fee_cents: 2 }],
    ]
    for (const fee_tiers of wrong) {
      const given = change(company, 'booking_policies', { fee_tiers: sql.json(fee_tiers as never) })
      await expect(given, JSON.stringify(fee_tiers)).rejects.toMatchObject({ code: '23514' })
    }
  })
})

describe('the office', () => {
  const bypasses = (id: string) =>
    value<number>(sql`
      select count(*)::int from public.portal_audit_events
      where org_id = ${company.id} and event_type = 'policy_bypassed' and entity_id = ${id} and actor_type = 'staff'`)

  test('may pass over the policy for a reason, which is kept', async () => {
    const csr = await staff(company, 'csr')
    const [moved, canceled] = [await visitIn(30), await visitIn(40)]
    const policy = await policyOf(csr, moved)
    expect(policy, 'what the customer would be told').toMatchObject({
      can_reschedule: true, reschedule_refusal: 'inside_notice', can_cancel: true, cancel_refusal: 'inside_notice',
    })
    await refused(tryToMove(csr, moved, await windowOn(6)), 'PT422', 'reason_required')
    await refused(tryToMove(csr, moved, await windowOn(6), { reason: '  ' }), 'PT422', 'reason_required')
    await refused(tryToCancel(csr, canceled), 'PT422', 'reason_required')
    expect([await bypasses(moved), await bypasses(canceled)]).toEqual([0, 0])

    const reason = 'The customer called: nobody is at home.'
    expect(iso((await move(csr, moved, await windowOn(6), { reason })).window_start)).toBe(await windowOn(6))
    expect(await cancel(csr, canceled, { reason })).toMatchObject({ status: 'canceled' })
    expect([await bypasses(moved), await bypasses(canceled)]).toEqual([1, 1])
    expect((await job(moved)).reschedule_count, "no move of the customer's").toBe(0)
  })

  test('needs no reason for what the policy allows, and leaves no trace of passing over it', async () => {
    const csr = await staff(company, 'csr')
    const id = await visitIn(5 * DAY)
    await move(csr, id, await windowOn(6))
    await cancel(csr, id)
    expect(await bypasses(id)).toBe(0)
  })

  test('cannot move what is over either, nor to where nobody is free', async () => {
    const csr = await staff(company, 'csr')
    const over = await visitIn(-3 * DAY, { status: 'completed' })
    await refused(tryToMove(csr, over, await windowOn(6), { reason: 'x' }), 'PT422', 'already_over')
    const only = await newService(company, 'nobody_does_it')
    await sql`delete from public.technician_skills where org_id = ${company.id} and service_type = ${only}`
    const id = await visitIn(5 * DAY, { service_type: only })
    await refused(tryToMove(csr, id, await windowOn(6), { reason: 'x' }), 'PT422', 'nobody_can_do_it')
  })

  test('of another company finds nothing', async () => {
    const id = await visitIn(5 * DAY)
    const stranger = await staff(await newCompany(), 'admin')
    await refused(tryToMove(stranger, id, await windowOn(6), { reason: 'x' }), 'PT404', 'not_found')
    await refused(tryToCancel(stranger, id, { reason: 'x' }), 'PT404', 'not_found')
  })
})
