// Where somebody is signed in, and how to end that: over the sessions of Supabase Auth itself.
import { randomUUID } from 'node:crypto'
import { createClient } from '@supabase/supabase-js'
import { beforeEach, describe, expect, test } from 'vitest'
import type { Database } from './database.types.ts'
import { ok, refused, stopped } from './support/answers.ts'
import { newAccount, newCompany, newCustomer } from './support/company.ts'
import { sql } from './support/database.ts'
import { env } from './support/env.ts'
import { anonymous, newEmail, newLogin, PASSWORD, type Person, type Portal } from './support/people.ts'

/** A device: a client that signs in and keeps its session as a browser would. */
async function device(email: string) {
  const client = createClient<Database, 'portal'>(env.url, env.publishableKey, { db: { schema: 'portal' }, auth: { persistSession: false, autoRefreshToken: false } })
  const { error } = await client.auth.signInWithPassword({ email, password: PASSWORD })
  if (error) throw error
  return { auth: client.auth, portal: client as Portal }
}
type Device = Awaited<ReturnType<typeof device>>

const sessions = (on: Device) => ok(on.portal.rpc('my_sessions').order('created_at'))
const revoke = (on: Pick<Person, 'portal'>, session_id: string) => on.portal.rpc('revoke_session', { session_id })

let email: string
let userId: string
let [laptop, phone]: [Device, Device] = [] as never
beforeEach(async () => {
  email = newEmail()
  userId = (await newLogin({ email })).id
  await newAccount(await newCustomer(await newCompany()), userId)
  ;[laptop, phone] = [await device(email), await device(email)]
})

describe('sessions', () => {
  test('are listed, and the one that asks is known', async () => {
    const listed = await sessions(laptop)
    expect(listed.map(({ is_current }) => is_current)).toEqual([true, false])
    expect((await sessions(phone)).map(({ is_current }) => is_current)).toEqual([false, true])
    for (const { id, created_at } of listed) expect([id, created_at]).toEqual([expect.any(String), expect.any(String)])
  })

  test('are ended one by one: the device cannot renew its token, the others can', async () => {
    const lost = (await sessions(laptop)).find(({ is_current }) => !is_current)!
    await ok(revoke(laptop, lost.id!))
    expect((await phone.auth.refreshSession()).error).not.toBeNull()
    expect((await laptop.auth.refreshSession()).error).toBeNull()
    expect((await sessions(laptop)).map(({ id }) => id)).not.toContain(lost.id)
    const recorded = await sql`select event_type from public.portal_audit_events where actor_user_id = ${userId} and event_type like '%session%'`
    expect(recorded).toHaveLength(1)
    await refused(revoke(laptop, lost.id!), 'PT404', 'not_found')
  })

  test("are one's own: another's answers as one that does not exist, and goes on", async () => {
    const otherEmail = newEmail()
    await newAccount(await newCustomer(await newCompany()), (await newLogin({ email: otherEmail })).id)
    const theirs = await device(otherEmail)
    const { id } = (await sessions(theirs))[0]!
    expect((await sessions(laptop)).map((session) => session.id)).not.toContain(id)
    const answers = await Promise.all([id, randomUUID()].map((one) => revoke(laptop, one)))
    expect({ ...answers[0]!.error }).toEqual({ ...answers[1]!.error })
    await refused(Promise.resolve(answers[0]!), 'PT404', 'not_found')
    expect((await theirs.auth.refreshSession()).error).toBeNull()
    await stopped(anonymous().portal.rpc('my_sessions'), '42501', 401)
    await stopped(revoke(anonymous(), id), '42501', 401)
  })
})
