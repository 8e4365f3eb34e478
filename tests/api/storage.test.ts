// Files: what people may upload, list, download and sign, through supabase-js and the Storage API under its policies.
//
// The local Storage API runs every statement as the caller, so the policies decide here as they do on Supabase. What it
// lacks is left out: multipart bodies (files are sent as a Buffer), several signed URLs at once, resumable uploads.
import { randomUUID } from 'node:crypto'
import { beforeEach, describe, expect, test } from 'vitest'
import {
  add, grant, member, newCompany, newCustomer, newJob, newLocation, setStatus, staff, type Company, type Customer, type Employee, type Member,
} from './support/company.ts'
import { sql } from './support/database.ts'
import { anonymous, service, type Person } from './support/people.ts'

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

type Who = Pick<Person, 'portal'>
const folder = (of: Customer, kind = 'photo') => `${of.company.id}/${of.id}/${kind}`
const newPath = (of: Customer, kind = 'photo') => `${folder(of, kind)}/${randomUUID()}.jpg`
const CONTENT = 'What the camera saw.'

const upload = (who: Who, path: string, bucket = 'attachments', contentType = 'image/jpeg', more = {}) =>
  who.portal.storage.from(bucket).upload(path, Buffer.from(CONTENT), { contentType, ...more })
const download = async (who: Who, path: string, bucket = 'attachments') =>
  (await who.portal.storage.from(bucket).download(path)).data?.text() ?? null
const sign = async (who: Who, path: string, bucket = 'attachments') => (await who.portal.storage.from(bucket).createSignedUrl(path, 60)).error
const names = async (who: Who, prefix: string, bucket = 'attachments') =>
  ((await who.portal.storage.from(bucket).list(prefix)).data ?? []).map(({ name }) => name)
const stored = async (path: string) => (await sql`select from storage.objects where name = ${path}`).length === 1

/** Uploads; `true` when the file is there afterwards. An answer and the truth that differ fail the test. */
async function uploads(who: Who, path: string, ...how: [bucket?: string, contentType?: string]): Promise<boolean> {
  const { error } = await upload(who, path, ...how)
  expect(await stored(path), error?.message ?? path).toBe(error === null)
  return error === null
}
/** What somebody can do with a stored file: all or nothing. */
async function reads(who: Who, path: string, bucket = 'attachments'): Promise<boolean> {
  const signed = (await sign(who, path, bucket)) === null
  expect(await download(who, path, bucket)).toBe(signed ? CONTENT : null)
  return signed
}

describe('attachments', () => {
  test("are uploaded to the customer's own folder, and to nowhere else", async () => {
    for (const kind of ['photo', 'video', 'document']) expect(await uploads(someone, newPath(customer, kind)), kind).toBe(true)
    const [same, foreign] = [await newCustomer(company), await newCustomer(await newCompany())]
    const elsewhere = [
      newPath(same), newPath(foreign), newPath(customer, 'invoice'), `${company.id}/${customer.id}/x.jpg`, `${customer.id}/photo/x.jpg`, 'x.jpg',
      `${folder(customer)}/../../${same.id}/photo/x.jpg`, `${foreign.company.id}/${customer.id}/photo/x.jpg`, `${company.id}/${foreign.id}/photo/x.jpg`,
    ]
    for (const path of elsewhere) expect(await uploads(someone, path), path).toBe(false)
  })

  test('are read and signed by those who see the customer, and by nobody else', async () => {
    const path = newPath(customer)
    expect(await uploads(someone, path)).toBe(true)
    for (const who of [someone, await member(customer), csr]) expect(await reads(who, path)).toBe(true)
    const suspended = await member(customer)
    await setStatus(suspended.accountId, 'suspended')
    const strangers = [await member(await newCustomer(company)), await member(await newCustomer(await newCompany())), suspended, await staff(await newCompany(), 'admin'), anonymous()]
    for (const who of strangers) {
      expect(await reads(who, path)).toBe(false)
      expect(await names(who, folder(customer))).toEqual([])
    }
    expect(await names(someone, folder(customer))).toHaveLength(1)
    expect(await uploads(suspended, newPath(customer))).toBe(false)
    expect(await uploads(anonymous(), newPath(customer))).toBe(false)
  })

  test('open by their signed URL without any log-in, and not by another path under the same signature', async () => {
    const [path, other] = [newPath(customer), newPath(customer)]
    for (const one of [path, other]) expect(await uploads(someone, one)).toBe(true)
    const { data } = await someone.portal.storage.from('attachments').createSignedUrl(path, 60)
    const url = data!.signedUrl
    expect(await (await fetch(url)).text()).toBe(CONTENT)
    for (const forged of [url.replace(path, other), url.replace(/token=.*/, 'token=made.up.one'), url.replace(/\?token=.*/, '')]) {
      expect(forged).not.toBe(url)
      expect((await fetch(forged)).ok, forged).toBe(false)
    }
  })

  test('of people who see one location are what they uploaded themselves', async () => {
    const cabin = await newLocation(customer, 'Cabin')
    const contact = await member(customer, { implicitGrant: false })
    await grant(contact, customer, ['view'], cabin)
    const [mine, theirs] = [newPath(customer), newPath(customer)]
    expect(await uploads(contact, mine)).toBe(true)
    expect(await uploads(someone, theirs)).toBe(true)
    expect([await reads(contact, mine), await reads(contact, theirs), await reads(someone, mine)]).toEqual([true, false, true])
  })

  test('are shared with the technician of a job of the customer', async () => {
    const technician = await staff(company, 'technician')
    await newJob(customer, 3, technician.technicianId)
    const [path, elsewhere] = [newPath(customer), newPath(await newCustomer(company))]
    expect(await uploads(technician, path)).toBe(true)
    expect(await reads(technician, path)).toBe(true)
    expect(await uploads(csr, elsewhere)).toBe(true)
    expect(await reads(technician, elsewhere)).toBe(false)
    expect(await uploads(technician, newPath(await newCustomer(company)))).toBe(false)
  })

  test('stay as they were sent: nothing replaces, moves or removes them', async () => {
    const path = newPath(customer)
    await uploads(someone, path)
    const files = someone.portal.storage.from('attachments')
    expect((await upload(someone, path, 'attachments', 'image/jpeg', { upsert: true })).error).not.toBeNull()
    expect((await files.move(path, newPath(customer))).error).not.toBeNull()
    await files.remove([path])
    expect(await download(someone, path)).toBe(CONTENT)
  })

  test('are pictures, films and PDFs', async () => {
    for (const type of ['image/png', 'image/webp', 'video/mp4', 'video/quicktime', 'application/pdf']) {
      expect(await uploads(someone, newPath(customer), 'attachments', type), type).toBe(true)
    }
    for (const type of ['text/html', 'image/svg+xml', 'application/javascript', 'application/octet-stream']) {
      expect(await uploads(someone, newPath(customer), 'attachments', type), type).toBe(false)
    }
  })
})

