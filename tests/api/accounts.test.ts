// Opening an account, and losing it.
import { randomUUID } from 'node:crypto'
import { beforeAll, describe, expect, test } from 'vitest'
import { member, newAccount, newCompany, newCustomer, newJob, setStatus, type Company } from './support/company.ts'
import { ok, refused, stopped } from './support/answers.ts'
import { sql, value } from './support/database.ts'
import { anonymous, newEmail, newPerson, newPhone, service, type Person } from './support/people.ts'

let company: Company
beforeAll(async () => {
  company = await newCompany()
})

type SignUp = { full_name?: string; phone?: string; invite_token?: string; reference?: string }

const tryToSignUp = (who: Pick<Person, 'portal'>, more: SignUp = {}, at = company) =>
  who.portal.rpc('sign_up', { org_slug: at.slug, full_name: 'Pat Example', ...more }).single()
const signUp = (who: Person, more: SignUp = {}) => ok(tryToSignUp(who, more))

describe('sign-up', () => {
  test('makes a new customer for somebody the company does not know', async () => {
    const someone = await newPerson()
    const account = await signUp(someone, { phone: '(312) 555-0142' })
    expect(account).toMatchObject({ org_id: company.id, role: 'customer', status: 'active', linked_by: 'new' })
    const [customer] = await sql`select full_name, email, phone from public.customers where id = ${account.customer_id}`
    expect(customer, 'only what was verified is stored with the customer').toEqual({
      full_name: 'Pat Example', email: someone.email, phone: null,
    })
    expect(await value(sql`select phone from public.profiles where user_id = ${someone.userId}`)).toBe('+13125550142')
    const own = await ok(someone.portal.from('accounts').select('id,full_name,org_slug,is_own').single())
    expect(own).toEqual({ id: account.account_id, full_name: 'Pat Example', org_slug: company.slug, is_own: true })
  })

  test('links by the confirmed e-mail, in whatever case it is written', async () => {
    const email = newEmail('Known')
    const customer = await newCustomer(company, { email: email.toUpperCase() })
    const account = await signUp(await newPerson({ email: email.toLowerCase() }))
    expect(account).toMatchObject({ customer_id: customer.id, linked_by: 'email' })
  })

  test('does not link by an e-mail that nobody confirmed', async () => {
    const email = newEmail('unproven')
    const customer = await newCustomer(company, { email })
    const account = await signUp(await newPerson({ email, emailVerified: false }))
    expect(account.linked_by).toBe('new')
    expect(account.customer_id).not.toBe(customer.id)
  })

  test('believes the Auth tables about what is confirmed, not the token', async () => {
    const email = newEmail('claimed')
    const customer = await newCustomer(company, { email })
    const someone = await newPerson()
    await sql`update auth.users set raw_user_meta_data = ${sql.json({ email, email_verified: true })}
              where id = ${someone.userId}`
    expect((await signUp(someone)).customer_id).not.toBe(customer.id)
  })

  test('links by the confirmed phone', async () => {
    const phone = newPhone()
    const customer = await newCustomer(company, { phone })
    const account = await signUp(await newPerson({ email: null, phone }))
    expect(account).toMatchObject({ customer_id: customer.id, linked_by: 'phone' })
  })

  test('does not link by a phone that the person merely types', async () => {
    const phone = newPhone()
    const customer = await newCustomer(company, { phone })
    const typed = await signUp(await newPerson(), { phone })
    expect(typed.customer_id).not.toBe(customer.id)
    const unconfirmed = await signUp(await newPerson({ phone, phoneVerified: false }))
    expect(unconfirmed.customer_id).not.toBe(customer.id)
  })

  test('a job reference settles which of two customers with one e-mail is meant', async () => {
    const email = newEmail('family')
    const [, second] = await Promise.all([newCustomer(company, { email }), newCustomer(company, { email })])
    const job = await newJob(second!, 3)
    const reference = await value<string>(sql`select reference from public.work_orders where id = ${job}`)
    const account = await signUp(await newPerson({ email }), { reference: ` ${reference.toLowerCase()} ` })
    expect(account).toMatchObject({ customer_id: second!.id, linked_by: 'reference' })
  })

  test('a reference links when the job was booked with the confirmed phone or e-mail', async () => {
    const [customer, email] = [await newCustomer(company), newEmail('booked')]
    const job = await newJob(customer, 3)
    await sql`update public.work_orders set contact_email = ${email.toUpperCase()} where id = ${job}`
    const reference = await value<string>(sql`select reference from public.work_orders where id = ${job}`)
    const account = await signUp(await newPerson({ email }), { reference })
    expect(account).toMatchObject({ customer_id: customer.id, linked_by: 'reference' })
  })

  test('an e-mail that two customers share proves nothing', async () => {
    const email = newEmail('shared')
    const both = await Promise.all([newCustomer(company, { email }), newCustomer(company, { email })])
    const account = await signUp(await newPerson({ email }))
    expect(account.linked_by).toBe('new')
    expect(both.map((one) => one.id)).not.toContain(account.customer_id)
  })

  test("somebody else's reference reveals no more than nonsense does", async () => {
    const job = await newJob(await newCustomer(company, { email: newEmail() }), 3)
    const reference = await value<string>(sql`select reference from public.work_orders where id = ${job}`)
    const answers = []
    for (const given of [reference, 'J-NONSENSE', "'; drop table x; --"]) {
      const account = await signUp(await newPerson(), { reference: given })
      answers.push({ ...account, account_id: '', customer_id: '' })
    }
    expect(answers[0]).toMatchObject({ linked_by: 'new' })
    expect(answers[1]).toEqual(answers[0])
    expect(answers[2]).toEqual(answers[0])
  })

  test('can be repeated: the same account again, and no second customer', async () => {
    const someone = await newPerson()
    const first = await signUp(someone)
    expect(await signUp(someone, { full_name: 'Another Name' })).toEqual(first)
  })

  test('twenty at once make one account and one customer', async () => {
    const someone = await newPerson()
    const accounts = await Promise.all(Array.from({ length: 20 }, () => signUp(someone)))
    expect(new Set(accounts.map((one) => JSON.stringify(one))).size).toBe(1)
    const customers = await value(sql`select count(*)::int from public.customers where email = ${someone.email}`)
    expect(customers).toBe(1)
  })

  test('refuses an unknown company, a missing name and a phone that is none', async () => {
    const someone = await newPerson()
    const nowhere = { ...company, slug: 'no-such-company' }
    await refused(tryToSignUp(someone, {}, nowhere), 'PT404', 'not_found')
    await refused(tryToSignUp(someone, { full_name: '  ' }), 'PT400', 'invalid_input')
    await refused(tryToSignUp(someone, { phone: 'call me' }), 'PT400', 'invalid_input')
    const nothing = await value(sql`select count(*)::int from public.portal_accounts where user_id = ${someone.userId}`)
    expect(nothing).toBe(0)
  })

  test('a company that closed its portal is like an unknown one', async () => {
    const closed = await newCompany()
    await sql`update public.orgs set is_active = false where id = ${closed.id}`
    await refused(tryToSignUp(await newPerson(), {}, closed), 'PT404', 'not_found')
  })

  test('needs a signed-in person with a credential of their own', async () => {
    await stopped(tryToSignUp(anonymous()), '42501', 401)
    await stopped(tryToSignUp(service()), '42501', 403)
    await refused(tryToSignUp(await newPerson({ email: null, anonymous: true })), 'PT403', 'anonymous_user')
  })
})

