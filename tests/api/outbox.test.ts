// Who is told what: the messages that an RPC or a change puts into the outbox, whatever the workers do with them then.
import { randomUUID } from 'node:crypto'
import { beforeEach, describe, expect, test } from 'vitest'
import { ok } from './support/answers.ts'
import {
  add, change, grant, member, newCompany, newCustomer, newVisit, setStatus, staff, type Company, type Customer, type Employee, type Member, type Row,
} from './support/company.ts'
import { begin, send } from './support/conversations.ts'
import { sql, value } from './support/database.ts'
import { newChannel, outbox, reachable, told, type Queued } from './support/outbox.ts'
import { newEmail } from './support/people.ts'
import { book, cancel, iso, move, windowOn } from './support/visits.ts'
import { until } from './support/waiting.ts'

let company: Company
let customer: Customer
let someone: Member & { email: string; phone: string | null }
let csr: Employee
let office: string
beforeEach(async () => {
  company = await newCompany({ service: { booking_mode: 'instant' } })
  await sql`update public.orgs set sms_from = '+13125550111' where id = ${company.id}`
  customer = await newCustomer(company)
  someone = await reachable(await member(customer))
  csr = await staff(company, 'csr')
  office = (await newChannel(company)).address
})

const HOUR = 3_600_000
const prefer = (preferences: Row, who = someone) => change(company, 'portal_notification_preferences', preferences, { portal_account_id: who.accountId })
const setOut = (appointment_id: string) =>
  ok(csr.portal.rpc('set_appointment_status', { appointment_id, status: 'en_route', eta: new Date(Date.now() + HOUR).toISOString() }))
const both = (event: string) => [`${event} email ${someone.email}`, `${event} sms ${someone.phone}`]
const toldOf = async (...events: string[]) => told(await outbox(company)).filter((line) => events.includes(line.split(' ')[0]!)).sort()
const standing = async (event: string, status = 'pending') => (await outbox(company, event)).filter((row) => row.status === status)

describe('a booking', () => {
  test('that is scheduled at once is confirmed, with two reminders before it, and the office hears of it', async () => {
    const booked = await book(someone, customer, { window_start: await windowOn(5) })
    expect(told(await outbox(company)).sort()).toEqual([
      ...both('appointment_reminder_24h'), ...both('appointment_reminder_2h'), ...both('appointment_scheduled'), `booking_request_created email ${office}`,
    ])
    for (const [event, hours] of [['appointment_reminder_24h', 24], ['appointment_reminder_2h', 2]] as const) {
      for (const row of await outbox(company, event)) {
        expect(Date.parse(booked.window_start!) - row.not_before.getTime()).toBe(hours * HOUR)
        expect(row).toMatchObject({ status: 'pending', category: 'booking_updates', work_order_id: booked.appointment_id, portal_account_id: someone.accountId })
        expect(iso(row.expires_at)).toBe(iso(booked.window_start))
      }
    }
  })

  test('sent again under its key is told of once, and as a dry run not at all', async () => {
    const key = { window_start: await windowOn(5), idempotency_key: randomUUID() }
    await book(someone, customer, { ...key, dry_run: true })
    expect(await outbox(company)).toEqual([])
    await Promise.all(Array.from({ length: 4 }, () => book(someone, customer, key)))
    expect(await outbox(company, 'appointment_scheduled')).toHaveLength(2)
  })

  test('that waits for the office is acknowledged, and its rejection told', async () => {
    await change(company, 'service_types', { booking_mode: 'request' })
    const booked = await book(someone, customer, { window_start: await windowOn(5) })
    expect(told(await outbox(company)).sort()).toEqual([`booking_request_created email ${office}`, ...both('booking_request_received')].sort())
    await ok(csr.portal.rpc('review_booking_request', { booking_request_id: booked.id!, decision: 'reject', note: 'We are full.' }))
    expect(await toldOf('booking_request_rejected', 'appointment_canceled', 'appointment_scheduled', 'appointment_reminder_2h')).toEqual(both('booking_request_rejected'))
  })

  test('that the office approves is told as the visit that it has become', async () => {
    await change(company, 'service_types', { booking_mode: 'request' })
    const booked = await book(someone, customer, { window_start: await windowOn(5) })
    await ok(csr.portal.rpc('review_booking_request', { booking_request_id: booked.id!, decision: 'approve' }))
    const events = ['booking_request_approved', 'appointment_scheduled', 'appointment_reminder_2h'] as const
    expect(await toldOf(...events)).toEqual([...both('appointment_reminder_2h'), ...both('appointment_scheduled')])
  })

  test('is told to those who may book there, not to those who pay or look on, nor to another customer', async () => {
    const colleague = await reachable(await member(customer))
    const manager = await reachable(await member(await newCustomer(company)))
    await grant(manager, customer, ['view', 'book'], customer.location)
    const silent = [
      await reachable(await member(customer, { role: 'billing_contact' })), await reachable(await member(await newCustomer(company))),
      await reachable(await member(await newCustomer(await newCompany()))), await reachable(await member(customer)),
    ]
    await setStatus(silent[3]!.accountId, 'closed')
    await newVisit(customer, 5 * 1440)
    const recipients = (await outbox(company, 'appointment_scheduled')).filter(({ channel }) => channel === 'email').map(({ recipient }) => recipient)
    expect(recipients.sort()).toEqual([someone.email, colleague.email, manager.email].sort())
    for (const { accountId } of silent) expect(await value(sql`select count(*)::int from public.portal_notifications where portal_account_id = ${accountId}`)).toBe(0)
  })
})

