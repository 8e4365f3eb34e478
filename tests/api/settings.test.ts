// What people see of themselves and change: profile, preferences, locations.
import { randomUUID } from 'node:crypto'
import { beforeEach, describe, expect, test } from 'vitest'
import { ok, refused, stopped } from './support/answers.ts'
import { add, grant, member, newCompany, newCustomer, newLocation, staff, type Company, type Customer, type Member } from './support/company.ts'
import { sql, value } from './support/database.ts'
import { reachable } from './support/outbox.ts'
import { anonymous, newPhone } from './support/people.ts'

let company: Company
let customer: Customer
let someone: Member
beforeEach(async () => {
  company = await newCompany()
  customer = await newCustomer(company)
  someone = await reachable(await member(customer, { login: { phone: newPhone(), phoneVerified: false } }), { phone: '+13125550142' })
})

type Who = Pick<Member, 'portal'>
const settings = (who: Who) => ok(who.portal.rpc('settings')) as Promise<Record<string, any>>
const ADDRESS = { address_line1: '5 Lake Road', city: 'Evanston', postal_code: '60201', region: 'IL' }
const audited = (entity_id: string) =>
  sql<{ event_type: string; event_payload: unknown }[]>`
    select event_type, event_payload from public.portal_audit_events where org_id = ${company.id} and entity_id = ${entity_id} order by occurred_at`

describe('settings', () => {
  test('are one document: person, account, company, places, contacts, preferences, security', async () => {
    await add(company, 'customer_contacts', { customer_id: customer.id, full_name: 'Sam Contact' })
    const all = await settings(someone)
    expect(all).toMatchObject({
      profile: { full_name: 'Pat Example', email: someone.email, phone: '+13125550142', preferred_language: 'en' },
      account: { id: someone.accountId, role: 'customer', status: 'active' },
      organization: { slug: company.slug, name: `Company ${company.slug}`, timezone: company.timezone },
      locations: [{ id: customer.location, label: 'Home' }],
      contacts: [{ full_name: 'Sam Contact' }],
      notification_preferences: { notify_booking_updates_email: true, notify_marketing_email: false, quiet_hours_start: null },
      security: { email: someone.email, email_verified: true, phone_verified: false, mfa_enabled: false, last_sign_in_at: expect.any(String) },
    })
    const [preferences] = await ok(someone.portal.from('notification_preferences').select('*'))
    expect(preferences).toMatchObject(all.notification_preferences)
  })

  test('can be read by GET and hold nothing that unlocks anything', async () => {
    const token = await value<string>(sql`select unsubscribe_token from public.portal_notification_preferences where portal_account_id = ${someone.accountId}`)
    const written = JSON.stringify(await ok(someone.portal.rpc('settings', {}, { get: true })))
    for (const secret of [token, 'unsubscribe', 'encrypted_password', 'secret', 'token']) expect(written).not.toContain(secret)
  })

  test('are those of the caller alone, and of nobody without an account', async () => {
    const colleague = await member(customer)
    expect((await settings(colleague)).account.id).toBe(colleague.accountId)
    expect(JSON.stringify(await settings(colleague))).not.toContain(someone.email)
    await stopped(anonymous().portal.rpc('settings'), '42501', 401)
  })
})

describe('the profile', () => {
  const update = (who: Who, more: object) => who.portal.rpc('update_profile', more)

  test('changes what is given and keeps the rest', async () => {
    await ok(update(someone, { full_name: 'Pat Changed' }))
    await ok(update(someone, { preferred_language: 'es' }))
    expect((await settings(someone)).profile).toMatchObject({ full_name: 'Pat Changed', preferred_language: 'es', phone: '+13125550142' })
    await ok(update(someone, { phone: '(312) 555-0199' }))
    expect((await settings(someone)).profile.phone).toBe('+13125550199')
    const [{ id }] = await sql<[{ id: string }]>`select id from public.profiles where user_id = ${someone.userId}`
    expect((await audited(id)).length, 'what was entered, then three changes').toBe(4)
  })

  test.each([
    ['phone', { phone: 'call me' }], ['phone', { phone: '123' }], ['preferred_language', { preferred_language: 'Klingon' }],
    ['full_name', { full_name: ' ' }], ['full_name', { full_name: 'x'.repeat(201) }],
  ])('does not take nonsense as %s', async (argument, given) => {
    expect(await refused(update(someone, given), 'PT400', 'invalid_input')).toMatchObject({ argument })
    expect((await settings(someone)).profile).toMatchObject({ full_name: 'Pat Example', phone: '+13125550142', preferred_language: 'en' })
  })

  test("is one's own: no argument and no row write reaches another's, and nobody makes themselves staff", async () => {
    const colleague = await reachable(await member(customer), { full_name: 'Kim Colleague' })
    await ok(update(someone, { full_name: 'Me' }))
    expect((await settings(colleague)).profile.full_name).toBe('Kim Colleague')
    await stopped(someone.tables.from('profiles').update({ role: 'admin' } as never).eq('user_id', someone.userId), '42501', 403)
  })
})

