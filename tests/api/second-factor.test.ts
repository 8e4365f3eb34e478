// Whoever has set up a second factor is let in with it, and with the password alone nowhere: tables, views, functions,
// files and the gateway. The local Auth has no second factors, so they are written where Supabase Auth keeps them.
import { randomUUID } from 'node:crypto'
import { beforeEach, describe, expect, test } from 'vitest'
import { ok, refused, stopped } from './support/answers.ts'
import { member, newCompany, newCustomer, newJob, staff, type Customer } from './support/company.ts'
import { sql } from './support/database.ts'
import { env } from './support/env.ts'
import { open } from './support/events.ts'
import { service, withToken, type Person } from './support/people.ts'

let customer: Customer
let [before, someone]: [Person, Person] = [] as never
beforeEach(async () => {
  customer = await newCustomer(await newCompany())
  before = await member(customer)
  someone = withToken(before, { aal: 'aal1' })
})

async function setUp({ userId }: Person, status = 'verified'): Promise<string> {
  const id = randomUUID()
  await sql`insert into auth.mfa_factors (id, user_id, factor_type, status, created_at, updated_at) values (${id}, ${userId}, 'totp', ${status}, now(), now())`
  return id
}
const byBoth = (person: Person) => withToken(person, { aal: 'aal2' })
const NEEDED = ['PT401', 'second_factor_required'] as const

describe('without the second factor', () => {
  test('a customer sees nothing, does nothing, and is told what to do', async () => {
    const job = await newJob(customer, 3)
    await setUp(someone)
    // Also by the token that Auth itself gave for the password.
    for (const person of [before, someone]) {
      for (const view of ['appointments', 'locations', 'accounts', 'messages', 'invoices'] as const) expect(await ok(person.portal.from(view).select()), view).toEqual([])
      expect(await ok(person.tables.from('work_orders').select('id'))).toEqual([])
      await refused(person.portal.rpc('settings'), ...NEEDED)
      await refused(person.portal.rpc('dashboard'), ...NEEDED)
      await refused(person.portal.rpc('appointment_status', { appointment_id: job }), ...NEEDED)
      await refused(person.portal.rpc('cancel_appointment', { appointment_id: job }), ...NEEDED)
      await refused(person.portal.rpc('my_sessions'), ...NEEDED)
      await refused(person.portal.rpc('start_ai_conversation', { org_slug: customer.company.slug }), ...NEEDED)
    }
    const { error } = await someone.portal.rpc('settings')
    expect(error!.hint).toContain('Enter the code of your authenticator app')
    expect(await ok(byBoth(someone).portal.from('appointments').select('id'))).toEqual([{ id: job }])
    expect((await ok(byBoth(someone).portal.rpc('settings')) as { security: object }).security).toMatchObject({ mfa_enabled: true })
  })

  test('staff are nobody either: they read no customer and write none', async () => {
    const csr = withToken(await staff(customer.company, 'csr'), { aal: 'aal1' })
    await setUp(csr)
    expect(await ok(csr.tables.from('customers').select('id'))).toEqual([])
    await stopped(csr.tables.from('customers').insert({ org_id: customer.company.id, full_name: 'New' }), '42501', 403)
    await refused(csr.portal.rpc('invite_contact', { email: 'a@people.example', customer_id: customer.id }), ...NEEDED)
    expect(await ok(byBoth(csr).tables.from('customers').select('id'))).toEqual([{ id: customer.id }])
  })

  test('no file is sent, and none is read', async () => {
    const path = `${customer.company.id}/${customer.id}/photo/${randomUUID()}.jpg`
    const bucket = (person: Person) => person.portal.storage.from('attachments')
    const send = (person: Person, to = path) => bucket(person).upload(to, Buffer.from('x'), { contentType: 'image/jpeg' })
    expect((await send(someone)).error).toBeNull()
    await setUp(someone)
    expect((await send(someone, path.replace('.jpg', '-2.jpg'))).error).not.toBeNull()
    expect((await bucket(someone).download(path)).data).toBeNull()
    expect((await bucket(byBoth(someone)).download(path)).data).not.toBeNull()
  })

  test('the gateway opens no stream and answers no question, in the same words', async () => {
    const conversation = await ok(someone.portal.rpc('start_ai_conversation').single())
    const ask = (person: Person) => fetch(`${env.gatewayUrl}/ai/conversations/${conversation.id}/messages`, {
      method: 'POST', headers: { Authorization: `Bearer ${person.token}`, Accept: 'application/json', 'Content-Type': 'application/json' },
      body: JSON.stringify({ text: 'When does somebody come?', client_message_id: randomUUID() }),
    })
    await setUp(someone)
    const told = (await someone.portal.rpc('settings')).error!
    for (const response of [await ask(someone), (await open(someone)).response]) {
      expect(response.status).toBe(401)
      expect(await response.json()).toMatchObject({ code: told.code, message: told.message, hint: told.hint, details: told.details })
    }
    expect((await ask(byBoth(someone))).status).toBe(200)
    expect((await open(byBoth(someone))).response.status).toBe(200)
  })
})

test('what is only being set up asks for nothing, and what was taken away asks no more', async () => {
  await setUp(someone, 'unverified')
  await ok(someone.portal.rpc('settings'))
  const id = await setUp(someone)
  await refused(someone.portal.rpc('settings'), ...NEEDED)
  await sql`delete from auth.mfa_factors where id = ${id}`
  await ok(someone.portal.rpc('settings'))
})

test('the secret key and everybody else go on as before', async () => {
  await setUp(someone)
  expect(await ok(service().tables.from('portal_accounts').select('status').eq('user_id', someone.userId))).toEqual([{ status: 'active' }])
  const another = await member(customer)
  expect(await ok(another.portal.from('locations').select('id'))).toHaveLength(1)
})

test('a stream that is open when the factor is set up ends when the gateway next looks', async () => {
  const { response } = await open(someone)
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader()
  await setUp(someone)
  // It looks by itself every minute, and at once when it hears that somebody's access has changed.
  await sql`insert into public.portal_live_events (org_id, kind, entity_id, user_id) values (${customer.company.id}, 'access_changed', ${customer.id}, ${someone.userId})`
  let heard = ''
  for (let next = await reader.read(); !next.done; next = await reader.read()) heard += next.value
  expect(heard).toContain('access has ended')
})