describe.each([
  ['suspended', 'account_suspended'],
  ['closed', 'account_closed'],
] as const)('a %s account', (status, reason) => {
  test('is out at once, whatever its token says', async () => {
    const customer = await newCustomer(company)
    const someone = await member(customer, { role: 'admin' })
    await newJob(customer, 3)
    expect(await ok(someone.portal.from('appointments').select('id'))).toHaveLength(1)
    await setStatus(someone.accountId, status)

    for (const view of ['accounts', 'appointments', 'booking_requests', 'contacts', 'locations', 'services', 'appointment_events'] as const) {
      expect(await ok(someone.portal.from(view).select('*')), `portal.${view}`).toEqual([])
    }
    for (const table of ['customers', 'work_orders', 'portal_accounts', 'profiles', 'orgs', 'portal_invites'] as const) {
      expect(await ok(someone.tables.from(table).select('org_id:id')), `public.${table}`).toEqual([])
    }
    await refused(tryToSignUp(someone), 'PT403', reason)
    await refused(someone.portal.rpc('record_event', { event_type: 'login' }), 'PT403', 'no_active_account')
    await refused(someone.portal.rpc('invite_contact', { email: newEmail() }), 'PT403', 'no_active_account')
    await refused(someone.portal.rpc('revoke_contact', { account_id: randomUUID() }), 'PT403', 'no_active_account')
    const booking = { service_type: 'hvac_repair', problem_description: 'x', location_id: customer.location }
    await refused(someone.portal.rpc('create_booking_request', booking), 'PT403', 'no_active_account')
  })

  test('is back at once when it is reinstated', async () => {
    const someone = await member(await newCustomer(company), { status })
    expect(await ok(someone.portal.from('locations').select('id'))).toEqual([])
    await setStatus(someone.accountId, 'active')
    expect(await ok(someone.portal.from('locations').select('id'))).toHaveLength(1)
  })
})

