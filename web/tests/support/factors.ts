// Second factors. The local Auth has none: its documented endpoints for them are answered here, with tokens as Auth signs
// them. The factors themselves stand in auth.mfa_factors, where Supabase Auth keeps them and the database looks.
import { createHmac, randomUUID } from 'node:crypto'
import type { BrowserContext, Page, Request } from '@playwright/test'
import { env } from './env'
import { newCustomer, PASSWORD, sql, type Customer } from './people'

/** The code that is right. */
export const RIGHT = '123456'

/** The token with other claims, signed anew. */
function withClaims(token: string, claims: Record<string, unknown>): string {
  const body = { ...(JSON.parse(Buffer.from(token.split('.')[1]!, 'base64url').toString()) as object), ...claims }
  const signed = [{ alg: 'HS256', typ: 'JWT' }, body].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.')
  return `${signed}.${createHmac('sha256', env.jwtSecret).update(signed).digest('base64url')}`
}

const factorsOf = (email: string) => sql`
  select f.id, f.friendly_name, f.factor_type, f.status, f.created_at, f.updated_at
  from auth.mfa_factors f join auth.users u on u.id = f.user_id where u.email = ${email}`

/** A factor that somebody has set up, or begun to. */
export async function newFactor(email: string, status = 'verified'): Promise<string> {
  const id = randomUUID()
  await sql`
    insert into auth.mfa_factors (id, user_id, factor_type, status, created_at, updated_at)
    select ${id}, u.id, 'totp', ${status}, now(), now() from auth.users u where u.email = ${email}`
  return id
}

/** Answers, for the browsers of `context`, what Auth answers about factors. */
export async function withFactors(context: BrowserContext, email: string) {
  const bearer = (request: Request) => request.headers().authorization!.replace('Bearer ', '')
  const level = (request: Request) => (JSON.parse(Buffer.from(bearer(request).split('.')[1]!, 'base64url').toString()) as { aal?: string }).aal
  const refuse = (status: number, error_code: string, msg: string) => ({ status, json: { code: status, error_code, msg } })

  await context.route('**/auth/v1/user', async (route) => {
    const response = await route.fetch()
    const user = (await response.json()) as object
    await route.fulfill({ response, json: route.request().method() === 'GET' && response.ok() ? { ...user, factors: await factorsOf(email) } : user })
  })
  await context.route('**/auth/v1/factors', async (route) => {
    const id = await newFactor(email, 'unverified')
    const qr_code = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><path d="M0 0h3v3H0zM5 0h3v3H5zM0 5h3v3H0zM4 4h2v2H4z"/></svg>'
    await route.fulfill({ json: { id, type: 'totp', friendly_name: '', totp: { qr_code, secret: 'JBSWY3DPEHPK3PXP', uri: 'otpauth://totp/x' } } })
  })
  await context.route('**/auth/v1/factors/*/challenge', (route) =>
    route.fulfill({ json: { id: randomUUID(), type: 'totp', expires_at: Math.floor(Date.now() / 1000) + 300 } }))
  await context.route('**/auth/v1/factors/*/verify', async (route) => {
    const request = route.request()
    const { code, challenge_id } = request.postDataJSON() as { code: string; challenge_id?: string }
    if (!challenge_id || code !== RIGHT) return route.fulfill(refuse(422, 'mfa_verification_failed', 'Invalid TOTP code entered'))
    const id = request.url().split('/').at(-2)!
    await sql`update auth.mfa_factors set status = 'verified' where id = ${id}`
    const access_token = withClaims(bearer(request), { aal: 'aal2', amr: [{ method: 'totp', timestamp: Math.floor(Date.now() / 1000) }] })
    const user = (await (await fetch(`${env.url}/auth/v1/user`, { headers: { apikey: env.publishableKey, Authorization: `Bearer ${access_token}` } })).json()) as object
    await route.fulfill({ json: { access_token, token_type: 'bearer', expires_in: 3600, refresh_token: 'none', user: { ...user, factors: await factorsOf(email) } } })
  })
  await context.route(/\/auth\/v1\/factors\/[0-9a-f-]{36}$/, async (route) => {
    const id = route.request().url().split('/').at(-1)!
    const [factor] = await sql`select status from auth.mfa_factors where id = ${id}`
    if (factor?.status === 'verified' && level(route.request()) !== 'aal2') return route.fulfill(refuse(422, 'insufficient_aal', 'AAL2 required to unenroll verified factor'))
    await sql`delete from auth.mfa_factors where id = ${id}`
    await route.fulfill({ json: { id } })
  })
}

/** A customer who has set up a second factor, in whose browser Auth answers for it. */
export async function newCustomerOfTwoSteps(context: BrowserContext): Promise<Customer> {
  const customer = await newCustomer()
  await newFactor(customer.email)
  await withFactors(context, customer.email)
  return customer
}

/** The first step of a log-in, on a page that asks for it. */
export async function givePassword(page: Page, email: string) {
  await page.getByLabel('E-mail').fill(email)
  await page.getByLabel('Password').fill(PASSWORD)
  await page.getByRole('button', { name: 'Log in' }).click()
}
/** The second. */
export async function giveCode(page: Page, code = RIGHT) {
  await page.getByLabel('Code').fill(code)
  await page.getByRole('button', { name: 'Go on' }).click()
}