describe('documents', () => {
  const filed = async (kind: string, more = {}) => {
    const path = newPath(customer, kind)
    expect(await uploads(csr, path, 'documents', 'application/pdf')).toBe(true)
    const row = { customer_id: customer.id, location_id: customer.location, kind, title: kind, mime_type: 'application/pdf', path, ...more }
    await add(company, 'documents', row)
    return path
  }

  test('are uploaded by the office alone, for its own customers', async () => {
    for (const who of [someone, await staff(company, 'technician'), anonymous()]) {
      expect(await uploads(who, newPath(customer, 'invoice'), 'documents', 'application/pdf')).toBe(false)
    }
    const foreign = await newCustomer(await newCompany())
    expect(await uploads(csr, newPath(foreign, 'invoice'), 'documents', 'application/pdf')).toBe(false)
    expect(await uploads(csr, newPath(customer, 'invoice'), 'documents', 'application/pdf')).toBe(true)
  })

  test('are opened by those who see the row that files them, bills with the right to bills, internal ones by nobody', async () => {
    const tenant = await member(customer, { implicitGrant: false })
    await grant(tenant, customer, ['view', 'book'])
    const stranger = await member(await newCustomer(company))
    const [manual, bill, internal] = [await filed('manual'), await filed('invoice'), await filed('photo', { visibility: 'internal' })]
    const unfiled = newPath(customer, 'manual')
    await uploads(csr, unfiled, 'documents', 'application/pdf')
    const may = async (who: Who) => Promise.all([manual, bill, internal, unfiled].map((path) => reads(who, path, 'documents')))
    expect(await may(someone)).toEqual([true, true, false, false])
    expect(await may(tenant)).toEqual([true, false, false, false])
    expect(await may(stranger)).toEqual([false, false, false, false])
    expect(await may(anonymous())).toEqual([false, false, false, false])
    expect(await may(await staff(company, 'dispatcher'))).toEqual([true, true, true, true])
  })

  test('lead from open_document to the bytes', async () => {
    const path = await filed('manual')
    const { data: listed } = await someone.portal.from('documents').select('id').single()
    const { data: opened } = await someone.portal.rpc('open_document', { document_id: listed!.id! }).single()
    expect(opened).toMatchObject({ bucket: 'documents', path })
    expect(await download(someone, opened!.path!, opened!.bucket!)).toBe(CONTENT)
  })
})

test('the buckets are private, and made by the company alone', async () => {
  const buckets = await sql`select id, public, file_size_limit::int from storage.buckets where id in ('attachments', 'documents') order by id`
  expect(buckets).toMatchObject([{ id: 'attachments', public: false, file_size_limit: 25 * 2 ** 20 }, { id: 'documents', public: false }])
  const granted = await sql`select has_table_privilege('anon', 'public.portal_accounts', 'select, insert, update, delete') as all`
  expect(granted, 'asking for files opens nothing else').toEqual([{ all: false }])
  for (const who of [someone, csr]) expect((await who.portal.storage.createBucket(`b-${randomUUID()}`)).error).not.toBeNull()
  expect((await service().portal.storage.from('attachments').upload(newPath(customer), Buffer.from(CONTENT), { contentType: 'image/jpeg' })).error).toBeNull()
})
