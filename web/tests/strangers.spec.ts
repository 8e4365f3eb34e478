// Somebody else's is the same page as nonsense.
import { expect, test } from './support/test'
import { ACME, BOLT, logIn, newCustomer, newVisit, ok, signedIn, sql } from './support/people'

test("another company's and another customer's addresses look exactly like nonsense", async ({ page }) => {
  const [mine, neighbour] = [await newCustomer(ACME), await newCustomer(ACME)]
  const visit = await newVisit(neighbour, 5)
  const api = await signedIn(neighbour.email)
  const { thread_id } = await ok(api.rpc('create_thread', { body: 'Mine alone.' }).single())
  const { id: talk } = await ok(api.rpc('start_ai_conversation').single())
  const elsewhere = async (table: string) => (await sql`select id from ${sql(`public.${table}`)} where org_id = ${BOLT} limit 1`)[0]!.id as string
  const [job, thread] = [await elsewhere('work_orders'), await elsewhere('portal_threads')]
  await logIn(page, mine.email)

  const look = async (path: string) => {
    const answer = await page.goto(path)
    await expect(page.getByRole('heading', { name: 'This page is not here' })).toBeVisible()
    return { status: answer!.status(), text: (await page.locator('main').innerText()).trim() }
  }
  for (const [nonsense, ...others] of [
    ['/appointments/11111111-1111-4111-8111-111111111111', '/appointments/xyz', `/appointments/${visit}`, `/appointments/${job}`],
    ['/history/11111111-1111-4111-8111-111111111111', `/history/${visit}`, `/history/${job}`],
    ['/messages/11111111-1111-4111-8111-111111111111', `/messages/${thread_id}`, `/messages/${thread}`],
    ['/assistant/11111111-1111-4111-8111-111111111111', `/assistant/${talk}`],
    ['/requests/11111111-1111-4111-8111-111111111111', '/requests/xyz'],
  ] as [string, ...string[]][]) {
    const expected = await look(nonsense)
    for (const path of others) expect(await look(path), path).toEqual(expected)
  }
})
