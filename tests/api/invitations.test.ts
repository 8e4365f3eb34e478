// Inviting contacts, accepting, and taking access away.
import { randomUUID } from 'node:crypto'
import { beforeAll, describe, expect, test } from 'vitest'
import {
  member, newCompany, newCustomer, newJob, newLocation, setStatus, staff,
  type Company, type Customer, type Employee, type Member,
} from './support/company.ts'
import { done, ok, refused, stopped } from './support/answers.ts'
import { sql, value } from './support/database.ts'
import { anonymous, newEmail, newPerson, type Person } from './support/people.ts'

let company: Company
let customer: Customer
let manager: Member
let csr: Employee
beforeAll(async () => {
  company = await newCompany()
  customer = await newCustomer(company)
  manager = await member(customer, { role: 'property_manager' })
  csr = await staff(company, 'csr')
})

type Invitation = { email?: string; role?: string; full_name?: string; location_ids?: string[]; customer_id?: string }
const tryToInvite = (who: Person, more: Invitation = {}) =>
  who.portal.rpc('invite_contact', { email: newEmail('guest'), ...more }).single()
const invite = (who: Person, more: Invitation = {}) => ok(tryToInvite(who, more))
const tryToAccept = (who: Pick<Person, 'portal'>, token: string) => who.portal.rpc('accept_invite', { token }).single()
const accept = (who: Person, token: string) => ok(tryToAccept(who, token))
const tryToRevoke = (who: Person, accountId: string) =>
  who.portal.rpc('revoke_contact', { account_id: accountId }).single()
const locationsOf = async (who: Person) =>
  (await ok(who.portal.from('locations').select('id').order('id'))).map((row) => row.id)

describe('accepting an invitation', () => {
  test('opens an account of the inviting customer, with the role it names', async () => {
    const { token, expires_at } = await invite(manager, { role: 'billing_contact' })
    expect(Date.parse(expires_at)).toBeGreaterThan(Date.now())
    const guest = await newPerson()
    expect(await accept(guest, token)).toMatchObject({
      org_id: company.id, customer_id: customer.id, role: 'billing_contact', status: 'active', linked_by: 'invite',
    })
    expect(await locationsOf(guest)).toEqual(await locationsOf(manager))
  })

  test('works through sign-up as well, at the company that invited', async () => {
    const { token } = await invite(manager)
    const guest = await newPerson()
    const signUp = (slug: string) => guest.portal.rpc('sign_up', { org_slug: slug, invite_token: token }).single()
    await refused(signUp((await newCompany()).slug), 'PT404', 'not_found')
    expect(await ok(signUp(company.slug))).toMatchObject({ customer_id: customer.id, linked_by: 'invite' })
  })

  test('twice by the same person is a retry: the same row', async () => {
    const [{ token }, guest] = [await invite(manager), await newPerson()]
    const both = await Promise.all([accept(guest, token), accept(guest, token)])
    expect(both[0]).toEqual(both[1])
    expect(await accept(guest, token)).toEqual(both[0])
  })

  test('is refused once somebody else has used it', async () => {
    const { token } = await invite(manager)
    await accept(await newPerson(), token)
    const late = await newPerson()
    await refused(tryToAccept(late, token), 'PT410', 'invite_used')
    expect(await locationsOf(late)).toEqual([])
  })

  test('lets exactly one of several in, when they come at once', async () => {
    const { token } = await invite(manager)
    const guests = await Promise.all(Array.from({ length: 6 }, () => newPerson()))
    const answers = await Promise.all(guests.map((guest) => tryToAccept(guest, token)))
    expect(answers.map((answer) => answer.error?.code ?? 'in').sort()).toEqual(['PT410', 'PT410', 'PT410', 'PT410', 'PT410', 'in'])
  })

  test('is refused after it expired or was revoked', async () => {
    const [old, gone] = [await invite(manager), await invite(manager)]
    await sql`update public.portal_invites set expires_at = now() where id = ${old.invite_id}`
    await sql`update public.portal_invites set status = 'revoked' where id = ${gone.invite_id}`
    const guest = await newPerson()
    await refused(tryToAccept(guest, old.token), 'PT410', 'invite_expired')
    await refused(tryToAccept(guest, gone.token), 'PT410', 'invite_revoked')
  })

  test('needs a real token and a signed-in person with a credential', async () => {
    const { token } = await invite(manager)
    await refused(tryToAccept(await newPerson(), 'no-such-token'), 'PT404', 'not_found')
    await refused(tryToAccept(await newPerson({ email: null, anonymous: true }), token), 'PT403', 'anonymous_user')
    await stopped(tryToAccept(anonymous(), token), '42501', 401)
  })

  test('the token is kept nowhere: only its hash is, and nobody reads that', async () => {
    const { token, invite_id } = await invite(manager)
    const rows = await sql`
      select (select to_jsonb(i)::text from public.portal_invites i where i.id = ${invite_id}) as invite,
        (select string_agg(e.event_payload::text, ' ') from public.portal_audit_events e
         where e.entity = 'invite' and e.entity_id = ${invite_id}) as audited`
    expect(rows[0]!.invite).toContain('token_hash')
    expect(rows[0]!.audited).toContain('"hidden": ["token_hash"]')
    expect(JSON.stringify(rows)).not.toContain(token)
    await stopped(manager.tables.from('portal_invites').select('token_hash'), '42501', 403)
    expect(await ok(manager.tables.from('portal_invites').select('id,status').eq('id', invite_id))).toHaveLength(1)
  })
})

