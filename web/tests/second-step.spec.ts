// A log-in with two steps. The code is Auth's to judge, and a stand-in plays it (support/factors.ts); that a password alone
// opens nothing is the database's own doing.
import type { Page } from '@playwright/test'
import { env } from './support/env'
import { giveCode, givePassword, newCustomerOfTwoSteps, newFactor, RIGHT, withFactors } from './support/factors'
import { logIn, newCustomer, PASSWORD, sendIt, sessionOf, sql, writeHalfAMessage } from './support/people'
import { expect, test } from './support/test'

async function asked(page: Page) {
  await expect(page.getByRole('heading', { name: 'One more step', level: 1 })).toBeVisible()
  await expect(page.getByRole('button', { name: 'Go on' })).toBeEnabled()
}

const callApi = (token: string) => fetch(`${env.url}/rest/v1/rpc/settings`, {
  method: 'POST', headers: { apikey: env.publishableKey, Authorization: `Bearer ${token}`, 'Content-Profile': 'portal', 'Content-Type': 'application/json' }, body: '{}',
})

test('the password alone opens nothing: not by a reload, not by an address, not at the API; the code opens everything', async ({ page, context }) => {
  const customer = await newCustomerOfTwoSteps(context)
  await page.goto('/history?show=bills')
  await givePassword(page, customer.email)
  await asked(page)
  expect(new URL(page.url()).searchParams.get('next')).toBe('/history?show=bills')
  await page.reload()
  await asked(page)
  for (const path of ['/', '/login', '/settings/security', '/book', '/invite/nothing', '/reset-password', '/signup', '/choose-company', '/forgot-password']) {
    await page.goto(path)
    await asked(page)
  }
  const refused = await callApi((await sessionOf(context)).access_token)
  expect(refused.status).toBe(401)
  expect(await refused.json()).toMatchObject({ code: 'PT401', details: expect.stringContaining('"second_factor_required"') as unknown })

  await page.goto('/history?show=bills')
  await giveCode(page, '000000')
  await expect(page.getByText('This code is not right.')).toBeVisible()
  await giveCode(page)
  await page.waitForURL((url) => url.pathname + url.search === '/history?show=bills')
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
  expect((await callApi((await sessionOf(context)).access_token)).status).toBe(200)
  await page.goto('/login/code')
  await page.waitForURL((url) => url.pathname === '/')
  const logins = await sql`select 1 from public.portal_audit_events e join auth.users u on u.id = e.actor_user_id where u.email = ${customer.email} and e.event_type = 'login'`
  expect(logins).toHaveLength(1)
})

test('whoever cannot give the code can take another log-in, and is told who helps', async ({ page, context }) => {
  const customer = await newCustomerOfTwoSteps(context)
  await page.goto('/login?org=acme-comfort')
  await givePassword(page, customer.email)
  await asked(page)
  await expect(page.getByText('Lost your device? Call the office')).toBeVisible()
  await page.getByRole('button', { name: 'Use another log-in' }).click()
  await page.waitForURL((url) => url.pathname === '/login')
  await page.goto('/login/code?next=/book')
  await page.waitForURL((url) => url.pathname === '/login' && url.searchParams.get('next') === '/book')
  await logIn(page, (await newCustomer()).email)
})

test('two steps are set up, asked for at the next log-in, and taken away again', async ({ page, context }) => {
  const customer = await newCustomer()
  await withFactors(context, customer.email)
  await logIn(page, customer.email)
  await newFactor(customer.email, 'unverified') // begun once, and left
  await page.goto('/settings/security')
  await page.getByRole('button', { name: 'Set it up' }).click()
  await expect(page.getByAltText('A code to scan with an authenticator app')).toBeVisible()
  expect(await page.getByAltText('A code to scan').evaluate((image: HTMLImageElement) => image.decode().then(() => image.naturalWidth))).toBeGreaterThan(0)
  await expect(page.getByText('JBSWY3DPEHPK3PXP')).toBeVisible()
  await page.getByLabel('Code from the app').fill('000000')
  await page.getByRole('button', { name: 'Switch on' }).click()
  await expect(page.getByText('This code is not right.')).toBeVisible()
  await page.getByLabel('Code from the app').fill(RIGHT)
  await page.getByRole('button', { name: 'Switch on' }).click()
  await expect(page.getByText('Two steps from now on', { exact: true })).toBeVisible()
  await expect(page.getByRole('button', { name: 'Remove' })).toHaveCount(1)
  await expect(page.getByText('Lost your device?')).toBeVisible()
  // This session goes on, with both steps proven.
  await page.reload()
  await expect(page.getByRole('button', { name: 'Remove' })).toBeVisible()

  const other = await context.browser()!.newContext()
  await withFactors(other, customer.email)
  const phone = await other.newPage()
  await phone.goto('/login')
  await givePassword(phone, customer.email)
  await asked(phone)
  await giveCode(phone)
  await phone.waitForURL((url) => url.pathname === '/')
  await other.close()

  await page.getByRole('button', { name: 'Remove' }).click()
  await expect(page.getByText('Your password is enough again', { exact: true })).toBeVisible()
  await expect(page.getByRole('button', { name: 'Set it up' })).toBeVisible()
  await context.clearCookies()
  await logIn(page, customer.email)
})

test('a session that ends in the middle of a form asks for both steps, and loses nothing', async ({ page, context }) => {
  const customer = await newCustomerOfTwoSteps(context)
  await page.goto('/login')
  await givePassword(page, customer.email)
  await giveCode(page)
  await page.waitForURL((url) => url.pathname === '/')
  await writeHalfAMessage(page)
  await context.clearCookies()
  // Unless the page has noticed by itself and asks already.
  await page.getByRole('button', { name: 'Send' }).click({ timeout: 3000 }).catch(() => {})
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Password').fill(PASSWORD)
  await dialog.getByRole('button', { name: 'Log in' }).click()
  await expect(dialog.getByRole('heading', { name: 'One more step' })).toBeVisible()
  await dialog.getByLabel('Code').fill('000000')
  await dialog.getByRole('button', { name: 'Go on' }).click()
  await expect(dialog.getByText('This code is not right.')).toBeVisible()
  await dialog.getByLabel('Code').fill(RIGHT)
  await dialog.getByRole('button', { name: 'Go on' }).click()
  await expect(dialog).toBeHidden()
  await sendIt(page)
})

test('a second step that was set up elsewhere is asked for in the middle of a form, which goes on', async ({ page, context }) => {
  const customer = await newCustomer()
  await withFactors(context, customer.email)
  await logIn(page, customer.email)
  await writeHalfAMessage(page)
  await newFactor(customer.email)
  await page.getByRole('button', { name: 'Send' }).click()
  const dialog = page.getByRole('dialog', { name: 'One more step' })
  await dialog.getByLabel('Code').fill(RIGHT)
  await dialog.getByRole('button', { name: 'Go on' }).click()
  await expect(dialog).toBeHidden()
  await sendIt(page)
})