describe('a visit', () => {
  test('that is moved is told of, and its reminders move with it', async () => {
    const id = await newVisit(customer, 5 * 1440)
    const before = await standing('appointment_reminder_24h')
    const window_start = await windowOn(7)
    await ok(csr.portal.rpc('reschedule_appointment', { appointment_id: id, window_start, reason: 'The van broke down.' }))
    expect(await toldOf('appointment_moved', 'appointment_moved_by_customer')).toEqual(both('appointment_moved'))
    const after = await standing('appointment_reminder_24h')
    expect(after.map((row) => Date.parse(window_start) - row.not_before.getTime())).toEqual([24 * HOUR, 24 * HOUR])
    const overtaken = await standing('appointment_reminder_24h', 'canceled')
    expect(overtaken.map(({ dedupe_key }) => dedupe_key)).toEqual(before.map(({ dedupe_key }) => dedupe_key))
    for (const { last_error } of overtaken) expect(last_error).toContain('overtaken')
  })

  test('that is moved there and back has its first reminders again', async () => {
    await change(company, 'booking_policies', { max_reschedules: 5 })
    const [first, second] = [await windowOn(5), await windowOn(6)]
    const id = (await book(someone, customer, { window_start: first })).appointment_id!
    const before = (await standing('appointment_reminder_2h')).map(({ not_before }) => iso(not_before))
    await move(someone, id, second)
    await move(someone, id, first)
    expect((await standing('appointment_reminder_2h')).map(({ not_before }) => iso(not_before))).toEqual(before)
    expect(await toldOf('appointment_moved_by_customer')).toHaveLength(2)
  })

  test('that is canceled is reminded of no more', async () => {
    const id = (await book(someone, customer, { window_start: await windowOn(5) })).appointment_id!
    await cancel(someone, id, { reason: 'It works again.' })
    expect(await toldOf('appointment_canceled', 'appointment_canceled_by_customer')).toEqual([
      ...both('appointment_canceled'), `appointment_canceled_by_customer email ${office}`,
    ])
    for (const event of ['appointment_reminder_24h', 'appointment_reminder_2h']) expect(await standing(event)).toEqual([])
  })

  test('that begins in an hour has no reminders, in a day one', async () => {
    await newVisit(customer, 60)
    expect(await toldOf('appointment_reminder_24h', 'appointment_reminder_2h')).toEqual([])
    await newVisit(customer, 20 * 60)
    expect(await toldOf('appointment_reminder_24h', 'appointment_reminder_2h')).toEqual(both('appointment_reminder_2h'))
  })

  test('is told of when somebody sets out, and when it is done', async () => {
    const id = await newVisit(customer, 60)
    await setOut(id)
    await ok(csr.portal.rpc('set_appointment_status', { appointment_id: id, status: 'completed' }))
    expect(await toldOf('appointment_en_route', 'appointment_completed')).toEqual([...both('appointment_completed'), ...both('appointment_en_route')])
  })

  test('that an import brings in as history is told to nobody', async () => {
    await newVisit(customer, -30 * 1440, { status: 'completed', completed_at: new Date(Date.now() - 30 * 24 * HOUR) })
    await newVisit(customer, -20 * 1440, { status: 'canceled' })
    expect(await outbox(company)).toEqual([])
  })
})

