// For whoever looks after much: no list ends where its first page does, and one location can be looked at alone.
import type { Locator, Page } from '@playwright/test'
import { PLACE_COOKIE } from '../src/lib/place'
import { ACME, logIn, newCustomer, newManager, newVisit, sql, type Customer } from './support/people'
import { expect, test } from './support/test'

async function newBills({ customerId }: Customer, count: number, location: string | null, cents = 1000) {
  await sql`
    insert into public.invoices (org_id, customer_id, location_id, number, status, total_cents, issued_at, due_at)
    select ${ACME}, ${customerId}, ${location}, gen_random_uuid()::text, 'open', ${cents}, now(), now() + interval '9 days' from generate_series(1, ${count}::int)`
}

async function newWords({ customerId }: Customer, count: number, location: string | null, subject: string) {
  const [staff] = await sql`select user_id from public.profiles where org_id = ${ACME} and role = 'csr' limit 1`
  await sql`
    with thread as (
      insert into public.portal_threads (org_id, customer_id, location_id, subject, created_by_user_id)
      select ${ACME}, ${customerId}, ${location}, ${subject}, ${staff!.user_id} from generate_series(1, ${count}::int) returning org_id, id)
    insert into public.portal_messages (org_id, thread_id, sender_type, sender_user_id, body)
    select org_id, id, 'internal_user', ${staff!.user_id}, 'Hello' from thread`
}

/** Shows more, until that is all; answers how many rows there are. */
async function everyRow(page: Page, shown: Locator, more = 'Show more') {
  const button = page.getByRole('button', { name: more, exact: true })
  await expect(shown.first()).toBeVisible()
  for (let count = await shown.count(); await button.isVisible(); count = await shown.count()) {
    // A click on a page that the browser has not taken over yet does nothing.
    await expect(async () => {
      await button.click({ timeout: 1000 })
      await expect.poll(() => shown.count(), { timeout: 5000 }).toBeGreaterThan(count)
    }).toPass()
  }
  return shown.count()
}

const bills = (page: Page) => page.locator('main').getByText(/^Bill \S/)
const locationSwitch = (page: Page) => page.getByRole('button', { name: /^Show: / }).filter({ visible: true })

test('of many bills, plans, warranties and people none stays unseen', async ({ page }) => {
  test.setTimeout(300_000)
  const manager = await newManager(1)
  await newBills(manager, 45, null)
  await sql`insert into public.memberships (org_id, customer_id, plan_name, starts_on, price_cents) select ${ACME}, ${manager.customerId}, 'Plan ' || n, current_date, 100 from generate_series(1, 21) as n`
  await sql`insert into public.warranties (org_id, customer_id, location_id, title, starts_on) select ${ACME}, ${manager.customerId}, ${manager.locationId}, 'Warranty ' || n, current_date from generate_series(1, 22) as n`
  await sql`insert into public.customer_contacts (org_id, customer_id, full_name) select ${ACME}, ${manager.customerId}, 'Tenant ' || to_char(n, 'FM000') from generate_series(1, 80) as n`
  await sql`
    with person as (
      insert into auth.users (id, aud, role, email) select gen_random_uuid(), 'authenticated', 'authenticated', gen_random_uuid() || '@people.example' from generate_series(1, 44) returning id, email
    ), account as (
      insert into public.portal_accounts (org_id, user_id, customer_id, role, status, invited_via) select ${ACME}, id, ${manager.customerId}, 'customer', 'active', 'csr_created' from person
    )
    insert into public.profiles (org_id, user_id, customer_id, role, full_name, email)
    select ${ACME}, id, ${manager.customerId}, 'portal_customer', 'Helper ' || to_char(row_number() over (), 'FM000'), email from person
    on conflict (org_id, user_id) do update set full_name = excluded.full_name`
  await logIn(page, manager.email)

  await page.goto('/history?show=bills')
  expect(await everyRow(page, bills(page))).toBe(45)
  await page.goto('/history?show=cover')
  await expect(page.getByRole('heading', { name: /^Plan \d/ }).first()).toBeVisible()
  expect(await everyRow(page, page.getByRole('heading', { name: /^Plan \d/ }), 'Show more plans')).toBe(21)
  expect(await everyRow(page, page.getByRole('heading', { name: /^Warranty \d/ }), 'Show more warranties')).toBe(22)

  await page.goto('/settings/contacts')
  const access = page.getByRole('region', { name: 'Who has access' })
  await access.getByLabel('Find somebody with access').fill('helper 04')
  await expect(access.getByRole('listitem')).toHaveCount(5)
  await access.getByLabel('Find somebody with access').fill('no, "such" (one)\\')
  await expect(access.getByText('Nobody is called that.')).toBeVisible()
  await access.getByLabel('Find somebody with access').fill('')
  await expect(access.getByRole('listitem')).toHaveCount(20)
  const more = access.getByRole('button', { name: 'Show more' })
  for (const count of [40, 45]) {
    await more.click()
    await expect(access.getByRole('listitem')).toHaveCount(count)
  }
  await expect(more).toBeHidden()
  const known = page.getByRole('region', { name: 'People we may call' })
  await expect(known.getByRole('listitem')).toHaveCount(20)
  await known.getByLabel('Find somebody to call').fill('tenant 079')
  await expect(known.getByRole('listitem')).toHaveCount(1)
})

