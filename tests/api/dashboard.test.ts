// The start page in one call: it says what the single reads say.
import { randomUUID } from 'node:crypto'
import { beforeEach, expect, test } from 'vitest'
import { ok, refused, stopped } from './support/answers.ts'
import { add, change, grant, member, newCompany, newCustomer, newLocation, newVisit, staff, SERVICE, type Company, type Customer, type Member } from './support/company.ts'
import { begin, send } from './support/conversations.ts'
import { random, type Random } from './support/nonsense.ts'
import { anonymous } from './support/people.ts'
import { book } from './support/visits.ts'

let company: Company
let customer: Customer
beforeEach(async () => {
  company = await newCompany()
  customer = await newCustomer(company)
})

type Reader = Pick<Member, 'portal'>
const dashboard = (who: Reader, location_id?: string) => ok(location_id ? who.portal.rpc('dashboard', { location_id }) : who.portal.rpc('dashboard')) as Promise<Record<string, any>>

/** A location and whose it is. */
interface Place {
  id: string
  customer_id: string
}
interface Placed {
  location_id: string | null
  customer_id: string | null
}
/** Whether something is told of at a location: it is there, or it is its customer's as a whole. */
const isAt = (place: Place | undefined) => ({ location_id, customer_id }: Placed) =>
  !place || location_id === place.id || (location_id === null && customer_id === place.customer_id)

/** The same, put together from the calls that it replaces. */
async function bySingleReads({ portal }: Reader, place?: Place) {
  const here = isAt(place)
  const coming = `and(status.eq.scheduled,window_end.gt.${new Date().toISOString()}),status.in.(en_route,on_site)`
  const upcoming = (await ok(portal.from('appointments').select('*').or(coming).order('window_start').order('id'))).filter(here)
  const threads = (await ok(portal.from('threads').select('*'))).filter(here)
  const jobs = new Map((await ok(portal.from('appointments').select('id, location_id'))).map(({ id, location_id }) => [id, location_id]))
  const bills = (await ok(portal.from('invoices').select('*'))).map((bill) => ({ ...bill, location_id: bill.location_id ?? (bill.appointment_id && (jobs.get(bill.appointment_id) ?? 'elsewhere')) }))
  const owed = bills.filter(here).filter(({ balance_cents, status }) => balance_cents! > 0 && !['void', 'paid'].includes(status!))
  const requests = await ok(portal.from('booking_requests').select('id, location_id, customer_id').in('status', ['submitted', 'under_review', 'approved']))
  return {
    next_appointment: upcoming[0]?.id ?? null,
    upcoming_count: upcoming.length,
    open_threads: threads.filter(({ status }) => status !== 'closed').length,
    unread_messages: threads.reduce((sum, { unread_count }) => sum + unread_count!, 0),
    outstanding: { count: owed.length, total_cents: owed.reduce((sum, { balance_cents }) => sum + balance_cents!, 0) },
    pending_requests: requests.filter(here).length,
  }
}

/** What of the dashboard the single reads can say, in the same form. */
function compared(board: Record<string, any>) {
  const { next_appointment, upcoming_count, open_threads, unread_messages, outstanding_invoices: owed, pending_requests } = board
  const outstanding = { count: owed.count, total_cents: owed.total_cents }
  return { next_appointment: next_appointment?.id ?? null, upcoming_count, open_threads, unread_messages, outstanding, pending_requests }
}

/** Something of everything, at a location. */
async function aBusyPlace(of: Customer, someone: Member) {
  await newVisit(of, 3 * 1440)
  const soon = await newVisit(of, 600, { status: 'en_route' })
  await newVisit(of, -3 * 1440, { status: 'completed' })
  await newVisit(of, 900, { status: 'canceled' })
  await book(someone, of, { flexible_date: true })
  const csr = await staff(company, 'csr')
  for (const location_id of [of.location, of.location]) {
    const { thread_id } = await begin(csr, { location_id })
    await send(csr, thread_id, 'Hello?')
  }
  const closed = await begin(someone, { location_id: of.location })
  await ok(someone.portal.rpc('set_thread_status', { thread_id: closed.thread_id, status: 'closed' }))
  const bill = { customer_id: of.id, location_id: of.location, total_cents: 20_000, issued_at: new Date() }
  for (const status of ['open', 'paid', 'void', 'draft']) {
    const invoice_id = await add(company, 'invoices', { ...bill, status, number: `${status}-${of.location.slice(0, 8)}` })
    const payment = { customer_id: of.id, invoice_id, status: 'succeeded', method: 'card', paid_at: new Date() }
    if (status === 'open' || status === 'paid') await add(company, 'payments', { ...payment, amount_cents: status === 'open' ? 5_000 : 20_000 })
  }
  return soon
}

