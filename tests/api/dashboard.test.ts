// The start page in one call: it says what the single reads say.
import { beforeEach, expect, test } from 'vitest'
import { ok, stopped } from './support/answers.ts'
import { add, change, grant, member, newCompany, newCustomer, newLocation, newVisit, staff, SERVICE, type Company, type Customer, type Member } from './support/company.ts'
import { begin, send } from './support/conversations.ts'
import { anonymous } from './support/people.ts'
import { book } from './support/visits.ts'

let company: Company
let customer: Customer
beforeEach(async () => {
  company = await newCompany()
  customer = await newCustomer(company)
})

const dashboard = (who: Pick<Member, 'portal'>) => ok(who.portal.rpc('dashboard')) as Promise<Record<string, any>>

/** The same, put together from the calls that it replaces. */
async function bySingleReads({ portal }: Pick<Member, 'portal'>) {
  const coming = `and(status.eq.scheduled,window_end.gt.${new Date().toISOString()}),status.in.(en_route,on_site)`
  const upcoming = await ok(portal.from('appointments').select('*').or(coming).order('window_start'))
  const threads = await ok(portal.from('threads').select('*'))
  const owed = (await ok(portal.from('invoices').select('*'))).filter(({ balance_cents, status }) => balance_cents! > 0 && !['void', 'paid'].includes(status!))
  const pending = await ok(portal.from('booking_requests').select('id').in('status', ['submitted', 'under_review', 'approved']))
  return {
    next_appointment: upcoming[0]?.id ?? null,
    upcoming_count: upcoming.length,
    open_threads: threads.filter(({ status }) => status !== 'closed').length,
    unread_messages: threads.reduce((sum, { unread_count }) => sum + unread_count!, 0),
    outstanding: { count: owed.length, total_cents: owed.reduce((sum, { balance_cents }) => sum + balance_cents!, 0) },
    pending_requests: pending.length,
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
