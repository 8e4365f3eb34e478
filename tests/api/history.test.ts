// What was done, and what belongs to it: finished jobs with notes, parts, files and bills, as the customer may see them.
import { randomUUID } from 'node:crypto'
import { beforeEach, describe, expect, test } from 'vitest'
import { ok, refused, stopped } from './support/answers.ts'
import { add, change, grant, member, newCompany, newCustomer, newLocation, newVisit, staff, SERVICE, type Company, type Customer, type Member, type Row } from './support/company.ts'
import { sql } from './support/database.ts'
import { anonymous } from './support/people.ts'

let company: Company
let customer: Customer
let someone: Member
beforeEach(async () => {
  company = await newCompany()
  customer = await newCustomer(company)
  someone = await member(customer)
})

const DAY = 24 * 60
const word = () => randomUUID().slice(0, 8)

/** A job that was finished some days ago, with a summary. */
const pastJob = (days: number, of = customer, columns: Row = {}) =>
  newVisit(of, -days * DAY, { status: 'completed', job_summary: 'Replaced the igniter.', completed_at: new Date(Date.now() - days * DAY * 60_000), ...columns })

/** A finished job with one of everything, each thing once for the customer and, where there is such, once internal. */
async function fullJob() {
  const work_order_id = await pastJob(3)
  const whose = { customer_id: customer.id, location_id: customer.location, work_order_id }
  await add(company, 'work_order_events', { work_order_id, event_type: 'completed', note: 'All done.' })
  for (const visibility of ['customer', 'internal']) {
    await add(company, 'work_order_notes', { work_order_id, visibility, body: `${visibility} note` })
    await add(company, 'work_order_parts', { work_order_id, visibility, name: `${visibility} part` })
    await add(company, 'documents', {
      ...whose, visibility, kind: 'photo', title: `${visibility} photo`, mime_type: 'image/jpeg', path: `${company.id}/${customer.id}/photo/${word()}`,
    })
  }
  await add(company, 'documents', { ...whose, kind: 'invoice', title: 'the bill', mime_type: 'application/pdf', path: `${company.id}/${customer.id}/invoice/${word()}` })
  const equipment_id = await add(company, 'equipment', { customer_id: customer.id, location_id: customer.location, kind: 'Furnace' })
  await add(company, 'warranties', { ...whose, equipment_id, title: 'Parts', starts_on: '2026-01-01' })
  await add(company, 'quotes', { ...whose, number: word(), status: 'accepted', total_cents: 20_000, issued_at: new Date() })
  await add(company, 'quotes', { ...whose, number: word(), status: 'draft', total_cents: 77_000_007 })
  const invoice_id = await add(company, 'invoices', { ...whose, number: word(), status: 'open', total_cents: 20_000, issued_at: new Date() })
  await add(company, 'invoices', { ...whose, number: word(), status: 'draft', total_cents: 77_000_007 })
  return { work_order_id, invoice_id }
}

const detail = (who: Pick<Member, 'portal'>, appointment_id: string) =>
  ok(who.portal.rpc('job_detail', { appointment_id })) as Promise<Record<string, any>>
const looks = (work_order_id: string) =>
  sql`select portal_account_id, actor_user_id from public.portal_audit_events where event_type = 'job_viewed' and entity_id = ${work_order_id}`

