// Opening a document: where the file lies is told only together with a line in the audit log.
import { randomUUID } from 'node:crypto'
import { beforeEach, describe, expect, test } from 'vitest'
import { ok, refused, stopped } from './support/answers.ts'
import { add, grant, member, newCompany, newCustomer, newJob, newLocation, staff, type Company, type Customer, type Member, type Row } from './support/company.ts'
import { sql, superuser } from './support/database.ts'
import { anonymous } from './support/people.ts'

let company: Company
let customer: Customer
let someone: Member
beforeEach(async () => {
  company = await newCompany()
  customer = await newCustomer(company)
  someone = await member(customer)
})

const pathOf = (kind: string, of = customer) => `${of.company.id}/${of.id}/${kind}/${randomUUID()}`
const file = (columns: Row = {}) => {
  const kind = (columns.kind as string) ?? 'photo'
  return add(company, 'documents', {
    customer_id: customer.id, location_id: customer.location, kind, title: `The ${kind}`, mime_type: 'image/jpeg', size_bytes: 5, path: pathOf(kind), ...columns,
  })
}
const tryToOpen = (who: Pick<Member, 'portal'>, document_id: string) => who.portal.rpc('open_document', { document_id }).single()
const openings = (document_id: string) =>
  sql`
    select portal_account_id, actor_type, actor_user_id from public.portal_audit_events
    where event_type = 'document_opened' and entity_id = ${document_id} order by occurred_at`

test('a document is listed without its place, which opening it gives', async () => {
  const path = pathOf('photo')
  const id = await file({ path })
  const [listed] = await ok(someone.portal.from('documents').select('*'))
  expect(listed).toMatchObject({ id, kind: 'photo', title: 'The photo', mime_type: 'image/jpeg', size_bytes: 5, location_id: customer.location })
  expect(JSON.stringify(listed)).not.toContain(path)
  for (const column of ['path', 'bucket']) {
    await stopped(someone.portal.from('documents').select(column as 'id'), '42703', 400)
    await stopped(someone.tables.from('documents').select(column as 'id'), '42501', 403)
  }
  expect(await ok(tryToOpen(someone, id))).toEqual({ bucket: 'documents', path, title: 'The photo', mime_type: 'image/jpeg' })
})

test('every opening is recorded, with who it was, staff too', async () => {
  const id = await file()
  const csr = await staff(company, 'csr')
  for (const who of [someone, someone, csr]) await ok(tryToOpen(who, id))
  const mine = { portal_account_id: someone.accountId, actor_type: 'portal_user', actor_user_id: someone.userId }
  expect(await openings(id)).toMatchObject([mine, mine, { actor_type: 'staff', actor_user_id: csr.userId }])
})

test('the record is written in the transaction that tells the place: neither is there without the other', async () => {
  const id = await file()
  const claims = JSON.stringify({ role: 'authenticated', sub: someone.userId })
  await superuser.begin(async (db) => {
    await db`select set_config('request.jwt.claims', ${claims}, true), set_config('role', 'authenticated', true)`
    expect(await db`select path from portal.open_document(${id})`).toHaveLength(1)
    await db`reset role`
    const written = await db`
      select xmin = pg_current_xact_id()::xid as here from public.portal_audit_events where event_type = 'document_opened' and entity_id = ${id}`
    expect(written).toEqual([{ here: true }])
    expect(await openings(id), 'not there for others before the commit').toEqual([])
    throw new Error('rolled back')
  }).catch((error: Error) => expect(error.message).toBe('rolled back'))
  expect(await openings(id)).toEqual([])
})

describe('absent and forbidden are one', () => {
  const nobodys = async (who: Pick<Member, 'portal'>, id: string) => {
    const answers = await Promise.all([id, randomUUID()].map((one) => tryToOpen(who, one)))
    expect({ ...answers[0]!.error }).toEqual({ ...answers[1]!.error })
    await refused(Promise.resolve(answers[0]!), 'PT404', 'not_found')
    expect(await openings(id)).toEqual([])
  }

  test('for what is internal, and for what is somebody else\'s', async () => {
    await nobodys(someone, await file({ visibility: 'internal' }))
    const id = await file()
    for (const stranger of [await member(await newCustomer(company)), await member(await newCustomer(await newCompany()))]) await nobodys(stranger, id)
    await stopped(tryToOpen(anonymous(), id), '42501', 401)
  })

  test('for bills, to those who may not see bills', async () => {
    const tenant = await member(customer, { implicitGrant: false })
    await grant(tenant, customer, ['view', 'book'])
    const payer = await member(customer, { role: 'billing_contact' })
    for (const kind of ['invoice', 'quote']) {
      const id = await file({ kind })
      await nobodys(tenant, id)
      await ok(tryToOpen(payer, id))
      expect(await openings(id)).toHaveLength(1)
    }
  })

  test('for what lies at another location than one may see', async () => {
    const cabin = await newLocation(customer, 'Cabin')
    const contact = await member(customer, { implicitGrant: false })
    await grant(contact, customer, ['view', 'billing'], cabin)
    await nobodys(contact, await file())
    const [photo, bill] = [await file({ location_id: cabin }), await file({ location_id: cabin, kind: 'invoice' })]
    for (const id of [photo, bill]) await ok(tryToOpen(contact, id))
  })

  test("for a technician, whose are the files of own jobs but never the bills", async () => {
    const technician = await staff(company, 'technician')
    const work_order_id = await newJob(customer, 3, technician.technicianId)
    const [photo, bill, other] = [await file({ work_order_id }), await file({ work_order_id, kind: 'invoice' }), await file()]
    await ok(tryToOpen(technician, photo))
    for (const id of [bill, other]) await nobodys(technician, id)
  })
})

test("a document cannot be filed in another customer's folder, whoever files it", async () => {
  const other = await newCustomer(company)
  const admin = await staff(company, 'admin')
  for (const path of [pathOf('photo', other), pathOf('photo', await newCustomer(await newCompany())), `${customer.id}/photo/x`, 'x']) {
    const row = { org_id: company.id, customer_id: customer.id, kind: 'photo' as const, title: 'Photo', mime_type: 'image/jpeg', path }
    await stopped(admin.tables.from('documents').insert(row), '23514', 400)
    await expect(file({ path }), 'by SQL').rejects.toMatchObject({ code: '23514' })
  }
  expect(await ok(someone.portal.from('documents').select('id'))).toEqual([])
})
