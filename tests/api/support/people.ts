// The people who use the API. Each is fresh, so that no test depends on another or on an earlier run.
import { createHmac, randomUUID } from 'node:crypto'
import { createClient, type SupabaseClient } from '@supabase/supabase-js'
import type { Database } from '../database.types.ts'
import { sql } from './database.ts'
import { env } from './env.ts'

export type Portal = SupabaseClient<Database, 'portal'>
export type Tables = SupabaseClient<Database, 'public'>
export type Headers = Record<string, string>

export interface Person {
  userId: string
  email: string | null
  token: string
  /** The API: schema portal. */
  portal: Portal
  /** The tables: schema public. */
  tables: Tables
  /** The same person with further request headers, such as x-portal-org. */
  saying: (headers: Headers) => Person
}

export interface Login {
  email?: string | null
  emailVerified?: boolean
  phone?: string | null
  phoneVerified?: boolean
  appMetadata?: Record<string, unknown>
  anonymous?: boolean
}

export const PASSWORD = 'portal-test'

export const newEmail = (name = 'person') => `${name}-${randomUUID().slice(0, 8)}@people.example`
/** A number from the range kept for fiction would not do: there are too few for every test to have its own. */
export const newPhone = () => `+1999${String(Math.floor(Math.random() * 1e10)).padStart(10, '0')}`

function client<Schema extends 'portal' | 'public'>(schema: Schema, key: string, token?: string, headers?: Headers) {
  return createClient<Database, Schema>(env.url, key, {
    db: { schema: schema as never },
    global: { headers: { ...(token ? { Authorization: `Bearer ${token}` } : {}), ...headers } },
    auth: { persistSession: false, autoRefreshToken: false },
  })
}

/** Nobody: the publishable key alone. */
export const anonymous = (headers?: Headers) => ({
  portal: client('portal', env.publishableKey, undefined, headers) as Portal,
  tables: client('public', env.publishableKey, undefined, headers) as unknown as Tables,
})

/** A server of the company: the secret key. */
export const service = () => ({
  portal: client('portal', env.secretKey) as Portal,
  tables: client('public', env.secretKey) as unknown as Tables,
})

function person(userId: string, email: string | null, token: string, headers: Headers = {}): Person {
  return {
    userId,
    email,
    token,
    portal: client('portal', env.publishableKey, token, headers) as Portal,
    tables: client('public', env.publishableKey, token, headers) as unknown as Tables,
    saying: (more) => person(userId, email, token, { ...headers, ...more }),
  }
}

/** The same person with a token of other claims, as Auth gives after a second factor. */
export const withToken = ({ userId, email }: Person, claims: Record<string, unknown>) => person(userId, email, token(userId, claims))

/** A log-in in auth.users, as Supabase Auth would have made it. */
export async function newLogin(login: Login = {}): Promise<{ id: string; email: string | null }> {
  const id = randomUUID()
  const email = login.email === undefined ? newEmail() : login.email
  const now = new Date()
  await sql`
    insert into auth.users (id, aud, role, email, encrypted_password, email_confirmed_at, phone, phone_confirmed_at,
      is_anonymous, confirmation_token, recovery_token, email_change, email_change_token_new, raw_app_meta_data,
      raw_user_meta_data)
    values (${id}, 'authenticated', 'authenticated', ${email},
      extensions.crypt(${PASSWORD}, extensions.gen_salt('bf', 4)),
      ${email && login.emailVerified !== false ? now : null},
      ${login.phone?.replace('+', '') ?? null}, ${login.phone && login.phoneVerified !== false ? now : null},
      ${login.anonymous ?? false}, '', '', '', '',
      ${sql.json({ provider: 'email', providers: ['email'], ...login.appMetadata } as never)}, '{}')`
  if (email) {
    await sql`
      insert into auth.identities (id, provider, provider_id, user_id, identity_data)
      values (${randomUUID()}, 'email', ${id}, ${id}, ${sql.json({ sub: id, email })})`
  }
  return { id, email }
}

/** Signs in through the Auth API with the password. */
export async function signedIn(email: string, password = PASSWORD): Promise<Person> {
  const auth = client('portal', env.publishableKey).auth
  const { data, error } = await auth.signInWithPassword({ email, password })
  if (error) throw new Error(`${email} cannot sign in: ${error.message}`)
  return person(data.user.id, email, data.session.access_token)
}

/**
 * A fresh person with a token from the Auth API; where the local Auth gives none (nothing
 * verified) or leaves something out (app_metadata), with one like Supabase Auth's.
 */
export async function newPerson(login: Login = {}): Promise<Person> {
  const { id, email } = await newLogin(login)
  const authGivesAll = email && login.emailVerified !== false && !login.anonymous && !login.appMetadata
  if (authGivesAll) return signedIn(email)
  const claims = { email: email ?? '', phone: login.phone ?? '', app_metadata: login.appMetadata ?? {} }
  return person(id, email, token(id, { ...claims, is_anonymous: login.anonymous ?? false }))
}

/** An access token as Auth signs it. */
export function token(userId: string, claims: Record<string, unknown> = {}): string {
  const now = Math.floor(Date.now() / 1000)
  const body = { aud: 'authenticated', role: 'authenticated', sub: userId, iat: now, exp: now + 3600, ...claims }
  const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url')
  const signed = `${encode({ alg: 'HS256', typ: 'JWT' })}.${encode(body)}`
  return `${signed}.${createHmac('sha256', env.jwtSecret).update(signed).digest('base64url')}`
}