describe('what people want', () => {
  test.each<[Row, string[]]>([
    [{ notify_booking_updates_email: false }, ['sms']], [{ notify_booking_updates_sms: false }, ['email']],
    [{ notify_booking_updates_email: false, notify_booking_updates_sms: false }, []],
  ])('decides how they hear of bookings: %o', async (preferences, channels) => {
    await prefer(preferences)
    await newVisit(customer, 60)
    expect((await outbox(company, 'appointment_scheduled')).map(({ channel }) => channel).sort()).toEqual([...channels].sort())
  })

  test.each<[Row, string[]]>([
    [{ notify_booking_updates_sms: false }, ['email']], [{ notify_booking_updates_email: false, notify_booking_updates_sms: false }, ['email']],
    [{ notify_technician_enroute: false }, []],
  ])('decides whether they hear that somebody is on the way: %o', async (preferences, channels) => {
    const id = await newVisit(customer, 60)
    await prefer(preferences)
    await setOut(id)
    expect((await outbox(company, 'appointment_en_route')).map(({ channel }) => channel)).toEqual(channels)
  })

  test('not to be contacted leaves only that somebody is on the way', async () => {
    await change(company, 'customers', { do_not_contact: true }, { id: customer.id })
    const id = await newVisit(customer, 60)
    await setOut(id)
    await begin(csr, { appointment_id: id })
    expect(told(await outbox(company)).sort()).toEqual(both('appointment_en_route'))
  })

  test('without a number of the company, or of the person, nothing goes by text message', async () => {
    await sql`update public.orgs set sms_from = null where id = ${company.id}`
    await newVisit(customer, 60)
    expect(told(await outbox(company))).toEqual([both('appointment_scheduled')[0]])
  })
})

describe('quiet hours', () => {
  /** Quiet from an hour ago until in two hours, in the person's own zone. */
  const quietNow = async () => {
    const [hours] = await sql<[{ start: string; end: string; until: Date }]>`
      select (local - interval '1 hour')::time(0)::text as start, (local + interval '2 hours')::time(0)::text as end,
        date_trunc('second', local + interval '2 hours') at time zone 'Asia/Tokyo' as until
      from (select now() at time zone 'Asia/Tokyo' as local) as l`
    await prefer({ quiet_hours_start: hours.start, quiet_hours_end: hours.end, timezone: 'Asia/Tokyo' })
    return hours.until
  }
  const seconds = (row: Queued | undefined, at: Date) => Math.abs(row!.not_before.getTime() - at.getTime()) / 1000

  test('defer what can wait until they are over', async () => {
    const over = await quietNow()
    await newVisit(customer, 5 * 1440)
    const rows = await outbox(company, 'appointment_scheduled')
    expect(rows).toMatchObject([{ status: 'pending' }, { status: 'pending' }])
    for (const row of rows) expect(seconds(row, over)).toBeLessThan(2)
  })

  test('do not hold back that somebody is on the way', async () => {
    const id = await newVisit(customer, 60)
    await quietNow()
    await setOut(id)
    for (const row of await outbox(company, 'appointment_en_route')) expect(row.not_before.getTime()).toBeLessThanOrEqual(Date.now())
  })

  test('that last longer than the news is worth are said to be why it was not sent', async () => {
    await quietNow()
    await newVisit(customer, -100)
    const rows = await outbox(company, 'appointment_scheduled')
    expect(rows).toMatchObject([{ status: 'expired' }, { status: 'expired' }])
    for (const { last_error } of rows) expect(last_error).toMatch(/quiet/i)
  })
})