test('among three hundred locations the one is found: to look at, to book at, to change', async ({ page }) => {
  const manager = await newManager(300)
  await newBills(manager, 3, manager.units[286]!)
  await newBills(manager, 30, manager.units[0]!)
  await logIn(page, manager.email)
  await page.goto('/history?show=bills')
  await locationSwitch(page).click()
  const dialog = page.getByRole('dialog', { name: 'Which location?' })
  await expect(dialog.getByRole('button', { name: 'All 301 locations' })).toBeVisible()
  await dialog.getByLabel('Find a location').fill('road unit 287')
  await dialog.getByRole('button', { name: /^Unit 287/ }).click()
  await expect(dialog).toBeHidden()
  await expect(locationSwitch(page)).toHaveText(/Unit 287/)
  await expect(bills(page)).toHaveCount(3)

  await page.goto('/book?service=hvac_tune_up')
  await page.getByRole('button', { name: 'Place' }).click()
  await page.getByLabel('Find a location').fill('unit 123')
  await page.getByRole('button', { name: /^Unit 123/ }).click()
  await expect(page.getByLabel('Describe it in your own words')).toBeVisible()

  await page.goto('/settings/locations')
  await expect(page.getByRole('button', { name: /^Change / })).toHaveCount(20)
  await page.getByLabel('Find an address').fill('299 long')
  await expect(page.getByRole('button', { name: 'Change Unit 299' })).toBeVisible()
})

test('a chosen location narrows messages, bills, cover and the home page; the mark of what is unread counts all', async ({ page }) => {
  const manager = await newManager(2)
  const [here, there] = manager.units as [string, string]
  await newWords(manager, 25, there, 'About the other')
  await newWords(manager, 1, here, 'About this one')
  await newWords(manager, 1, null, 'About everything')
  await newBills(manager, 2, here, 5000)
  await newBills(manager, 1, there, 700)
  await newBills(manager, 1, null, 30)
  await sql`insert into public.warranties (org_id, customer_id, location_id, title, starts_on) select ${ACME}, ${manager.customerId}, at, 'Warranty', current_date from unnest(${[here, there, there]}::uuid[]) as at`
  await logIn(page, manager.email)
  await page.goto('/')
  const tile = (label: string) => page.locator('main a').filter({ hasText: label })
  await expect(tile('Messages')).toContainText('27 new')
  await expect(tile('To pay')).toContainText('$107.30')

  await locationSwitch(page).click()
  await page.getByRole('menuitemradio', { name: /^Unit 001/ }).click()
  await expect(page.getByText('What can we do for you at Unit 001?')).toBeVisible()
  await expect(tile('Messages')).toContainText('2 new')
  await expect(tile('To pay')).toContainText('$100.30')
  await expect(tile('To pay')).toContainText('3 open bills')
  await expect(page.getByRole('navigation', { name: 'Main' }).filter({ visible: true }).getByRole('link', { name: /^Messages/ })).toContainText('27')

  await page.goto('/messages')
  await expect(page.getByText('About this one')).toBeVisible()
  await expect(page.getByText('About everything')).toBeVisible()
  await expect(page.locator('main ul > li')).toHaveCount(2)
  await expect(page.getByRole('button', { name: 'Show more' })).toBeHidden()
  await page.goto('/history?show=bills')
  await expect(bills(page)).toHaveCount(3)
  await page.goto('/history?show=cover')
  await expect(page.getByRole('heading', { name: 'Warranty' })).toHaveCount(1)
})

