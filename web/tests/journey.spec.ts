// The whole way of somebody who is invited: from the e-mail to the log-out, as a person clicks it.
import { randomUUID } from 'node:crypto'
import { env } from './support/env'
import { expect, test } from './support/test'
import { MANAGER, linkTo, office, ok, signedIn } from './support/people'

test('an invited person signs up, books, moves, writes, asks, reads documents and leaves', async ({ page }) => {
  const email = `guest-${randomUUID().slice(0, 8)}@people.example`
  const manager = await signedIn(MANAGER)
  await ok(manager.rpc('invite_contact', { email, full_name: 'Sasha Guest', role: 'customer' }))

  await test.step('the invitation leads to a sign-up, and the sign-up to a confirmed address', async () => {
    await page.goto(await linkTo(email, /\/invite\//))
    await expect(page.getByRole('heading', { name: 'You are invited' })).toBeVisible()
    await page.getByLabel('Your name').fill('Sasha Guest')
    await page.getByLabel('E-mail').fill(email)
    await page.getByLabel('Password').fill('a long password')
    await page.getByRole('button', { name: 'Create account' }).click()
    await expect(page.getByRole('heading', { name: 'Look into your inbox' })).toBeVisible()
    await page.goto(await linkTo(email, /\/auth\/confirm/))
    await page.waitForURL(/\/invite\//)
    await page.getByRole('button', { name: 'Accept the invitation' }).click()
    await page.waitForURL((url) => url.pathname === '/')
    await expect(page.getByRole('heading', { level: 1, name: 'Hello, Sasha' })).toBeVisible()
  })

  await test.step('books a tune-up in four steps, with a photo, and a reload on the way', async () => {
    await page.goto('/book')
    await page.getByRole('button', { name: /Seasonal tune-up/ }).click()
    await expect(page.getByRole('heading', { name: 'Where?' })).toBeVisible()
    await page.locator('main button[aria-pressed]').first().click()
    await page.getByLabel('Describe it in your own words').fill('The yearly check, please.')
    await page.locator('input[type=file]').setInputFiles({ name: 'plate.png', mimeType: 'image/png', buffer: Buffer.from('iVBORw0KGgo=', 'base64') })
    await expect(page.getByText('plate.png')).toBeVisible()
    await page.reload()
    await expect(page.getByLabel('Describe it in your own words')).toHaveValue('The yearly check, please.')
    await expect(page.getByText('plate.png')).toBeVisible()
    await page.getByRole('button', { name: 'Choose a time' }).click()
    await page.getByRole('group', { name: 'Day', exact: true }).getByRole('button').last().click()
    await page.getByRole('radio').first().check({ force: true })
    await page.getByRole('button', { name: 'Book this visit' }).click()
    await expect(page.getByRole('heading', { name: 'Your visit is booked' })).toBeVisible()
    await expect(page.getByTestId('reference')).toHaveText(/^J-/)
    await page.reload()
    await expect(page.getByRole('heading', { name: 'Your visit is booked' })).toBeVisible()
  })

  await test.step('moves it to another time', async () => {
    await page.getByRole('link', { name: 'View the visit' }).click()
    await expect(page.getByRole('heading', { name: 'Plans changed?' })).toBeVisible()
    await expect(page.getByText(/You can move it/)).toBeVisible()
    await page.getByRole('button', { name: 'Choose another time' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('group', { name: 'Day', exact: true }).getByRole('button').first().click()
    await dialog.getByRole('radio').first().check({ force: true })
    await dialog.getByRole('button', { name: 'Move the visit' }).click()
    await expect(page.getByText('Your visit has a new time').first()).toBeVisible()
    await expect(page.getByText('Moved to another time')).toBeVisible()
  })

  await test.step('downloads the calendar file', async () => {
    const download = page.waitForEvent('download')
    await page.getByRole('button', { name: 'Add to calendar' }).click()
    expect((await download).suggestedFilename()).toMatch(/^J-.*\.ics$/)
  })

  await test.step('writes about the visit, and the answer of the office arrives by itself', async () => {
    const words = `Please ring twice (${randomUUID().slice(0, 6)}).`
    await page.getByLabel('Write a message').fill(words)
    await page.getByRole('button', { name: 'Send' }).click()
    await expect(page.getByRole('log', { name: 'Messages' }).getByText(words)).toBeVisible()
    const csr = await office()
    await expect.poll(async () => (await ok(csr.from('inbox_messages').select('thread_id').eq('body', words))).length).toBe(1)
    const [stored] = await ok(csr.from('inbox_messages').select('thread_id').eq('body', words))
    await ok(csr.rpc('send_message', { thread_id: stored!.thread_id, body: 'We will ring twice.' }))
    await expect(page.getByText('We will ring twice.')).toBeVisible()
  })

  await test.step('asks the assistant, opens its source, and goes on with a person', async () => {
    await page.goto('/assistant')
    await page.getByLabel('Your question').fill('How often should I replace the filter of my furnace?')
    await page.getByRole('button', { name: 'Ask', exact: true }).click()
    await page.waitForURL(/\/assistant\/[0-9a-f-]{36}/)
    await page.getByRole('list', { name: 'Sources' }).getByRole('button').first().click()
    await expect(page.getByRole('dialog').getByRole('link', { name: 'Open the article as a page' })).toBeVisible()
    await page.getByRole('button', { name: 'Close' }).click()
    await page.getByRole('button', { name: 'Talk to a person' }).last().click()
    await page.waitForURL(/\/messages\/[0-9a-f-]{36}/)
    await expect(page.getByRole('log', { name: 'Messages' })).toBeVisible()
  })

  await test.step('reads what was done, and opens a document', async () => {
    await page.goto('/history')
    await page.locator('main a[href^="/history/"]').filter({ hasText: 'document' }).first().click()
    await expect(page.getByRole('heading', { name: 'Documents' })).toBeVisible()
    const signed = page.waitForResponse((response) => response.url().includes('/storage/v1/object/sign/'))
    await page.getByRole('button', { name: /^Open / }).first().click()
    const { signedURL } = (await (await signed).json()) as { signedURL: string }
    const answer = await page.request.get(`${env.url}/storage/v1${signedURL}`)
    expect([answer.status(), answer.headers()['content-type']]).toEqual([200, expect.stringMatching(/pdf|image/)])
  })

  await test.step('logs out, and nothing is left open', async () => {
    await page.getByRole('button', { name: /^Account of/ }).filter({ visible: true }).click()
    await page.getByRole('menuitem', { name: 'Log out' }).click()
    await page.waitForURL(/\/login/)
    await page.goto('/appointments')
    await expect(page).toHaveURL(/\/login\?next=%2Fappointments/)
  })
})
