// Every kind of news, from what causes it to the mailbox: whatever the database hands out, the words fit it.
import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { startTalk } from './support/assistant.ts'
import { ok } from './support/answers.ts'
import { add, change, member, newCompany, newCustomer, newService, newVisit, staff, type Customer } from './support/company.ts'
import { begin, send } from './support/conversations.ts'
import { sql } from './support/database.ts'
import { newChannel, outbox, reachable } from './support/outbox.ts'
import { newEmail } from './support/people.ts'
import { book, cancel, move, windowOn } from './support/visits.ts'
import { until } from './support/waiting.ts'

type Person = Awaited<ReturnType<typeof reachable>>
type Office = Awaited<ReturnType<typeof staff>>

const MINUTE = 60_000

/** Each on a visit of its own: what is overtaken before it is sent is not sent. */
async function aboutVisits(customer: Customer, someone: Person, office: Office) {
  const visit = async (day: number) => (await book(someone, customer, { window_start: await windowOn(day) })).appointment_id!
  await visit(5)
  await move(someone, await visit(6), await windowOn(7))
  await cancel(someone, await visit(8))
  await ok(office.portal.rpc('set_appointment_status', { appointment_id: await newVisit(customer, 60), status: 'en_route' }))
  await ok(office.portal.rpc('set_appointment_status', { appointment_id: await newVisit(customer, -60), status: 'completed' }))
  await change(customer.company, 'work_orders', { eta: new Date(Date.now() + 300 * MINUTE) }, { id: await newVisit(customer, 60) })
  // Their reminders are due in a moment.
  for (const hours of [2, 24]) await newVisit(customer, hours * 60 + 0.02)
}

async function aboutRequests(customer: Customer, someone: Person, office: Office) {
  const service_type = await newService(customer.company, 'tune_up', { booking_mode: 'request' })
  const request = async () => (await book(someone, customer, { service_type, flexible_date: true })).id!
  await request()
  const review = { booking_request_id: await request(), decision: 'approve', note: 'We call you.' }
  await ok(office.portal.rpc('review_booking_request', review))
  await ok(office.portal.rpc('review_booking_request', { booking_request_id: await request(), decision: 'reject', note: 'We are full.' }))
  await ok(someone.portal.rpc('cancel_booking_request', { booking_request_id: await request() }))
  await add(customer.company, 'portal_booking_requests', {
    portal_account_id: someone.accountId, customer_id: customer.id, location_id: customer.location, service_type,
    problem_description: 'I smell gas in the basement.', flexible_date: true,
  })
  await newVisit(customer, 9000, { status: 'tentative', hold_expires_at: new Date(Date.now() - MINUTE) })
  await until('the due jobs', async () => ((await sql`select job from portal_admin.run_due_jobs()`)[0]!.job === 'skipped' ? undefined : true))
}

test('every kind of news is written and reaches a mailbox', async () => {
  const company = await newCompany({ technicians: 6, service: { booking_mode: 'instant' } })
  await newChannel(company)
  const customer = await newCustomer(company)
  const someone = await reachable(await member(customer, { role: 'property_manager' }))
  const office = await staff(company, 'csr')
  await change(company, 'portal_notification_preferences', { notify_marketing_email: true }, { portal_account_id: someone.accountId })

  await aboutVisits(customer, someone, office)
  await aboutRequests(customer, someone, office)
  const { thread_id } = await begin(someone)
  await send(office, thread_id, 'At nine.')
  await ok(someone.portal.rpc('invite_contact', { email: newEmail('invited'), role: 'customer', full_name: 'Ann Invited' }))
  const talk = await startTalk(someone)
  await ok(someone.portal.rpc('escalate_ai_conversation', { conversation_id: talk.id }))
  await sql`select portal_admin.send_offer(${company.id}, 'Ten percent', 'Before the winter.', null, false)`

  const words = await readFile(new URL('../../gateway/templates/en.toml', import.meta.url), 'utf8')
  const events = [...words.matchAll(/^\[events\.(\w+)\]/gm)].map(([, name]) => name!)
  expect(events.length).toBeGreaterThan(20)
  const lookAt = async () => {
    const queued = await outbox(company)
    const sent = new Set(queued.filter(({ status }) => status === 'sent').map(({ event }) => event))
    const givenUp = queued.filter(({ status }) => status === 'dead').map(({ event, last_error }) => `${event}: ${last_error}`)
    return { givenUp, missing: events.filter((event) => !sent.has(event)) }
  }
  await expect.poll(lookAt, { timeout: 15_000, interval: 250 }).toEqual({ givenUp: [], missing: [] })
})