describe('an invitation to a single location', () => {
  test("shows that location and none of the customer's other things", async () => {
    const owner = await newCustomer(company)
    const unit = await newLocation(owner, 'Unit 4')
    const landlord = await member(owner, { role: 'property_manager' })
    const elsewhere = await newJob(owner, 3)
    const tenant = await newPerson()
    const account = await accept(tenant, (await invite(landlord, { location_ids: [unit] })).token)
    expect(account.customer_id).toBe(owner.id)
    expect(await locationsOf(tenant)).toEqual([unit])
    expect(await ok(tenant.portal.from('appointments').select('id'))).toEqual([])
    expect(await ok(tenant.tables.from('work_orders').select('id').eq('id', elsewhere))).toEqual([])
    expect(await ok(tenant.tables.from('customers').select('id'))).toEqual([])
    expect(await ok(tenant.portal.from('accounts').select('id,customer_name'))).toEqual([
      { id: account.account_id, customer_name: null },
    ])
    const request = { service_type: 'hvac_repair', problem_description: 'Noise', flexible_date: true }
    expect(await ok(tenant.portal.rpc('create_booking_request', { ...request, location_id: unit }))).toHaveLength(1)
    const notTheirs = tenant.portal.rpc('create_booking_request', { ...request, location_id: owner.location })
    await refused(notTheirs, 'PT404', 'not_found')
  })

  test('adds to an account that exists, of another customer, and takes nothing from it', async () => {
    const [own, owner] = [await newCustomer(company), await newCustomer(company)]
    const someone = await member(own)
    const landlord = await member(owner, { role: 'property_manager' })
    const account = await accept(someone, (await invite(landlord, { location_ids: [owner.location] })).token)
    expect(account).toMatchObject({ account_id: someone.accountId, customer_id: own.id, role: 'customer' })
    expect(await locationsOf(someone)).toEqual([own.location, owner.location].sort())
    expect(await ok(someone.tables.from('customers').select('id'))).toEqual([{ id: own.id }])
  })

  test('does not reopen what was taken away from a closed account', async () => {
    const [own, owner] = [await newCustomer(company), await newCustomer(company)]
    const [someone, landlord] = [await member(own), await member(owner, { role: 'property_manager' })]
    await setStatus(someone.accountId, 'closed')
    await accept(someone, (await invite(landlord, { location_ids: [owner.location] })).token)
    expect(await locationsOf(someone)).toEqual([owner.location])
  })

  test('does not let a suspended account back in', async () => {
    const someone = await member(await newCustomer(company), { status: 'suspended' })
    const { token } = await invite(manager)
    await refused(tryToAccept(someone, token), 'PT403', 'account_suspended')
    expect(await locationsOf(someone)).toEqual([])
  })
})