test('the dashboard says what the single reads say, for everybody who sees something of the customer', async () => {
  const someone = await member(customer)
  const cabin = { ...customer, location: await newLocation(customer, 'Cabin') }
  const soonest = await aBusyPlace(customer, someone)
  await aBusyPlace(cabin, someone)
  const contact = await member(customer, { implicitGrant: false })
  await grant(contact, customer, ['view'], cabin.location)
  const everybody = [someone, contact, await member(customer, { role: 'billing_contact' }), await member(await newCustomer(company))]
  for (const who of everybody) expect(compared(await dashboard(who)), who.accountId).toEqual(await bySingleReads(who))

  const board = await dashboard(someone)
  expect(compared(board)).toMatchObject({ upcoming_count: 4, open_threads: 4, unread_messages: 8, outstanding: { count: 2, total_cents: 30_000 }, pending_requests: 2 })
  expect(board.next_appointment).toMatchObject({ id: soonest, status: 'en_route', service_type: SERVICE })
  expect(board.outstanding_invoices.currency).toBe('USD')
  expect(compared(await dashboard(contact)).outstanding, 'bills are not for everybody').toEqual({ count: 0, total_cents: 0 })
})

/** Something at one of the places, or at none of them, as chance has it. */
async function something(choose: Random, places: Place[], asker: Member, csr: string) {
  const { id: location_id, customer_id } = choose.one(places)
  const anywhere = { customer_id, location_id: choose.chance(0.3) ? null : location_id }
  const visit = () => newVisit({ ...customer, id: customer_id, location: location_id }, 120 + choose.below(20_000), { status: choose.one(['scheduled', 'en_route', 'tentative', 'completed']) })
  switch (choose.below(4)) {
    case 0: return visit()
    case 1: return add(company, 'portal_booking_requests', {
      portal_account_id: asker.accountId, customer_id, location_id, service_type: SERVICE, problem_description: 'Noise', flexible_date: true, status: 'submitted' })
    case 2: return add(company, 'invoices', {
      ...anywhere, work_order_id: choose.chance(0.5) ? await visit() : null, number: randomUUID().slice(0, 8), status: choose.one(['open', 'overdue', 'paid', 'void', 'draft']),
      total_cents: 100 + choose.below(9000), issued_at: new Date() })
    default: {
      const thread_id = await add(company, 'portal_threads', { ...anywhere, subject: 'A word', status: choose.one(['open', 'closed']), created_by_user_id: csr })
      return add(company, 'portal_messages', { thread_id, sender_type: 'internal_user', sender_user_id: csr, body: 'Hello?' })
    }
  }
}

test('the dashboard of a location says what the lists say when they are filtered by hand, for everybody and every location', async () => {
  const [seed, other] = [Number(process.env.SEED ?? Date.now() % 100_000), await newCustomer(company)]
  const places: Place[] = [
    { id: customer.location, customer_id: customer.id }, { id: await newLocation(customer, 'Cabin'), customer_id: customer.id },
    { id: await newLocation(customer, 'Barn'), customer_id: customer.id }, { id: other.location, customer_id: other.id },
  ]
  const [owner, manager, caretaker, bookkeeper] = [await member(customer), await member(customer, { role: 'property_manager' }), await member(customer, { implicitGrant: false }), await member(customer, { role: 'billing_contact' })]
  await grant(manager, other, ['view', 'billing', 'book'])
  await grant(caretaker, customer, ['view', 'billing'], places[1]!.id)
  const [choose, csr] = [random(seed), await staff(company, 'csr')]
  for (let n = 0; n < 60; n++) await something(choose, places, owner, csr.userId)

  for (const [name, who] of Object.entries({ owner, manager, caretaker, bookkeeper, stranger: await member(await newCustomer(company)) })) {
    const seen = new Set((await ok(who.portal.from('locations').select('id'))).map(({ id }) => id))
    expect(compared(await dashboard(who)), `${name}, everywhere, SEED=${seed}`).toEqual(await bySingleReads(who))
    for (const place of places) {
      if (seen.has(place.id)) expect(compared(await dashboard(who, place.id)), `${name} at ${place.id}, SEED=${seed}`).toEqual(await bySingleReads(who, place))
      else await refused(who.portal.rpc('dashboard', { location_id: place.id }), 'PT404', 'not_found')
    }
  }
})

