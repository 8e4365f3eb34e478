// The people who use the portal, and those at the company who answer them. Customers are fresh, so no test depends on another.
import { randomUUID } from 'node:crypto'
import { createClient, type SupabaseClient } from '@supabase/supabase-js'
import { expect, type BrowserContext, type Page } from '@playwright/test'
import postgres from 'postgres'
import type { Database } from '../../../tests/api/database.types'
import { SESSION_COOKIE } from '../../src/lib/supabase/shared'
import { env } from './env'

export const sql = postgres(env.databaseUrl, { max: 2, onnotice: () => {}, connection: { search_path: 'pg_catalog' } })

/** The demo's companies. */
export const ACME = 'ac3e0000-0000-4000-8000-000000000001'
export const BOLT = 'b0170000-0000-4000-8000-000000000001'
export const PASSWORD = 'portal-demo'
export const MANAGER = 'manager@acme-comfort.example'

export interface Customer {
  email: string
  customerId: string
  locationId: string
}

/** A customer with a home, and an account to see it with. */
export async function newCustomer(org = ACME, name = 'Robin Test'): Promise<Customer> {
  const [email, user] = [`web-${randomUUID().slice(0, 8)}@people.example`, randomUUID()]
  const [zone, city] = org === ACME ? ['America/Chicago', 'Chicago'] : ['America/New_York', 'Brooklyn']
  const postal = org === ACME ? '60618' : '11215'
  await sql`
    insert into auth.users (id, aud, role, email, encrypted_password, email_confirmed_at, confirmation_token, recovery_token, email_change,
      email_change_token_new, raw_app_meta_data, raw_user_meta_data)
    values (${user}, 'authenticated', 'authenticated', ${email}, extensions.crypt(${PASSWORD}, extensions.gen_salt('bf', 4)), now(), '', '', '', '',
      ${sql.json({ provider: 'email', providers: ['email'] })}, '{}')`
  await sql`insert into auth.identities (id, provider, provider_id, user_id, identity_data) values (${randomUUID()}, 'email', ${user}, ${user}, ${sql.json({ sub: user, email })})`
  const [customer] = await sql`insert into public.customers (org_id, full_name, email) values (${org}, ${name}, ${email}) returning id`
  const customerId = customer!.id as string
  const [place] = await sql`
    insert into public.customer_locations (org_id, customer_id, label, address_line1, city, region, postal_code, timezone, is_primary)
    values (${org}, ${customerId}, 'Home', '1 Test Street', ${city}, 'IL', ${postal}, ${zone}, true) returning id`
  await sql`insert into public.portal_accounts (org_id, user_id, customer_id, role, status, invited_via) values (${org}, ${user}, ${customerId}, 'customer', 'active', 'csr_created')`
  await sql`insert into public.profiles (org_id, user_id, customer_id, role, full_name, email) values (${org}, ${user}, ${customerId}, 'portal_customer', ${name}, ${email}) on conflict do nothing`
  return { email, customerId, locationId: place!.id as string }
}

/** A property manager with a home, and so many units along a road: `Unit 001` at `1 Long Road`, and so on. */
export async function newManager(locations: number): Promise<Customer & { units: string[] }> {
  const manager = await newCustomer(ACME, 'Max Many')
  await sql`update public.portal_accounts set role = 'property_manager' where customer_id = ${manager.customerId}`
  const units = await sql`
    insert into public.customer_locations (org_id, customer_id, label, address_line1, city, region, postal_code, timezone)
    select ${ACME}, ${manager.customerId}, 'Unit ' || to_char(n, 'FM000'), n || ' Long Road', 'Chicago', 'IL', '60618', 'America/Chicago' from generate_series(1, ${locations}::int) as n
    returning id`
  return { ...manager, units: units.map(({ id }) => id as string) }
}