describe('inviting', () => {
  test('is for managers and the office; a manager cannot make an admin', async () => {
    for (const role of ['customer', 'billing_contact', 'property_manager']) await invite(manager, { role })
    await refused(tryToInvite(manager, { role: 'admin' }), 'PT403', 'role_not_yours_to_give')
    for (const role of ['customer', 'billing_contact'] as const) {
      await refused(tryToInvite(await member(customer, { role })), 'PT403', 'role_not_yours_to_give')
    }
    await refused(tryToInvite(await staff(company, 'technician')), 'PT403', 'no_active_account')
    await refused(tryToInvite(manager, { role: 'king' }), 'PT400', 'invalid_input')
    await refused(tryToInvite(manager, { email: 'no address' }), 'PT400', 'invalid_input')
    await stopped(anonymous().portal.rpc('invite_contact', { email: newEmail() }), '42501', 401)
  })

  test('an admin of the customer may make another', async () => {
    const admin = await member(customer, { role: 'admin' })
    const account = await accept(await newPerson(), (await invite(admin, { role: 'admin' })).token)
    expect(account.role).toBe('admin')
  })

  test('staff say for which customer, and may choose any of their company and none of another', async () => {
    await refused(tryToInvite(csr), 'PT400', 'invalid_input')
    const { token } = await invite(csr, { customer_id: customer.id, role: 'admin' })
    expect((await accept(await newPerson(), token)).customer_id).toBe(customer.id)
    const foreign = await newCustomer(await newCompany())
    await refused(tryToInvite(csr, { customer_id: foreign.id }), 'PT404', 'not_found')
    await refused(tryToInvite(csr, { customer_id: randomUUID() }), 'PT404', 'not_found')
  })

  test("a foreign customer or location is answered like one that does not exist", async () => {
    const foreign = [await newCustomer(company), await newCustomer(await newCompany())]
    const nowhere = { id: randomUUID(), location: randomUUID() }
    for (const what of ['customer_id', 'location_ids'] as const) {
      const answers = []
      for (const other of [nowhere, ...foreign]) {
        const named = what === 'customer_id' ? { customer_id: other.id } : { location_ids: [other.location] }
        const answer = await tryToInvite(manager, named)
        answers.push({ error: { ...answer.error }, status: answer.status })
      }
      expect(answers[0]).toMatchObject({ status: 404, error: { code: 'PT404' } })
      expect(answers[1]).toEqual(answers[0])
      expect(answers[2]).toEqual(answers[0])
    }
    const mixed = [customer.location, foreign[0]!.location]
    await refused(tryToInvite(manager, { location_ids: mixed }), 'PT404', 'not_found')
  })

  test('the same address again makes the earlier token void', async () => {
    const email = newEmail('resent')
    const first = await invite(manager, { email })
    const second = await invite(manager, { email: email.toUpperCase() })
    expect(second.invite_id).toBe(first.invite_id)
    const guest = await newPerson()
    await refused(tryToAccept(guest, first.token), 'PT404', 'not_found')
    await accept(guest, second.token)
  })
})

