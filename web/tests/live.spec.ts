// What happens elsewhere arrives by itself: between two browsers, and from the office.
import { expect, listen, test } from './support/test'
import { logIn, newCustomer, newVisit, office, ok } from './support/people'

test('a technician on the way shows in every open window, with the time', async ({ page }) => {
  const customer = await newCustomer()
  const id = await newVisit(customer, 0.1)
  await logIn(page, customer.email)
  await page.goto(`/appointments/${id}`)
  await expect(page.getByRole('status', { name: 'Status: Confirmed' })).toBeVisible()
  const csr = await office()
  await ok(csr.rpc('set_appointment_status', { appointment_id: id, status: 'en_route', eta: new Date(Date.now() + 40 * 60_000).toISOString() }))
  await expect(page.getByRole('status', { name: 'Status: On the way' })).toBeVisible()
  await expect(page.getByText(/^Expected at/).first()).toBeVisible()
  await expect(page.getByText('Technician on the way')).toBeVisible()
})

test('what happens while a page is on its way to the browser shows, and nothing is read twice for it', async ({ page }) => {
  const customer = await newCustomer()
  const id = await newVisit(customer, 0.1)
  await logIn(page, customer.email)
  let listenNow!: () => void
  const mayListen = new Promise<void>((resolve) => (listenNow = resolve))
  await page.route('**/portal/v1/events', async (route) => {
    await mayListen
    await route.continue()
  })
  const reads: string[] = []
  page.on('request', (request) => {
    if (request.method() !== 'OPTIONS' && request.url().includes('/rest/v1/')) reads.push(request.url())
  })
  await page.goto(`/appointments/${id}`)
  await expect(page.getByRole('status', { name: 'Status: Confirmed' })).toBeVisible()
  await ok((await office()).rpc('set_appointment_status', { appointment_id: id, status: 'en_route' }))
  expect(reads, 'all came with the page').toEqual([])
  listenNow()
  await expect(page.getByRole('status', { name: 'Status: On the way' })).toBeVisible()
  expect(reads.filter((url) => url.includes('/rpc/settings')), 'what did not change is not read again').toEqual([])
})

test('every page comes with its data: once it is open, nothing is read again', async ({ page }) => {
  const customer = await newCustomer()
  const id = await newVisit(customer, 2)
  await logIn(page, customer.email)
  let reads: string[] = []
  page.on('request', (request) => {
    if (request.method() !== 'OPTIONS' && request.url().includes('/rest/v1/')) reads.push(request.url())
  })
  for (const path of [
    '/', '/book', '/appointments', '/appointments?show=past', `/appointments/${id}`, '/history', '/history?show=bills', '/history?show=cover', '/messages',
    '/messages/new', '/assistant', '/help', '/settings/profile', '/settings/locations', '/settings/contacts', '/settings/notifications', '/settings/security',
  ]) {
    reads = []
    const listens = page.waitForResponse('**/portal/v1/events')
    await page.goto(path)
    await listens
    // What hears that the stream is there would ask now.
    await page.waitForTimeout(300)
    expect.soft(reads, path).toEqual([])
  }
})

test('without the stream the page asks by itself', async ({ page }) => {
  const customer = await newCustomer()
  const id = await newVisit(customer, 0.1)
  await page.route('**/portal/v1/events', (route) => route.abort())
  await logIn(page, customer.email)
  await page.goto(`/appointments/${id}`)
  await expect(page.getByRole('status', { name: 'Status: Confirmed' })).toBeVisible()
  await ok((await office()).rpc('set_appointment_status', { appointment_id: id, status: 'en_route' }))
  await expect(page.getByRole('status', { name: 'Status: On the way' })).toBeVisible({ timeout: 60_000 })
})

test('two browsers of one person hold the same conversation, and see what was seen', async ({ page, browser, complaints }) => {
  const customer = await newCustomer()
  const other = await browser.newContext()
  listen(other, complaints)
  const second = await other.newPage()
  await logIn(page, customer.email)
  await page.goto('/messages/new')
  await page.getByLabel('Message', { exact: true }).fill('When do you come?')
  await page.getByRole('button', { name: 'Send' }).click()
  await page.waitForURL(/\/messages\/[0-9a-f-]{36}/)
  await logIn(second, customer.email)
  await second.goto(page.url())
  await expect(second.getByText('When do you come?').last()).toBeVisible()

  await page.getByLabel('Write a message').fill('From the first window.')
  await page.getByRole('button', { name: 'Send' }).click()
  await expect(second.getByText('From the first window.')).toBeVisible()

  const thread = page.url().split('/').at(-1)!
  const csr = await office()
  await ok(csr.rpc('mark_thread_read', { thread_id: thread }))
  await ok(csr.rpc('send_message', { thread_id: thread, body: 'At eight.' }))
  for (const window of [page, second]) await expect(window.getByRole('log').getByText('At eight.')).toBeVisible()
  await expect(page.getByLabel('Seen').first()).toBeVisible()
  await other.close()
})