describe('a message', () => {
  test('of the company goes to those who see the conversation, one of a customer to the office and the technician', async () => {
    const technician = await staff(company, 'technician')
    const technicianMail = newEmail('technician')
    await sql`update public.profiles set email = ${technicianMail} where org_id = ${company.id} and user_id = ${technician.userId}`
    const payer = await reachable(await member(customer, { role: 'billing_contact' }))
    const appointment_id = await newVisit(customer, 60, { technician_id: technician.technicianId })
    const { thread_id } = await begin(someone, { appointment_id })
    expect(await toldOf('message_received', 'message_from_customer')).toEqual([`message_from_customer email ${office}`, `message_from_customer email ${technicianMail}`].sort())
    await send(csr, thread_id, 'At nine.')
    expect(await toldOf('message_received')).toEqual([someone, payer].map(({ email }) => `message_received email ${email}`).sort())
  })

  test('is not told to those who do not want to hear of messages', async () => {
    const { thread_id } = await begin(someone)
    await prefer({ notify_messages_email: false })
    await send(csr, thread_id, 'At nine.')
    expect(await toldOf('message_received')).toEqual([])
  })
})

test('a channel hears what it was asked to hear', async () => {
  await newChannel(company, { address: `bookings-${company.id}@company.example`, events: ['booking_request_created'] })
  await newChannel(company, { address: `off-${company.id}@company.example`, is_active: false })
  await book(someone, customer, { window_start: await windowOn(5) })
  await begin(someone)
  expect(await toldOf('booking_request_created', 'message_from_customer')).toEqual([
    `booking_request_created email bookings-${company.id}@company.example`, `booking_request_created email ${office}`, `message_from_customer email ${office}`,
  ].sort())
})

test("an invitation goes to the invited address, and its token leaves the outbox when it has been sent", async () => {
  const manager = await member(customer, { role: 'property_manager' })
  const email = newEmail('invited')
  const { token } = await ok(manager.portal.rpc('invite_contact', { email, role: 'customer', full_name: 'Ann Invited' }).single())
  const [queued] = await outbox(company, 'invite_created')
  expect(queued).toMatchObject({ recipient: email, channel: 'email', category: 'account' })
  const sent = await until('the invitation to be sent', async () => (await outbox(company, 'invite_created')).find(({ status }) => status === 'sent'), 10_000)
  expect(JSON.stringify(sent)).not.toContain(token)
})

test('an emergency answers with what to do now, also by message, whatever the preferences', async () => {
  await prefer({ notify_booking_updates_email: false, notify_booking_updates_sms: false })
  await change(company, 'customers', { do_not_contact: true }, { id: customer.id })
  await add(company, 'portal_booking_requests', {
    portal_account_id: someone.accountId, customer_id: customer.id, location_id: customer.location, service_type: 'hvac_repair',
    problem_description: 'I smell gas in the basement.', flexible_date: true,
  })
  expect((await toldOf('safety_notice')).filter((line) => line.includes(' email '))).toEqual([`safety_notice email ${someone.email}`])
})

test('the outbox is out of reach for everybody but the workers', async () => {
  await newVisit(customer, 60)
  for (const who of [someone, csr, await staff(company, 'admin')]) {
    const { error } = await who.tables.from('portal_notifications').select('id')
    expect(error?.code).toBe('42501')
  }
})