describe('revoking a contact', () => {
  test('puts them out at once', async () => {
    const contact = await member(customer)
    expect(await locationsOf(contact)).not.toEqual([])
    const answer = await ok(tryToRevoke(manager, contact.accountId))
    expect(answer).toEqual({ account_id: contact.accountId, status: 'closed' })
    expect(await locationsOf(contact)).toEqual([])
  })

  test("ends the grants, and no more, where the account is another customer's", async () => {
    const own = await newCustomer(company)
    const someone = await member(own)
    await accept(someone, (await invite(manager, { location_ids: [customer.location] })).token)
    expect(await ok(tryToRevoke(manager, someone.accountId))).toMatchObject({ status: 'active' })
    expect(await locationsOf(someone)).toEqual([own.location])
  })

  test("is refused for one's own account", async () => {
    await refused(tryToRevoke(manager, manager.accountId), 'PT422', 'own_account')
  })

  test("answers somebody else's contact like one that does not exist", async () => {
    const [other, foreign] = [await member(await newCustomer(company)), await member(await newCustomer(await newCompany()))]
    const answers = []
    for (const id of [randomUUID(), other.accountId, foreign.accountId]) {
      const { error, status } = await tryToRevoke(manager, id)
      answers.push({ ...error, status })
    }
    expect(answers[0]).toMatchObject({ status: 404, code: 'PT404' })
    expect(answers[1]).toEqual(answers[0])
    expect(answers[2]).toEqual(answers[0])
    for (const one of [other, foreign]) expect(await locationsOf(one)).not.toEqual([])
  })

  test('is for those who manage: a customer cannot, and a manager cannot remove an admin', async () => {
    const [contact, admin] = [await member(customer), await member(customer, { role: 'admin' })]
    await refused(tryToRevoke(contact, admin.accountId), 'PT404', 'not_found')
    await refused(tryToRevoke(manager, admin.accountId), 'PT403', 'role_not_yours_to_give')
    expect(await ok(tryToRevoke(csr, admin.accountId))).toMatchObject({ status: 'closed' })
  })
})

describe('reporting an event', () => {
  const report = (who: Person, event_type: string, payload?: object) =>
    who.portal.rpc('record_event', { event_type, ...(payload ? { payload: payload as never } : {}) })

  test('writes it to the audit log with where it came from, and notes the log-in', async () => {
    const someone = (await member(customer)).saying({ 'user-agent': 'portal-test/1.0' }) as Member
    const account = await value<string>(sql`select id from public.portal_accounts where user_id = ${someone.userId}`)
    await done(report(someone, 'login', { screen: 'home' }))
    const events = await sql`
      select event_type, event_payload, actor_type, actor_user_id, user_agent, ip_address::text
      from public.portal_audit_events where portal_account_id = ${account} and entity is null`
    expect([...events]).toEqual([{
      event_type: 'login', event_payload: { screen: 'home' }, actor_type: 'portal_user',
      actor_user_id: someone.userId, user_agent: 'portal-test/1.0', ip_address: '127.0.0.1/32',
    }])
    const own = await ok(someone.portal.from('accounts').select('last_login_at').single())
    expect(own.last_login_at).not.toBeNull()
  })

  test('does not believe an address that the client claims', async () => {
    const someone = await member(customer)
    await done(report(someone.saying({ 'x-real-ip': '203.0.113.7', 'x-forwarded-for': '203.0.113.7' }), 'logout'))
    const address = await value(sql`
      select host(ip_address) from public.portal_audit_events
      where portal_account_id = ${someone.accountId} and event_type = 'logout'`)
    expect(address).toBe('127.0.0.1')
  })

  test('takes only listed events with a small object', async () => {
    await refused(report(manager, 'booking_created'), 'PT422', 'event_not_allowed')
    await refused(report(manager, 'login', ['list']), 'PT400', 'invalid_input')
    await done(report(manager, 'document_downloaded', { x: 'y'.repeat(4000) }))
    await refused(report(manager, 'document_downloaded', { x: 'y'.repeat(4096) }), 'PT400', 'invalid_input')
    await stopped(anonymous().portal.rpc('record_event', { event_type: 'login' }), '42501', 401)
  })
})