/** A visit that the office has entered, some days ahead, which somebody comes to. */
export async function newVisit(customer: Customer, days: number, columns: Record<string, unknown> = {}): Promise<string> {
  const start = new Date(Date.now() + days * 86_400_000)
  const [row] = await sql`
    insert into public.work_orders ${sql({
      org_id: ACME, customer_id: customer.customerId, location_id: customer.locationId, service_type: 'hvac_repair',
      window_start: start, window_end: new Date(start.getTime() + 2 * 3_600_000), status: 'scheduled', ...columns,
    } as never)} returning id`
  return row!.id as string
}

/** Somebody signed in through supabase-js, such as the office. */
export async function signedIn(email: string) {
  const client = createClient<Database, 'portal'>(env.url, env.publishableKey, { db: { schema: 'portal' }, auth: { persistSession: false, autoRefreshToken: false } })
  const { error } = await client.auth.signInWithPassword({ email, password: PASSWORD })
  if (error) throw new Error(`${email} cannot sign in: ${error.message}`)
  return client as unknown as SupabaseClient<Database, 'portal'>
}
export const office = () => signedIn('csr@acme-comfort.example')

/** The data of an answer. */
export async function ok<T>(answer: PromiseLike<{ data: T; error: { message: string } | null }>): Promise<NonNullable<T>> {
  const { data, error } = await answer
  if (error) throw new Error(error.message)
  return data as NonNullable<T>
}

/** Logs in as people do. */
export async function logIn(page: Page, email: string, password = PASSWORD) {
  await page.goto('/login')
  await page.getByLabel('E-mail').fill(email)
  await page.getByLabel('Password').fill(password)
  await page.getByRole('button', { name: 'Log in' }).click()
  await page.waitForURL((url) => url.pathname === '/')
}

/** Writes half a message, which nothing may lose. */
export async function writeHalfAMessage(page: Page) {
  await page.goto('/messages/new')
  await page.getByLabel('Subject').fill('A long story')
  await page.getByLabel('Message', { exact: true }).fill('Half of it is told.')
}
/** It is still there, and can be sent. */
export async function sendIt(page: Page) {
  await expect(page.getByLabel('Message', { exact: true })).toHaveValue('Half of it is told.')
  await page.getByRole('button', { name: 'Send' }).click()
  await page.waitForURL(/\/messages\/[0-9a-f-]{36}/)
  await expect(page.getByRole('log').getByText('Half of it is told.')).toBeVisible()
}

/** The session that a browser holds: its cookie comes in pieces where it is long. */
export async function sessionOf(context: BrowserContext): Promise<{ access_token: string }> {
  const parts = (await context.cookies())
    .filter(({ name }) => name === SESSION_COOKIE || name.startsWith(`${SESSION_COOKIE}.`))
    .sort((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }))
  const text = decodeURIComponent(parts.map(({ value }) => value).join(''))
  return JSON.parse(text.startsWith('base64-') ? Buffer.from(text.slice(7), 'base64url').toString() : text)
}

interface Mail {
  text?: string
  html?: string
}
const unescaped = (html: string) => html.replace(/&#x([0-9a-f]+);/gi, (_, code: string) => String.fromCodePoint(parseInt(code, 16))).replaceAll('&amp;', '&')

/** The link in the next mail to somebody that fits: mails take a moment. */
export async function linkTo(address: string, fits: RegExp): Promise<string> {
  for (let tries = 0; tries < 240; tries++) {
    const found = (await (await fetch(`${env.mailUrl}/api/email?${new URLSearchParams({ 'to.address': address })}`)).json()) as Mail[]
    for (const { html = '', text = '' } of found) {
      const link = [...unescaped(html + text).matchAll(/https?:\/\/[^\s"'<>]+/g)].map(([url]) => url).find((url) => fits.test(url))
      if (link) return link
    }
    await new Promise((resolve) => setTimeout(resolve, 500))
  }
  throw new Error(`no mail to ${address} with a link like ${fits}`)
}