test('a bill that names a job and no location is shown where the job is', async ({ page }) => {
  const manager = await newManager(2)
  for (const at of manager.units) {
    const [job] = await sql`
      insert into public.work_orders (org_id, customer_id, location_id, service_type, window_start, window_end, status)
      values (${ACME}, ${manager.customerId}, ${at}, 'hvac_repair', now() - interval '3 days', now() - interval '70 hours', 'completed') returning id`
    await sql`insert into public.invoices (org_id, customer_id, work_order_id, number, status, total_cents, issued_at) values (${ACME}, ${manager.customerId}, ${job!.id}, ${`of ${at}`}, 'open', 900, now())`
  }
  await logIn(page, manager.email)
  await page.context().addCookies([{ name: PLACE_COOKIE, value: manager.units[1]!, url: page.url() }])
  await page.goto('/history?show=bills')
  await expect(page.getByText(`Bill of ${manager.units[1]}`)).toBeVisible()
  await expect(bills(page)).toHaveCount(1)
  await page.goto('/')
  await expect(page.locator('main a').filter({ hasText: 'To pay' })).toContainText('$9')
})

test('the choice of whoever sat here before narrows nothing', async ({ page }) => {
  const [manager, other] = [await newManager(2), await newManager(1)]
  await newBills(manager, 2, manager.units[0]!)
  await logIn(page, manager.email)
  await page.context().addCookies([{ name: PLACE_COOKIE, value: other.units[0]!, url: page.url() }])
  await page.goto('/')
  await expect(page.locator('main a').filter({ hasText: 'To pay' })).toContainText('2 open bills')
  await expect(locationSwitch(page)).toHaveText(/All 3 locations/)
  await page.goto('/history?show=bills')
  await expect(bills(page)).toHaveCount(2)
})

test('recent questions on the home page say what was asked, and where they stand', async ({ page }) => {
  const customer = await newCustomer()
  await logIn(page, customer.email)
  await page.getByLabel('Your question').fill('How often should I replace the filter of my furnace?')
  await page.getByRole('button', { name: 'Ask', exact: true }).click()
  await expect(page.getByRole('list', { name: 'Sources' })).toBeVisible()
  await page.getByRole('button', { name: 'Talk to a person' }).last().click()
  await page.waitForURL(/\/messages\//)
  await page.goto('/')
  const recent = page.getByRole('region', { name: 'Recent questions' }).getByRole('link')
  await expect(recent).toContainText('How often should I replace the filter')
  await expect(recent).toContainText('with a person now')
})

test('the next page of a list comes, though news reads the list anew meanwhile', async ({ page }) => {
  const customer = await newCustomer()
  await newWords(customer, 25, null, 'A word')
  await logIn(page, customer.email)
  const isLive = page.waitForResponse('**/portal/v1/events')
  await page.goto('/messages')
  await isLive
  const rows = page.locator('main a[href^="/messages/"]:not([href$=new])')
  await expect(rows).toHaveCount(20)
  let isAsked = false
  await page.route(/\/threads\?.*offset=20/, async (route) => {
    if (!isAsked) {
      isAsked = true
      const readAnew = page.waitForRequest((request) => /\/threads\?.*offset=0/.test(request.url()))
      await newWords(customer, 1, null, 'Just now')
      await readAnew
    }
    await route.continue()
  })
  await page.getByRole('button', { name: 'Show more' }).click()
  await expect(rows).toHaveCount(26)
  expect(isAsked).toBe(true)
})

test('an appointment opens at its top, and the conversation on it at its end', async ({ page }) => {
  const customer = await newCustomer()
  const visit = await newVisit(customer, 3)
  await sql`
    with thread as (
      insert into public.portal_threads (org_id, customer_id, related_work_order_id, subject, created_by_user_id)
      select ${ACME}, ${customer.customerId}, ${visit}, 'The gate', user_id from public.profiles where org_id = ${ACME} and role = 'csr' limit 1 returning org_id, id, created_by_user_id)
    insert into public.portal_messages (org_id, thread_id, sender_type, sender_user_id, body)
    select org_id, id, 'internal_user', created_by_user_id, 'Word ' || n from thread, generate_series(1, 20) as n`
  await logIn(page, customer.email)
  await page.goto(`/appointments/${visit}`)
  const log = page.getByRole('log', { name: 'Messages' })
  await expect(log.getByText('Word 20', { exact: true })).toBeAttached()
  // The browser has taken over when it has told that they are read.
  await expect.poll(async () => (await sql`select 1 from public.portal_messages m join public.portal_threads t on t.id = m.thread_id where t.customer_id = ${customer.customerId} and m.read_at is null`).length).toBe(0)
  expect(await page.evaluate(() => window.scrollY)).toBe(0)
  await log.scrollIntoViewIfNeeded()
  await expect(log.getByText('Word 20', { exact: true })).toBeInViewport()
  await expect(log.getByText('Word 1', { exact: true })).not.toBeInViewport()
})
