// A shaky hand, a bad connection, a session that ends: nothing doubles, and nothing that was entered is lost.
import { expect, test } from './support/test'
import { SESSION_COOKIE } from '../src/lib/supabase/shared'
import { env } from './support/env'
import { ACME, PASSWORD, logIn, newCustomer, sendIt, sessionOf, sql, writeHalfAMessage, type Customer } from './support/people'
import type { Page } from '@playwright/test'

async function toTheTimes(page: Page) {
  await page.goto('/book')
  await page.getByRole('button', { name: /Seasonal tune-up/ }).click()
  await page.getByRole('button', { name: /1 Test Street/ }).click()
  await page.getByLabel('Describe it in your own words').fill('Once is enough.')
  await page.getByRole('button', { name: 'Choose a time' }).click()
  await page.getByRole('group', { name: 'Day', exact: true }).getByRole('button').last().click()
  await page.getByRole('radio').last().check({ force: true })
}
const bookings = async ({ customerId }: Customer) => (await sql`select id from public.portal_booking_requests where customer_id = ${customerId}`).length

test('a booking that is clicked twice is one', async ({ page }) => {
  const customer = await newCustomer()
  await logIn(page, customer.email)
  await toTheTimes(page)
  await page.getByRole('button', { name: 'Book this visit' }).dblclick()
  await expect(page.getByRole('heading', { name: 'Your visit is booked' })).toBeVisible()
  expect(await bookings(customer)).toBe(1)
})

test('a booking whose answer got lost is one, also after a reload', async ({ page }) => {
  const customer = await newCustomer()
  await logIn(page, customer.email)
  await toTheTimes(page)
  let isLost = true
  await page.route('**/rpc/create_booking_request*', async (route) => {
    if (!isLost) return route.continue()
    isLost = false
    await route.fetch()
    await route.abort()
  })
  await page.getByRole('button', { name: 'Book this visit' }).click()
  await expect(page.getByRole('alert').getByText('We could not reach the server.')).toBeVisible()
  await page.reload()
  await page.getByRole('button', { name: 'Book this visit' }).click()
  await expect(page.getByRole('heading', { name: 'Your visit is booked' })).toBeVisible()
  expect(await bookings(customer)).toBe(1)
})

test('a time that is gone by now is said so, and others that are free are offered and can be booked', async ({ page }) => {
  const customer = await newCustomer()
  await logIn(page, customer.email)
  await toTheTimes(page)
  // The company closes that day while the page is open.
  const chosen = await page.evaluate(() => Object.values(localStorage).map((kept) => JSON.parse(kept)?.window).find(Boolean) as string)
  const closed = chosen.slice(0, 10)
  await sql`insert into public.org_holidays (org_id, holiday_on, name) values (${ACME}, ${closed}, 'Closed for once')`
  try {
    await page.getByRole('button', { name: 'Book this visit' }).click()
    await expect(page.getByRole('alert').filter({ hasText: 'The company does not work on that day.' })).toBeVisible()
    const others = page.getByRole('group', { name: 'Still free, near what you wanted' })
    await others.getByRole('radio').first().check({ force: true })
    await page.getByRole('button', { name: 'Book this visit' }).click()
    await expect(page.getByRole('heading', { name: 'Your visit is booked' })).toBeVisible()
  } finally {
    await sql`delete from public.org_holidays where org_id = ${ACME} and holiday_on = ${closed}`
  }
})

test('a message written without a connection is sent again by a click, and arrives once', async ({ page, context }) => {
  const customer = await newCustomer()
  await logIn(page, customer.email)
  await page.goto('/messages/new')
  await page.getByLabel('Message', { exact: true }).fill('Is anybody there?')
  await page.getByRole('button', { name: 'Send' }).click()
  await page.waitForURL(/\/messages\/[0-9a-f-]{36}/)
  await context.setOffline(true)
  await page.getByLabel('Write a message').fill('Through the tunnel.')
  await page.getByRole('button', { name: 'Send' }).click()
  await expect(page.getByText('Not sent')).toBeVisible()
  await context.setOffline(false)
  await page.getByRole('button', { name: 'Send again' }).click()
  const stored = async () => (await sql`select id from public.portal_messages where customer_id = ${customer.customerId} and body = 'Through the tunnel.'`).length
  await expect.poll(stored).toBe(1)
  await expect(page.getByLabel('Sent').last()).toBeVisible()
  await expect(page.getByText('Not sent')).toBeHidden()
  await expect(page.getByRole('log').getByText('Through the tunnel.')).toHaveCount(1)
})

test('on a slow connection a page shows where things will be, and then shows them', async ({ page }) => {
  const customer = await newCustomer()
  await logIn(page, customer.email)
  await page.route('**/rest/v1/**', async (route) => {
    await new Promise((resolve) => setTimeout(resolve, 1500))
    await route.continue()
  })
  await page.goto('/book?service=hvac_tune_up')
  await page.getByRole('button', { name: /1 Test Street/ }).click()
  await page.getByLabel('Describe it in your own words').fill('Slowly.')
  await page.getByRole('button', { name: 'Choose a time' }).click()
  await expect(page.getByRole('status', { name: 'Looking for free times' })).toBeVisible()
  await expect(page.getByRole('group', { name: 'Day', exact: true })).toBeVisible()
})

test('a session that ends in the middle of a form loses nothing', async ({ page, context }) => {
  const customer = await newCustomer()
  await logIn(page, customer.email)
  await writeHalfAMessage(page)
  await context.clearCookies()
  // Not by the mouse: whatever else asks meanwhile may have brought the dialog before it.
  await page.getByRole('button', { name: 'Send' }).dispatchEvent('click')
  const dialog = page.getByRole('dialog', { name: 'Please log in again' })
  await dialog.getByLabel('Password').fill('portal-demo')
  await dialog.getByRole('button', { name: 'Log in' }).click()
  await expect(dialog).toBeHidden()
  await sendIt(page)
})

test('a session that the API does not take leads to the log-in, and back to the page after it', async ({ page, context }) => {
  const customer = await newCustomer()
  await logIn(page, customer.email)
  // As after a change of the secret that signs tokens.
  const session = await sessionOf(context)
  const forged = { ...session, access_token: session.access_token.replace(/[^.]+$/, 'A'.repeat(43)) }
  await context.clearCookies()
  await context.addCookies([{ name: SESSION_COOKIE, value: `base64-${Buffer.from(JSON.stringify(forged)).toString('base64url')}`, url: env.portalUrl }])
  await page.goto('/messages')
  await expect(page.getByText('Your session has ended.')).toBeVisible()
  await page.getByLabel('E-mail').fill(customer.email)
  await page.getByLabel('Password').fill(PASSWORD)
  await page.getByRole('button', { name: 'Log in' }).click()
  await page.waitForURL((url) => url.pathname === '/messages')
  await expect(page.getByRole('heading', { name: 'Messages', level: 1 })).toBeVisible()
})
