// Whoever looks after many locations lets others in, at some of them, and writes about one of them.
import { randomUUID } from 'node:crypto'
import { violations } from './support/axe'
import { ACME, linkTo, logIn, newManager, sql } from './support/people'
import { expect, test } from './support/test'

test('somebody is invited to two of many locations', async ({ page }) => {
  const manager = await newManager(20)
  const guest = `guest-${randomUUID().slice(0, 8)}@people.example`
  await logIn(page, manager.email)
  await page.goto('/settings/contacts')
  await page.getByRole('button', { name: 'Invite' }).click()
  const dialog = page.getByRole('dialog', { name: 'Invite somebody' })
  await dialog.getByLabel('Name').fill('Gus Guest')
  await dialog.getByLabel('E-mail').fill(guest)
  await dialog.getByLabel('At some of them').check()
  await dialog.getByRole('button', { name: 'Send the invitation' }).click()
  await expect(dialog.getByText('Choose at least one location.')).toBeVisible()
  for (const unit of ['007', '013']) {
    await dialog.getByLabel('Find a location').fill(`unit ${unit}`)
    await dialog.getByLabel(`Unit ${unit}`).check()
  }
  await expect(dialog.getByText('2 locations chosen')).toBeVisible()
  await expect(dialog.getByText('Choose at least one location.')).toBeHidden()
  expect(await violations(page)).toEqual([])
  await dialog.getByRole('button', { name: 'Send the invitation' }).click()
  await expect(page.getByText('The invitation is on its way').first()).toBeVisible()
  const [invited] = await sql`
    select array_agg(l.label order by l.label) as labels
    from public.portal_invites i join public.customer_locations l on l.id = any (i.location_ids) where i.email = ${guest}`
  expect(invited!.labels).toEqual(['Unit 007', 'Unit 013'])
  expect(await linkTo(guest, /\/invite\//)).toContain('/invite/')
})

test('access that was given is taken away', async ({ page }) => {
  const manager = await newManager(1)
  await sql`
    with person as (
      insert into auth.users (id, aud, role, email) select gen_random_uuid(), 'authenticated', 'authenticated', gen_random_uuid() || '@people.example' returning id, email
    ), account as (
      insert into public.portal_accounts (org_id, user_id, customer_id, role, status, invited_via) select ${ACME}, id, ${manager.customerId}, 'customer', 'active', 'csr_created' from person
    )
    insert into public.profiles (org_id, user_id, customer_id, role, full_name, email)
    select ${ACME}, id, ${manager.customerId}, 'portal_customer', 'Ina Former', email from person`
  await logIn(page, manager.email)
  await page.goto('/settings/contacts')
  await page.getByRole('button', { name: 'Take access away from Ina Former' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Take away' }).click()
  await expect(page.getByText('Ina Former has no access any more').first()).toBeVisible()
  await expect(page.getByRole('button', { name: 'Take access away from Ina Former' })).toBeHidden()
})

test('a message is about the one location that was found', async ({ page }) => {
  const manager = await newManager(20)
  await logIn(page, manager.email)
  await page.goto('/messages/new')
  const place = page.getByRole('button', { name: /^About which location\?/ })
  await expect(place).toHaveText('All of them, or none')
  await place.click()
  const dialog = page.getByRole('dialog', { name: 'Which location?' })
  await dialog.getByLabel('Find a location').fill('unit 005')
  await dialog.getByRole('button', { name: /^Unit 005/ }).click()
  await expect(place).toHaveText('Unit 005')
  expect(await violations(page)).toEqual([])
  await page.getByLabel('Message', { exact: true }).fill('The drain is slow again.')
  await page.getByRole('button', { name: 'Send' }).click()
  await page.waitForURL(/\/messages\/[0-9a-f-]{36}/)
  await expect(page.getByText('Unit 005').first()).toBeVisible()
})
