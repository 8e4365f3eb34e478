// Every page, in both themes: nothing that axe finds, nothing wider than the screen.
import type { Page } from '@playwright/test'
import { violations } from './support/axe'
import { expect, test } from './support/test'
import { givePassword, newCustomerOfTwoSteps } from './support/factors'
import { logIn } from './support/people'

const OPEN = ['/login', '/signup', '/forgot-password', '/reset-password', '/invite/nothing', '/auth/confirm', '/help', '/help?q=filter']
const OWN = [
  '/', '/book', '/appointments', '/appointments?show=past', '/history', '/history?show=bills', '/history?show=cover', '/messages', '/messages/new',
  '/assistant', '/help', '/settings/profile', '/settings/locations', '/settings/contacts', '/settings/notifications', '/settings/security', '/nothing-here',
]
/** Pages of one thing: the first that a list leads to. */
const DETAILS: [list: string, link: string][] = [
  ['/appointments', 'main a[href^="/appointments/"]'], ['/appointments', 'main a[href^="/requests/"]'], ['/history', 'main a[href^="/history/"]'],
  ['/messages', 'main a[href^="/messages/"]:not([href$=new])'], ['/assistant', 'main a[href^="/assistant/"]'], ['/help', 'main a[href^="/help/"]'],
]

async function examine(page: Page, path: string) {
  for (const theme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' })
    await page.goto(path)
    await expect(page.getByRole('heading', { level: 1 }).first()).toBeVisible()
    expect.soft(await violations(page), `${path} in ${theme}`).toEqual([])
  }
  const tooWide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
  expect.soft(tooWide, `${path} is wider than the screen`).toBeLessThanOrEqual(0)
}

test('pages for everybody', async ({ page }) => {
  for (const path of OPEN) await examine(page, path)
})

test('the assistant before log-in, with an answer', async ({ page }) => {
  await page.goto('/help')
  await page.getByLabel('Your question').fill('How often should I replace the filter of my furnace?')
  await page.getByRole('button', { name: 'Ask', exact: true }).click()
  await expect(page.getByRole('list', { name: 'Sources' })).toBeVisible()
  await examine(page, '/help')
})

test('the second step of a log-in', async ({ page, context }) => {
  const { email } = await newCustomerOfTwoSteps(context)
  await page.goto('/login?org=acme-comfort')
  await givePassword(page, email)
  await page.waitForURL((url) => url.pathname === '/login/code')
  await examine(page, '/login/code')
})

test('pages of a customer', async ({ page }) => {
  test.setTimeout(600_000)
  await logIn(page, 'customer@acme-comfort.example')
  for (const path of OWN) await examine(page, path)
  for (const [list, link] of DETAILS) {
    await page.goto(list)
    await examine(page, (await page.locator(link).first().getAttribute('href'))!)
  }
})

test('pages of a property manager, and of a customer of another company in its colour', async ({ page, browser }) => {
  await logIn(page, 'manager@acme-comfort.example')
  for (const path of ['/', '/appointments', '/history?show=bills', '/settings/contacts', '/settings/locations']) await examine(page, path)
  const brand = () => page.evaluate(() => getComputedStyle(document.documentElement).getPropertyValue('--brand'))
  const acme = await brand()
  const other = await browser.newContext()
  const bolt = await other.newPage()
  await logIn(bolt, 'customer@bolt-pipe.example')
  await examine(bolt, '/')
  expect(await bolt.title()).toContain('Bolt Pipe')
  expect(await bolt.evaluate(() => getComputedStyle(document.documentElement).getPropertyValue('--brand'))).not.toBe(acme)
  await other.close()
})
