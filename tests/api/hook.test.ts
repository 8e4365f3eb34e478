// What the company may plug into Supabase Auth: the access-token hook, and the account that opens by itself.
import { readFile } from 'node:fs/promises'
import { randomUUID } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { member, newAccount, newCompany, newCustomer, newJob, setStatus } from './support/company.ts'
import { ok } from './support/answers.ts'
import { sql, superuser, value } from './support/database.ts'
import { newPerson, token, type Portal } from './support/people.ts'

type Event = { user_id?: unknown; claims?: unknown }

/** As Supabase Auth calls it: one JSON document in, one out. */
const hook = (event: Event) =>
  value<{ claims: Record<string, unknown> & { app_metadata?: { org_id?: string } } }>(
    sql`select portal_internal.access_token_hook(${sql.json(event as never)})`,
  )

describe('the access-token hook', () => {
  test('names the company of a person who has only one, and leaves every other claim as it was', async () => {
    const someone = await member(await newCustomer(await newCompany()))
    const claims = { sub: someone.userId, role: 'authenticated', aal: 'aal1', app_metadata: { provider: 'email' } }
    const answer = await hook({ user_id: someone.userId, claims })
    expect(answer).toEqual({
      user_id: someone.userId,
      claims: { ...claims, app_metadata: { provider: 'email', org_id: someone.customer.company.id } },
    })
  })

  test('leaves the token of somebody with several companies, or with none, alone', async () => {
    const someone = await member(await newCustomer(await newCompany()))
    await newAccount(await newCustomer(await newCompany()), someone.userId)
    const suspended = await member(await newCustomer(await newCompany()))
    await setStatus(suspended.accountId, 'suspended')
    for (const user_id of [someone.userId, suspended.userId, randomUUID()]) {
      const event = { user_id, claims: { sub: user_id, app_metadata: {} } }
      expect(await hook(event)).toEqual(event)
    }
  })

  test('keeps a choice that was made earlier', async () => {
    const someone = await member(await newCustomer(await newCompany()))
    const event = { user_id: someone.userId, claims: { app_metadata: { org_id: 'chosen' } } }
    expect(await hook(event)).toEqual(event)
  })

  test.each([
    ['nothing', {}],
    ['no user', { claims: { app_metadata: {} } }],
    ['a user that is no uuid', { user_id: 'nobody', claims: {} }],
    ['claims that are a list', { user_id: randomUUID(), claims: [] }],
    ['app_metadata that is text', { user_id: randomUUID(), claims: { app_metadata: 'x' } }],
  ])('does not fail, so that nobody is locked out, on %s', async (_, event) => {
    expect(await hook(event)).toEqual(event)
  })

  test('what it writes lets a request name the company, and gives no access by itself', async () => {
    const [here, there] = [await newCompany(), await newCompany()]
    const someone = await member(await newCustomer(here))
    const { claims } = await hook({ user_id: someone.userId, claims: {} })
    await newAccount(await newCustomer(there), someone.userId)
    const locations = async (app_metadata: object) => {
      const headers = { Authorization: `Bearer ${token(someone.userId, { app_metadata })}` }
      return ok((someone.saying(headers).portal as Portal).from('locations').select('org_id'))
    }
    expect(await locations(claims.app_metadata!)).toEqual([{ org_id: here.id }])
    const stranger = await newCompany()
    await newCustomer(stranger)
    expect(await locations({ org_id: stranger.id })).toEqual([])
  })

  test('cannot be called by clients', async () => {
    const roles = await sql`
      select r as role, has_function_privilege(r, 'portal_internal.access_token_hook(jsonb)', 'execute') as may
      from unnest('{anon,authenticated,service_role}'::text[]) as r`
    expect(roles.map(({ may }) => may)).toEqual([false, false, false])
  })
})

describe('the optional account at sign-up', () => {
  const file = new URL('../../sql/optional/handle_new_user.sql', import.meta.url)

  interface NewUser {
    confirmed: boolean
    data: Record<string, unknown>
  }
  /** Installs the file, adds a user as Auth does, answers the account if there is one, and undoes it all. */
  async function afterSignUp({ confirmed, data }: NewUser, confirmLater = false) {
    const script = await readFile(file, 'utf8')
    class Undo extends Error {}
    let found: Record<string, unknown>[] = []
    await superuser
      .begin(async (db) => {
        await db.unsafe('set local role postgres')
        await db.unsafe(script)
        await db.unsafe('set local search_path = pg_catalog')
        const id = randomUUID()
        await db`
          insert into auth.users (id, aud, role, email, email_confirmed_at, raw_user_meta_data)
          values (${id}, 'authenticated', 'authenticated', ${`${id}@people.example`}, ${confirmed ? new Date() : null},
            ${db.json(data as never)})`
        if (confirmLater) await db`update auth.users set email_confirmed_at = now() where id = ${id}`
        found = [...(await db`
          select a.org_id, a.customer_id, a.linked_by, p.full_name from public.portal_accounts a
          left join public.profiles p on p.org_id = a.org_id and p.user_id = a.user_id where a.user_id = ${id}`)]
        const caller = await db`select nullif(current_setting('request.jwt.claims', true), '') as claims`
        expect(caller[0]!.claims, 'the caller is put back').toBeNull()
        const users = await db`select id from auth.users where id = ${id}`
        expect(users, 'the log-in is made whatever happens').toHaveLength(1)
        throw new Undo()
      })
      .catch((error: unknown) => {
        if (!(error instanceof Undo)) throw error
      })
    return found
  }

  test('opens the account once an address is confirmed, at once or later', async () => {
    const company = await newCompany()
    const data = { org_slug: company.slug, full_name: 'Ann Example' }
    const account = { org_id: company.id, linked_by: 'new', full_name: 'Ann Example' }
    expect(await afterSignUp({ confirmed: true, data })).toMatchObject([account])
    expect(await afterSignUp({ confirmed: false, data }, true)).toMatchObject([account])
  })

  test('waits while nothing is confirmed, and keeps out of log-ins that name no company', async () => {
    const company = await newCompany()
    expect(await afterSignUp({ confirmed: false, data: { org_slug: company.slug, full_name: 'Ann' } })).toEqual([])
    expect(await afterSignUp({ confirmed: true, data: { full_name: 'Ann' } })).toEqual([])
  })

  test('never stands in the way of a log-in', async () => {
    const company = await newCompany()
    for (const data of [{ org_slug: 'no-such-company' }, { org_slug: company.slug }, { org_slug: 5, full_name: [] }]) {
      expect(await afterSignUp({ confirmed: true, data })).toEqual([])
    }
  })

  test('links by proof alone, as sign_up does', async () => {
    const company = await newCompany()
    const job = await newJob(await newCustomer(company), 3)
    const reference = await value<string>(sql`select reference from public.work_orders where id = ${job}`)
    const data = { org_slug: company.slug, full_name: 'Ann', reference }
    expect(await afterSignUp({ confirmed: true, data })).toMatchObject([{ linked_by: 'new' }])
  })
})

test('a guest log-in becomes an account only after it has a credential of its own', async () => {
  const guest = await newPerson({ email: null, anonymous: true })
  const company = await newCompany()
  const answer = await guest.portal.rpc('sign_up', { org_slug: company.slug, full_name: 'Guest' })
  expect(answer.error?.code).toBe('PT403')
})