describe('the service history', () => {
  test('lists finished jobs, newest first, with what they were and what came with them', async () => {
    const { work_order_id } = await fullJob()
    const older = await pastJob(30)
    for (const status of ['scheduled', 'canceled', 'no_show']) await newVisit(customer, -7 * DAY, { status })
    const listed = await ok(someone.portal.from('service_history').select('*').order('completed_at', { ascending: false }))
    expect(listed.map(({ id }) => id)).toEqual([work_order_id, older])
    expect(listed[0]).toMatchObject({
      service_type: SERVICE, service_name: 'Heating or cooling repair', location_id: customer.location, location_label: 'Home',
      job_summary: 'Replaced the igniter.', document_count: 2, total_cents: 20_000, currency: 'USD',
    })
    expect(listed[1]).toMatchObject({ document_count: 0 })
  })

  test('tells those who may not see bills neither the sum nor that there is one', async () => {
    const { work_order_id } = await fullJob()
    const tenant = await member(customer, { implicitGrant: false })
    await grant(tenant, customer, ['view', 'book'])
    const [row] = await ok(tenant.portal.from('service_history').select('id,document_count,total_cents'))
    expect(row).toEqual({ id: work_order_id, document_count: 1, total_cents: null })
    for (const view of ['invoices', 'quotes', 'payments'] as const) expect(await ok(tenant.portal.from(view).select('id')), view).toEqual([])
  })

  test("is the customer's own, and of one location for those who see one", async () => {
    const cabin = { ...customer, location: await newLocation(customer, 'Cabin') }
    const [, there] = [await pastJob(3), await pastJob(4, cabin)]
    await pastJob(5, await newCustomer(company))
    const contact = await member(customer, { implicitGrant: false })
    await grant(contact, customer, ['view'], cabin.location)
    expect(await ok(contact.portal.from('service_history').select('id'))).toEqual([{ id: there }])
    expect(await ok(someone.portal.from('service_history').select('id'))).toHaveLength(2)
    expect(await ok((await member(await newCustomer(company))).portal.from('service_history').select('id'))).toEqual([])
  })

  test('is embedded with its notes, parts and documents in one request', async () => {
    const { work_order_id } = await fullJob()
    const row = await ok(
      someone.portal.from('service_history').select('id,job_notes(body),job_parts(name),documents(title)').eq('id', work_order_id).single(),
    )
    expect(row).toMatchObject({ id: work_order_id, job_notes: [{ body: 'customer note' }], job_parts: [{ name: 'customer part' }] })
    expect(row.documents.map(({ title }) => title).sort()).toEqual(['customer photo', 'the bill'])
  })
})

describe('the details of a job', () => {
  test('bring everything of it in one call, and nothing that is internal', async () => {
    const { work_order_id } = await fullJob()
    const job = await detail(someone, work_order_id)
    expect(Object.keys(job)).toEqual(expect.arrayContaining(['job', 'timeline', 'notes', 'parts', 'documents', 'quotes', 'invoices', 'equipment']))
    expect(job.job).toMatchObject({ id: work_order_id, status: 'completed', service_name: 'Heating or cooling repair' })
    expect(job.timeline).toMatchObject([{ event_type: 'completed', note: 'All done.' }])
    expect(job).toMatchObject({
      notes: [{ body: 'customer note' }], parts: [{ name: 'customer part' }],
      quotes: [{ status: 'accepted', total_cents: 20_000 }], invoices: [{ status: 'open', total_cents: 20_000, balance_cents: 20_000 }],
      equipment: [{ kind: 'Furnace' }],
    })
    expect(job.documents.map((file: { title: string }) => file.title).sort()).toEqual(['customer photo', 'the bill'])
    const written = JSON.stringify(job)
    for (const hidden of ['internal', '77000007', 'draft', `${company.id}/${customer.id}`]) expect(written).not.toContain(hidden)
  })

  test('leave bills out for those who may not see them', async () => {
    const { work_order_id } = await fullJob()
    const tenant = await member(customer, { implicitGrant: false })
    await grant(tenant, customer, ['view'])
    const job = await detail(tenant, work_order_id)
    expect(job).toMatchObject({ quotes: [], invoices: [], documents: [{ title: 'customer photo' }], notes: [{ body: 'customer note' }] })
    expect(JSON.stringify(job)).not.toContain('20000')
  })

  test('are recorded with the first look of an account in an hour, however many look at once', async () => {
    const { work_order_id } = await fullJob()
    await Promise.all(Array.from({ length: 8 }, () => detail(someone, work_order_id)))
    await detail(someone, work_order_id)
    expect((await looks(work_order_id)).length, 'two when the clock strikes in between').toBeLessThanOrEqual(2)
    expect((await looks(work_order_id))[0]).toEqual({ portal_account_id: someone.accountId, actor_user_id: someone.userId })
    const colleague = await member(customer)
    await detail(colleague, work_order_id)
    expect((await looks(work_order_id)).filter((look) => look.portal_account_id === colleague.accountId)).toHaveLength(1)
  })

  test('are nobody else\'s: absent and forbidden answer alike, and leave no trace', async () => {
    const { work_order_id } = await fullJob()
    for (const stranger of [await member(await newCustomer(company)), await member(await newCustomer(await newCompany()))]) {
      const answers = await Promise.all([work_order_id, randomUUID()].map((appointment_id) => stranger.portal.rpc('job_detail', { appointment_id })))
      expect({ ...answers[0]!.error }).toEqual({ ...answers[1]!.error })
      await refused(Promise.resolve(answers[0]!), 'PT404', 'not_found')
    }
    await stopped(anonymous().portal.rpc('job_detail', { appointment_id: work_order_id }), '42501', 401)
    expect(await looks(work_order_id)).toEqual([])
  })

  test('are not for a GET, which could not record them', async () => {
    const { work_order_id } = await fullJob()
    const { error, status } = await someone.portal.rpc('job_detail', { appointment_id: work_order_id }, { get: true })
    expect({ code: error?.code, status }).toEqual({ code: '25006', status: 405 })
  })
})

