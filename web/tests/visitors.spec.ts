// Before log-in: the assistant answers from what everybody may read, and says how a person is reached.
import type { Page } from '@playwright/test'
import { sql } from './support/people'
import { expect, test } from './support/test'

async function ask(page: Page, question: string) {
  await page.getByLabel('Your question').fill(question)
  await page.getByRole('button', { name: 'Ask', exact: true }).click()
}
const log = (page: Page) => page.getByRole('log', { name: 'Conversation with the assistant' })
/** The conversation that this window keeps. */
const kept = (page: Page) => page.evaluate(() => JSON.parse(sessionStorage.getItem(Object.keys(sessionStorage).find((key) => key.startsWith('portal-visit:'))!)!).id as string)

test('a visitor asks, reads the source, reloads, asks on, and knows how to reach a person', async ({ page }) => {
  await page.goto('/help')
  await ask(page, 'How often should I replace the filter of my furnace?')
  const sources = log(page).getByRole('list', { name: 'Sources' })
  await sources.getByRole('button').first().click()
  await expect(page.getByRole('dialog').getByRole('link', { name: 'Open the article as a page' })).toBeVisible()
  await page.getByRole('button', { name: 'Close' }).click()
  const reported = page.waitForResponse((response) => response.url().includes('/rpc/report_ai_message'))
  await log(page).getByRole('button', { name: 'It helped' }).click()
  expect((await reported).ok()).toBe(true)
  const card = page.getByRole('region', { name: 'Ask the assistant' })
  await expect(card.getByRole('link', { name: /^\(\d{3}\) \d{3}-\d{4}$/ })).toHaveAttribute('href', /^tel:\+1/)
  await expect(card.getByRole('link', { name: 'log in' })).toHaveAttribute('href', /^\/login/)
  await expect(card.getByRole('link', { name: 'Sign up' })).toBeVisible()
  await expect(page.getByRole('button', { name: 'Talk to a person' })).toHaveCount(0)

  const id = await kept(page)
  await page.reload()
  await expect(log(page).getByText('How often should I replace the filter of my furnace?')).toBeVisible()
  await expect(sources).toBeVisible()
  await ask(page, 'Does a thermostat need a new battery?')
  await expect.poll(async () => (await sql`select id from public.portal_ai_messages where conversation_id = ${id} and role = 'assistant'`).length).toBe(2)
  await page.getByRole('button', { name: 'New question' }).click()
  await expect(page.getByText('It answers from our help articles, at once')).toBeVisible()
})

test('a page that is left before the answer came has it when it is back, and the question is stored once', async ({ page }) => {
  await page.goto('/help')
  await page.route('**/ai/conversations/*/messages', (route) => route.abort())
  await ask(page, 'When is it an emergency?')
  await expect(log(page).getByText('We could not reach the server.')).toBeVisible()
  await page.unroute('**/ai/conversations/*/messages')
  await page.reload()
  await expect(log(page).getByRole('group', { name: 'Did this help?' })).toBeVisible()
  const id = await kept(page)
  expect(await sql`select id from public.portal_ai_messages where conversation_id = ${id} and role = 'user'`).toHaveLength(1)
})

test('who smells gas is told first what to do, and can call', async ({ page }) => {
  await page.goto('/help')
  await ask(page, 'I smell gas in the kitchen, what now?')
  await expect(log(page).getByRole('alert')).toContainText('Your safety comes first')
  await expect(log(page).getByRole('link', { name: /^Call \(/ })).toHaveAttribute('href', /^tel:/)
})

test("what is refused is told in the API's words, with a way on", async ({ page }) => {
  await page.route('**/rpc/start_ai_conversation*', (route) =>
    route.fulfill({ status: 429, json: { code: 'PT429', message: 'Many people are asking right now.', hint: 'Try again in a while, or call us.', details: '{"reason":"too_many_conversations"}' } }))
  await page.goto('/help')
  await ask(page, 'Is anybody there?')
  await expect(page.getByRole('alert').filter({ hasText: 'Many people are asking right now.' })).toContainText('Try again in a while')
  await page.unroute('**/rpc/start_ai_conversation*')
  await ask(page, 'How do I prepare for a visit?')
  await expect(log(page).getByRole('group', { name: 'Did this help?' })).toBeVisible()

  await sql`update public.portal_ai_conversations set status = 'ended', ended_at = now() where id = ${await kept(page)}`
  await ask(page, 'And one more thing?')
  await expect(log(page).getByRole('alert')).toContainText(/ended/)
  await log(page).getByRole('button', { name: 'Begin anew' }).click()
  await ask(page, 'What does a visit cost?')
  await expect(log(page).getByText('What does a visit cost?')).toBeVisible()
})
