// What happens by itself, and what a DBA is told: due jobs, health, simulated policies.
import { randomUUID } from 'node:crypto'
import { beforeEach, describe, expect, test } from 'vitest'
import { ok } from './support/answers.ts'
import {
  add, change, member, newCompany, newCustomer, newService, newTechnician, newVisit, offer, SERVICE, staff,
  type Company, type Customer, type Member,
} from './support/company.ts'
import { sql, value } from './support/database.ts'
import { newChannel } from './support/outbox.ts'
import { book, cancel, job, listDay, move, windowOn } from './support/visits.ts'

let company: Company
let customer: Customer
let someone: Member
beforeEach(async () => {
  company = await newCompany()
  customer = await newCustomer(company)
  someone = await member(customer)
  await newChannel(company)
})

const call = () => sql<{ job: string; done: number }[]>`select job, done from portal_admin.run_due_jobs()`
/** Runs the jobs that are due; somebody else (the gateway, another test) may be doing that right now. */
async function runDueJobs() {
  for (;;) {
    const rows = await call()
    if (rows[0]!.job !== 'skipped') return rows
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}
const status = (id: string | null) => value<string>(sql`select status from public.portal_booking_requests where id = ${id}`)
const held = async (day: number) => book(someone, customer, { window_start: await windowOn(day) })
const events = async (id: string | null) =>
  (await sql`select event_type from public.work_order_events where work_order_id = ${id} order by occurred_at`).map((row) => row.event_type)

describe('due jobs', () => {
  test('let go what was held too long, and give it back to the office', async () => {
    const [stale, live] = [await held(5), await held(5)]
    await change(company, 'work_orders', { hold_expires_at: new Date(Date.now() - 1000) }, { id: stale.appointment_id })
    await runDueJobs()
    expect(await job(stale.appointment_id)).toMatchObject({ status: 'canceled', cancel_reason: 'hold_expired' })
    expect(await status(stale.id)).toBe('under_review')
    expect(await events(stale.appointment_id)).toEqual(['requested', 'hold_expired'])
    expect(await job(live.appointment_id)).toMatchObject({ status: 'tentative' })
    expect((await listDay(someone, customer, 5))[0]!.capacity).toBe(1)
  })

  test('do everything once when two run at once', async () => {
    const stale = [await held(5), await held(5), await held(6), await held(7)]
    const past = new Date(Date.now() - 1000)
    for (const { appointment_id } of stale) await change(company, 'work_orders', { hold_expires_at: past }, { id: appointment_id })
    await Promise.all([call(), call(), call(), runDueJobs()])
    await runDueJobs()
    for (const { id, appointment_id } of stale) {
      expect(await events(appointment_id)).toEqual(['requested', 'hold_expired'])
      expect(await status(id)).toBe('under_review')
      expect((await job(appointment_id)).ics_sequence).toBe(1)
    }
  })

  test('approve by themselves where the policy says so', async () => {
    const untouched = await book(someone, customer, { flexible_date: true })
    const dangerous = await book(someone, customer, { window_start: await windowOn(6), problem_description: 'I smell gas.' })
    await runDueJobs()
    expect(await status(untouched.id)).toBe('under_review')
    await change(company, 'booking_policies', { auto_approve: true })
    const booked = await held(5)
    await runDueJobs()
    expect([await status(booked.id), await status(untouched.id)]).toEqual(['scheduled', 'approved'])
    expect(await job(booked.appointment_id)).toMatchObject({ status: 'scheduled', hold_expires_at: null })
    expect(await status(dangerous.id), 'somebody has to look at that').toBe('under_review')
  })

  test('pass on to the office what has waited for a minute, and keep its time', async () => {
    const [fresh, waiting] = [await held(5), await held(5)]
    const earlier = new Date(Date.now() - 120_000)
    await change(company, 'portal_booking_requests', { created_at: earlier }, { id: waiting.id })
    await runDueJobs()
    expect([await status(fresh.id), await status(waiting.id)]).toEqual(['submitted', 'under_review'])
    expect((await job(waiting.appointment_id)).status).toBe('tentative')
    const approved = await ok(someone.portal.rpc('cancel_booking_request', { booking_request_id: waiting.id! }).single())
    expect(approved.appointment_status).toBe('canceled')
  })

  test('forget idempotency keys after a week', async () => {
    const [old, young] = [randomUUID(), randomUUID()]
    for (const idempotency_key of [old, young]) await book(someone, customer, { flexible_date: true, idempotency_key })
    for (const [key, days] of [[old, 8], [young, 6]] as const) {
      await change(company, 'portal_receipts', { created_at: new Date(Date.now() - days * 86_400_000) }, { key })
    }
    await runDueJobs()
    const left = await sql`select key from public.portal_receipts where org_id = ${company.id}`
    expect(left.map((row) => row.key)).toEqual([young])
  })
})

describe('health', () => {
  beforeEach(() => staff(company, 'csr'))

  /** What is found wrong with the company, in a transaction that is undone. */
  async function findings(steps: (now: typeof sql) => Promise<unknown>): Promise<string[]> {
    let found: string[] = []
    await sql
      .begin(async (db) => {
        await steps(db as unknown as typeof sql)
        const rows = await db<{ check_name: string; status: string; detail: string }[]>`
          select check_name, status, detail from portal_admin.health() where status <> 'ok'`
        expect(rows.filter(({ status }) => !['warn', 'fail'].includes(status))).toEqual([])
        found = rows.filter(({ detail }) => detail.includes(company.slug)).map(({ check_name, detail }) => `${check_name}: ${detail}`)
        throw new Error('undo')
      })
      .catch((error: Error) => {
        if (error.message !== 'undo') throw error
      })
    return found
  }
  const nothing = async () => {}

  test('finds nothing wrong with a company that can be booked', async () => {
    await held(5)
    expect(await findings(nothing)).toEqual([])
    const extension = await sql`select status from portal_admin.health() where check_name = 'extension'`
    expect(extension).toMatchObject([{ status: 'ok' }])
  })

  test.each([
    ['an office in which nobody works', /profiles/, (db) => db`delete from public.profiles where org_id = ${company.id} and role = 'csr'`],
    ['a company that offers nothing', /service_types/, (db) => db`update public.service_types set is_active = false where org_id = ${company.id}`],
    ['a service that nobody can do', /skill/, (db) => db`delete from public.technician_skills where org_id = ${company.id}`],
    ['a service whose people are inactive', /skill/, (db) => db`update public.technicians set is_active = false where org_id = ${company.id}`],
    ['somebody without a shift', /Tec 1.*shift/, (db) => db`
      delete from public.technician_shifts f using public.technicians t
      where t.org_id = ${company.id} and t.id = f.technician_id and t.display_name = 'Tec 1'`],
    ['shifts that are over', /shift/, (db) => db`update public.technician_shifts set valid_to = '2021-01-01' where org_id = ${company.id}`],
    ['a window outside every shift', /20:00/, (db) => db`
      insert into public.booking_windows (org_id, weekday, start_time, end_time) values (${company.id}, 3, '20:00', '22:00')`],
    ['a visit longer than every shift', /1400 minutes/, (db) => db`update public.service_types set duration_minutes = 1400 where org_id = ${company.id}`],
    ['a service without windows', /booking_windows/, (db) => db`delete from public.booking_windows where org_id = ${company.id}`],
    ['an emergency that must be booked a day ahead', /[Ee]mergency/, (db) => db`
      update public.service_types set is_emergency = true, lead_time_minutes = 1440 where org_id = ${company.id}`],
    ['news that was given up', /retry_notifications/, (db) => db`
      insert into public.portal_notifications (org_id, event, category, channel, recipient, dedupe_key, status, last_error)
      values (${company.id}, 'appointment_moved', 'booking_updates', 'email', 'x@people.example', 'x', 'dead', '550 no such user')`],
    ['that the office is told nothing', /org_channels/, (db) => db`update public.org_channels set is_active = false where org_id = ${company.id}`],
    ['a notice longer than the horizon', /cancel_notice_minutes/, (db) => db`
      update public.booking_policies set cancel_notice_minutes = 43200 where org_id = ${company.id}`],
    ['a hold without end', /hold_expires_at/, async (db) => {
      const [place] = await db`select id, customer_id from public.customer_locations where org_id = ${company.id}`
      await db`
        insert into public.work_orders (org_id, customer_id, location_id, service_type, status, window_start, window_end)
        values (${company.id}, ${place!.customer_id}, ${place!.id}, ${SERVICE}, 'tentative', now() + interval '3 days', now() + interval '74 hours')`
    }],
  ] as [string, RegExp, (db: typeof sql) => Promise<unknown>][])('finds %s', async (_, sentence, spoil) => {
    const found = await findings(spoil)
    expect(found.some((line) => sentence.test(line)), found.join('\n') || 'nothing was found').toBe(true)
    expect(await findings(nothing), 'and no longer when it is put right').toEqual([])
  })

  test('notices that nobody runs the due jobs', async () => {
    const stale = await held(5)
    let due: unknown
    await sql
      .begin(async (db) => {
        await db`update public.work_orders set hold_expires_at = now() - interval '11 minutes' where id = ${stale.appointment_id}`
        due = (await db`select status from portal_admin.health() where check_name = 'due_jobs'`).map((row) => row.status)
        throw new Error('undo')
      })
      .catch(() => {})
    expect(due).toEqual(['fail'])
  })
})

describe('a simulated policy', () => {
  type Row = Record<string, string | number>
  const simulate = (policy: object, days = 30) =>
    sql<Row[]>`select * from portal_admin.simulate_policy(${company.id}, ${sql.json(policy as never)}, ${days})`
  const numbers = (row: Row | undefined) => Object.fromEntries(Object.entries(row ?? {}).map(([name, n]) => [name, name === 'service_type' ? n : Number(n)]))

  test('counts what would have been booked, per service, and keeps nothing', async () => {
    await offer(company, [['14:00', '16:00']])
    const other = await newService(company, 'tune_up')
    for (const day of [2, 5, 9]) await held(day)
    await book(someone, customer, { window_start: await windowOn(9), service_type: other })
    const kept = () => sql`
      select 'policy' as kind, to_jsonb(p) as stored from public.booking_policies p where org_id = ${company.id}
      union all select 'service', to_jsonb(s) from public.service_types s where org_id = ${company.id}
      union all select 'request', to_jsonb(b) from public.portal_booking_requests b where org_id = ${company.id}
      union all select 'job', to_jsonb(w) from public.work_orders w where org_id = ${company.id}
      union all select 'audit', to_jsonb(a) - '{seq,salt,commitment,hash}'::text[] from public.portal_audit_events a where org_id = ${company.id} order by 1, 2`
    const before = await kept()
    const rows = (await simulate({ horizon_days: 6 })).map(numbers)
    expect(await kept()).toEqual(before)
    expect(rows.find((row) => row.service_type === SERVICE)).toMatchObject({
      requests: 3, accepted_old: 3, refused_old: 0, accepted_new: 2, refused_new: 1,
    })
    expect(rows.find((row) => row.service_type === other)).toMatchObject({ requests: 1, accepted_old: 1, accepted_new: 0, refused_new: 1 })
    const only = (await simulate({ horizon_days: 6, service_type: other })).map(numbers)
    expect(only.find((row) => row.service_type === other)).toMatchObject({ accepted_new: 0 })
    expect(only.find((row) => row.service_type === SERVICE)?.refused_new ?? 0).toBe(0)
  })

  test('judges requests as of when they were made', async () => {
    await held(6)
    const day = 86_400_000
    await change(company, 'portal_booking_requests', { created_at: new Date(Date.now() - 10 * day) })
    // Ten days ago the sixth day from now was the sixteenth: beyond the horizon of fourteen.
    expect(numbers((await simulate({ horizon_days: 20 }))[0])).toMatchObject({ requests: 1, accepted_old: 0, accepted_new: 1 })
    expect(await simulate({ horizon_days: 20 }, 5)).toEqual([])
  })

  test('counts moves, cancellations and fees', async () => {
    await change(company, 'service_types', { booking_mode: 'instant' })
    const [moved, canceled] = [await held(4), await held(5)]
    await move(someone, moved.appointment_id!, await windowOn(6))
    await cancel(someone, canceled.appointment_id!)
    const nothing = { moves_old: 1, cancellations_old: 1, fees_old_cents: 0 }
    const judged = async (policy: object) => numbers((await simulate(policy))[0])
    expect(await judged({ max_reschedules: 0 })).toMatchObject({ ...nothing, moves_new: 0, cancellations_new: 1 })
    expect(await judged({ cancel_notice_minutes: 20 * 1440 })).toMatchObject({ ...nothing, moves_new: 1, cancellations_new: 0 })
    const fee_tiers = [{ notice_minutes: 0, fee_cents: 1900 }]
    expect(await judged({ fee_tiers })).toMatchObject({ ...nothing, cancellations_new: 1, fees_new_cents: 1900 })
  })

  test('refuses what is no policy, by name', async () => {
    for (const policy of [{ cancel_fee: 5 }, { horizon_days: 'many' }, { cancel_notice_minutes: -1 }, { fee_tiers: [{}] }, [], {}]) {
      await expect(simulate(policy), JSON.stringify(policy)).rejects.toMatchObject({ code: 'PT400' })
    }
    await expect(simulate({ service_type: 'no_such', horizon_days: 5 })).rejects.toMatchObject({ code: 'PT404' })
    await expect(simulate({ cancel_fee: 5 })).rejects.toThrow(/cancel_fee/)
  })
})

test('a company that nobody set up is explained by health, line by line', async () => {
  const bare = await newCompany({ technicians: 0, windows: [] })
  await newTechnician(bare, { name: 'Idle', services: [], shifts: [] })
  await add(bare, 'service_types', { code: 'second', name: 'Second', category: 'hvac', duration_minutes: 60 })
  const place = await newCustomer(bare)
  await newVisit(place, 3 * 1440, { status: 'tentative' })
  const found = await sql<{ check_name: string }[]>`
    select check_name from portal_admin.health() where status <> 'ok' and detail like ${`%${bare.slug}%`}`
  expect(new Set(found.map((row) => row.check_name))).toEqual(
    new Set(['staff', 'technicians_for_services', 'shifts', 'booking_windows', 'holds', 'office_channels']),
  )
  await sql`update public.work_orders set status = 'canceled' where org_id = ${bare.id}`
})