test("another company's location, another customer's and none at all are the same to the dashboard", async () => {
  const [someone, elsewhere] = [await member(customer), await newCustomer(await newCompany())]
  const answers = []
  for (const location_id of [elsewhere.location, (await newCustomer(company)).location, randomUUID()]) {
    const { error, status } = await someone.portal.rpc('dashboard', { location_id })
    answers.push(JSON.stringify({ error, status }))
  }
  expect(new Set(answers).size, answers.join('\n')).toBe(1)
  await refused(someone.portal.rpc('dashboard', { location_id: randomUUID() }), 'PT404', 'not_found')
})

test('a location narrows everything but the conversations with the assistant, which say how they begin', async () => {
  const someone = await member(customer)
  const cabin = await newLocation(customer, 'Cabin')
  await aBusyPlace(customer, someone)
  const conversation_id = await add(company, 'portal_ai_conversations', { portal_account_id: someone.accountId, customer_id: customer.id })
  await add(company, 'portal_ai_conversations', { portal_account_id: someone.accountId, customer_id: customer.id, started_at: new Date(Date.now() - 3_600_000) })
  const said = { conversation_id, portal_account_id: someone.accountId }
  await add(company, 'portal_ai_messages', { ...said, role: 'system', content: 'Hello.', created_at: new Date(Date.now() - 3000) })
  await add(company, 'portal_ai_messages', { ...said, role: 'user', content: 'Why is it cold? '.repeat(20), created_at: new Date(Date.now() - 2000) })
  await add(company, 'portal_ai_messages', { ...said, role: 'user', content: 'And now?', created_at: new Date(Date.now() - 1000) })
  const [everywhere, there] = [await dashboard(someone), await dashboard(someone, cabin)]
  expect(compared(there)).toEqual({ next_appointment: null, upcoming_count: 0, open_threads: 0, unread_messages: 0, outstanding: { count: 0, total_cents: 0 }, pending_requests: 0 })
  expect(there.recent_ai_conversations).toEqual(everywhere.recent_ai_conversations)
  const questions = there.recent_ai_conversations.map(({ first_question }: any) => first_question)
  expect(questions).toEqual(['Why is it cold? '.repeat(20).slice(0, 200), null])
})

test('conversations with the assistant are among it, the last three of them', async () => {
  const someone = await member(customer)
  for (let n = 0; n < 4; n++) await add(company, 'portal_ai_conversations', { portal_account_id: someone.accountId, customer_id: customer.id })
  await add(company, 'portal_ai_conversations', { portal_account_id: (await member(customer)).accountId, customer_id: customer.id })
  expect((await dashboard(someone)).recent_ai_conversations).toHaveLength(3)
})

test('an empty dashboard is all there: nothing and zeros', async () => {
  const someone = await member(customer)
  expect(await dashboard(someone)).toMatchObject({
    next_appointment: null, upcoming_count: 0, open_threads: 0, unread_messages: 0, recent_ai_conversations: [], outstanding_invoices: { count: 0, total_cents: 0 },
  })
  expect(await ok(someone.portal.rpc('dashboard', {}, { get: true }))).toEqual(await dashboard(someone))
  await stopped(anonymous().portal.rpc('dashboard'), '42501', 401)
})

test('a visit is told of until its window is over', async () => {
  const someone = await member(customer)
  const id = await newVisit(customer, -60)
  expect((await dashboard(someone)).next_appointment.id).toBe(id)
  await change(company, 'work_orders', { status: 'completed' }, { id })
  expect((await dashboard(someone)).next_appointment).toBeNull()
})