describe('a person with several companies', () => {
  async function withTwo() {
    const [here, there] = [await newCompany(), await newCompany()]
    const someone = await newPerson()
    const customers = [await newCustomer(here), await newCustomer(there)]
    const accounts = await Promise.all(customers.map((customer) => newAccount(customer, someone.userId)))
    return { someone, here, there, customers, accounts }
  }

  test('names one with each request, by slug or id, and sees that one alone', async () => {
    const { someone, here, there, customers } = await withTwo()
    for (const [name, customer] of [[here.slug, 0], [here.id, 0], [there.slug, 1], [there.id, 1]] as const) {
      const chosen = someone.saying({ 'x-portal-org': name })
      const locations = await ok(chosen.portal.from('locations').select('id'))
      expect(locations, name).toEqual([{ id: customers[customer]!.location }])
    }
  })

  test('sees nothing of either without naming one, and is told so', async () => {
    const { someone, customers } = await withTwo()
    expect(await ok(someone.portal.from('locations').select('id'))).toEqual([])
    expect(await ok(someone.tables.from('work_orders').select('id'))).toEqual([])
    await refused(someone.portal.rpc('record_event', { event_type: 'login' }), 'PT400', 'org_required')
    const booking = { service_type: 'hvac_repair', problem_description: 'x', location_id: customers[0]!.location }
    await refused(someone.portal.rpc('create_booking_request', booking), 'PT400', 'org_required')
  })

  test('gets both accounts from the view of accounts, whichever company is named', async () => {
    const { someone, here, there, accounts } = await withTwo()
    for (const name of [undefined, here.slug, there.id]) {
      const who = name ? someone.saying({ 'x-portal-org': name }) : someone
      const rows = await ok(who.portal.from('accounts').select('id,org_slug'))
      const expected = [{ id: accounts[0]!, org_slug: here.slug }, { id: accounts[1]!, org_slug: there.slug }]
      expect(new Set(rows.map((row) => JSON.stringify(row)))).toEqual(new Set(expected.map((row) => JSON.stringify(row))))
    }
  })

  test('may carry the company in app_metadata; the header wins over it', async () => {
    const [here, there] = [await newCompany(), await newCompany()]
    const someone = await newPerson({ appMetadata: { org_id: there.id } })
    const [one, other] = [await newCustomer(here), await newCustomer(there)]
    await Promise.all([newAccount(one, someone.userId), newAccount(other, someone.userId)])
    const seen = async (who: Person) => (await ok(who.portal.from('locations').select('id'))).map((row) => row.id)
    expect(await seen(someone)).toEqual([other.location])
    expect(await seen(someone.saying({ 'x-portal-org': here.slug }))).toEqual([one.location])
  })

  test("gains nothing by naming a company that is not theirs, or the empty string, or nonsense", async () => {
    const { someone } = await withTwo()
    const stranger = await newCompany()
    for (const name of [stranger.slug, stranger.id, '', 'x'.repeat(5000), "acme' or true --"]) {
      const chosen = someone.saying({ 'x-portal-org': name })
      expect(await ok(chosen.portal.from('locations').select('id')), name.slice(0, 40)).toEqual([])
    }
  })
})