describe('notification preferences', () => {
  const update = (who: Who, more: object) => who.portal.rpc('update_notification_preferences', more)

  test('change what is given and keep the rest', async () => {
    const row = await ok(update(someone, { notify_booking_updates_sms: false, quiet_hours_start: '22:00', quiet_hours_end: '07:00', timezone: 'America/Denver' }).single())
    expect(row).toMatchObject({
      notify_booking_updates_email: true, notify_booking_updates_sms: false, notify_messages_email: true,
      quiet_hours_start: '22:00:00', quiet_hours_end: '07:00:00', timezone: 'America/Denver',
    })
    await ok(update(someone, { notify_messages_email: false }))
    const [stored] = await ok(someone.portal.from('notification_preferences').select('*'))
    expect(stored).toMatchObject({ ...row, notify_messages_email: false, updated_at: expect.any(String) })
    await ok(update(someone, { clear_quiet_hours: true }))
    expect((await settings(someone)).notification_preferences).toMatchObject({ quiet_hours_start: null, quiet_hours_end: null })
  })

  test.each([
    ['half of a night', { quiet_hours_start: '22:00' }], ['a place that is none', { timezone: 'Mars/Olympus' }],
  ])('do not take %s', async (_, given) => {
    const { error } = await update(someone, given)
    expect(error?.code).toMatch(/^PT4(00|22)$/)
  })

  test('can be changed in the table as well, the secret in it neither read nor changed', async () => {
    const table = () => someone.tables.from('portal_notification_preferences')
    await ok(table().update({ notify_marketing_email: true }).eq('portal_account_id', someone.accountId))
    expect((await settings(someone)).notification_preferences.notify_marketing_email).toBe(true)
    await stopped(table().select('unsubscribe_token' as 'id'), '42501', 403)
    await stopped(table().update({ unsubscribe_token: randomUUID() } as never).eq('portal_account_id', someone.accountId), '42501', 403)
    const colleague = await member(customer)
    await ok(table().update({ notify_booking_updates_email: false }).eq('portal_account_id', colleague.accountId))
    expect((await settings(colleague)).notification_preferences.notify_booking_updates_email).toBe(true)
  })
})

describe('locations', () => {
  const addOne = (who: Who, more: object = {}) => who.portal.rpc('add_location', { label: 'Cabin', address: ADDRESS, ...more }).single()
  const update = (who: Who, location_id: string, more: object) => who.portal.rpc('update_location', { location_id, ...more }).single()

  test('are added by those who may book for the whole customer', async () => {
    const added = await ok(addOne(someone, { timezone: 'America/Denver' }))
    expect(added).toMatchObject({ label: 'Cabin', ...ADDRESS, timezone: 'America/Denver', can_book: true, is_primary: false })
    expect(await ok(someone.portal.from('locations').select('*').eq('id', added.id!).single())).toEqual(added)
    expect((await ok(addOne(someone, { label: 'Barn' }))).timezone, "the company's, where none is named").toBe(company.timezone)
  })

  test('are changed, and one of them is the primary one', async () => {
    const cabin = (await ok(addOne(someone))).id!
    expect(await ok(update(someone, cabin, { label: 'Lake house' }))).toMatchObject({ id: cabin, label: 'Lake house', ...ADDRESS })
    await ok(update(someone, cabin, { is_primary: true }))
    await ok(update(someone, customer.location, { is_primary: true }))
    expect(await ok(someone.portal.from('locations').select('id').eq('is_primary', true))).toEqual([{ id: customer.location }])
    const moved = await ok(update(someone, cabin, { address: { ...ADDRESS, address_line1: '6 Lake Road' } }))
    expect(moved).toMatchObject({ label: 'Lake house', address_line1: '6 Lake Road' })
    expect((await audited(cabin)).length).toBeGreaterThanOrEqual(4)
  })

  test.each([
    ['no street', { address: { ...ADDRESS, address_line1: null } }], ['a list', { address: [] }], ['an unknown key', { address: { ...ADDRESS, customer_id: randomUUID() } }],
    ['no zone', { timezone: 'Mars/Olympus' }], ['no name', { label: ' ' }],
  ])('do not take an address with %s', async (_, given) => {
    await refused(addOne(someone, given), 'PT400', 'invalid_input')
    await refused(update(someone, customer.location, given), 'PT400', 'invalid_input')
    expect(await ok(someone.portal.from('locations').select('label'))).toEqual([{ label: 'Home' }])
  })

  test("are not for those who only see, or see one place, and never another's", async () => {
    const payer = await member(customer, { role: 'billing_contact' })
    const cabin = await newLocation(customer, 'Cabin')
    const contact = await member(customer, { implicitGrant: false })
    await grant(contact, customer, ['view', 'book'], cabin)
    for (const who of [payer, contact, await staff(company, 'technician')]) {
      expect((await addOne(who)).error?.code).toMatch(/^PT40[34]$/)
      expect((await update(who, cabin, { label: 'Mine' })).error?.code).toMatch(/^PT40[34]$/)
    }
    const stranger = await member(await newCustomer(company))
    const answers = await Promise.all([customer.location, randomUUID()].map((id) => update(stranger, id, { label: 'Mine' })))
    expect({ ...answers[0]!.error }).toEqual({ ...answers[1]!.error })
    await refused(Promise.resolve(answers[0]!), 'PT404', 'not_found')
    expect(await value(sql`select count(*)::int from public.customer_locations where org_id = ${company.id} and label = 'Mine'`)).toBe(0)
  })
})