describe('bills', () => {
  test('show what is still to be paid: the total less what has arrived', async () => {
    const { invoice_id } = await fullJob()
    for (const [status, amount_cents] of [['succeeded', 5_000], ['succeeded', 2_500], ['failed', 9_000], ['pending', 1_000]]) {
      await add(company, 'payments', { customer_id: customer.id, invoice_id, status, amount_cents, method: 'card', paid_at: new Date() })
    }
    const bills = await ok(someone.portal.from('invoices').select('id,status,total_cents,balance_cents,payments(total_cents,status)'))
    expect(bills).toMatchObject([{ id: invoice_id, status: 'open', total_cents: 20_000, balance_cents: 12_500 }])
    expect(bills[0]!.payments).toHaveLength(4)
  })

  test('are seen by a billing contact, who sees the same as the customer', async () => {
    await fullJob()
    const payer = await member(customer, { role: 'billing_contact' })
    for (const view of ['invoices', 'quotes', 'payments', 'documents'] as const) {
      const columns = view === 'documents' ? 'id,title' : 'id,status'
      const read = (who: Member) => ok(who.portal.from(view as 'invoices').select(columns as 'id').order('id'))
      expect(await read(payer), view).toEqual(await read(someone))
    }
  })
})

describe('what is installed', () => {
  test('is listed by location with its warranties, and the memberships of the customer', async () => {
    await fullJob()
    await add(company, 'memberships', { customer_id: customer.id, plan_name: 'Comfort', starts_on: '2026-01-01', price_cents: 100 })
    const places = await ok(someone.portal.from('locations').select('label,equipment(kind,warranties(title))'))
    expect(places).toEqual([{ label: 'Home', equipment: [{ kind: 'Furnace', warranties: [{ title: 'Parts' }] }] }])
    expect(await ok(someone.portal.from('memberships').select('plan_name'))).toEqual([{ plan_name: 'Comfort' }])
    const stranger = await member(await newCustomer(company))
    for (const view of ['equipment', 'warranties', 'memberships'] as const) expect(await ok(stranger.portal.from(view).select('id')), view).toEqual([])
  })
})

test('internal notes, parts and files are out of reach on every path', async () => {
  const { work_order_id } = await fullJob()
  const rows = await Promise.all([
    ok(someone.portal.from('job_notes').select('*')), ok(someone.portal.from('job_parts').select('*')), ok(someone.portal.from('documents').select('*')),
    ok(someone.tables.from('work_order_notes').select('body,visibility')), ok(someone.tables.from('work_order_parts').select('name,visibility')),
    ok(someone.tables.from('documents').select('id,title,visibility')),
    ok(someone.portal.from('appointments').select('*,job_notes(*),job_parts(*),documents(*)')), detail(someone, work_order_id),
  ])
  expect(JSON.stringify(rows)).toContain('customer note')
  expect(JSON.stringify(rows)).not.toContain('internal')
  await change(company, 'work_order_notes', { visibility: 'internal' }, { work_order_id })
  expect(await ok(someone.portal.from('job_notes').select('*'))).toEqual([])
  const technician = await staff(company, 'technician')
  expect(await ok(technician.tables.from('work_order_notes').select('body')), "another technician's job").toEqual([])
})
