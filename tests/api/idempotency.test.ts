// One key, one effect.
import { randomUUID } from 'node:crypto'
import { beforeAll, expect, test } from 'vitest'
import { dayFromToday, member, newCompany, newCustomer, type Customer, type Member } from './support/company.ts'
import { ok, refused } from './support/answers.ts'
import { sql, value } from './support/database.ts'
import type { Person } from './support/people.ts'
import * as visits from './support/visits.ts'
import type { BookArgs } from './support/visits.ts'

let customer: Customer
let someone: Member
beforeAll(async () => {
  customer = await newCustomer(await newCompany({ technicians: 90 }))
  someone = await member(customer)
})

const tryToBook = (who: Person, more: Partial<BookArgs> = {}) =>
  visits.tryToBook(who, customer, {
    preferred_service_date: dayFromToday(4), preferred_time_window_start: '08:00', preferred_time_window_end: '10:00', ...more,
  })
const book = (who: Person, more: Partial<BookArgs> = {}) => ok(tryToBook(who, more))
const stored = (who: Member) =>
  value<{ requests: number; jobs: number }>(sql`
    select jsonb_build_object('requests', count(*), 'jobs', count(related_work_order_id))
    from public.portal_booking_requests where portal_account_id = ${who.accountId}`)

test('the same key fifty times at once: one row, fifty equal answers', async () => {
  const who = await member(customer)
  const key = randomUUID()
  const answers = await Promise.all(Array.from({ length: 50 }, () => book(who, { idempotency_key: key })))
  expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1)
  expect(await stored(who)).toEqual({ requests: 1, jobs: 1 })
})

test('fifty different keys at once are fifty bookings', async () => {
  const who = await member(customer)
  const answers = await Promise.all(Array.from({ length: 50 }, () => book(who, { idempotency_key: randomUUID() })))
  expect(new Set(answers.map((answer) => answer.id)).size).toBe(50)
  expect(await stored(who)).toEqual({ requests: 50, jobs: 50 })
})

test('the header works like the argument; the argument wins', async () => {
  const who = await member(customer)
  const key = randomUUID()
  const first = await book(who.saying({ 'Idempotency-Key': key }))
  expect(await book(who.saying({ 'Idempotency-Key': key }))).toEqual(first)
  expect(await book(who, { idempotency_key: key })).toEqual(first)
  expect(await book(who.saying({ 'Idempotency-Key': randomUUID() }), { idempotency_key: key })).toEqual(first)
  expect(await stored(who)).toMatchObject({ requests: 1 })
})

test('without a key, two requests are two bookings', async () => {
  const who = await member(customer)
  await book(who)
  await book(who)
  expect(await stored(who)).toMatchObject({ requests: 2 })
})

test.each([
  ['the description', { problem_description: 'Something else' }],
  ['the date', { preferred_service_date: dayFromToday(5) }],
  ['the attachments', { attachments: [] }],
  ['the channel', { source_channel: 'mobile_app' }],
] as [string, Partial<BookArgs>][])('the same key with another input is refused: %s', async (_, changed) => {
  const key = randomUUID()
  const first = await book(someone, { idempotency_key: key })
  await refused(tryToBook(someone, { idempotency_key: key, ...changed }), 'PT422', 'idempotency_key_reused')
  expect(await book(someone, { idempotency_key: key }), 'the first answer stays').toEqual(first)
})

test('the first answer is repeated even after the request was changed', async () => {
  const key = randomUUID()
  const first = await book(someone, { idempotency_key: key })
  await sql`update public.portal_booking_requests set status = 'under_review' where id = ${first.id}`
  expect(await book(someone, { idempotency_key: key })).toEqual(first)
})

test('keys belong to an account: two people may use the same', async () => {
  const other = await member(customer)
  const key = randomUUID()
  const [mine, theirs] = [await book(someone, { idempotency_key: key }), await book(other, { idempotency_key: key })]
  expect(theirs.id).not.toBe(mine.id)
  await book(other, { idempotency_key: key })
  expect(await stored(other)).toMatchObject({ requests: 1 })
})

test('a failed attempt does not burn the key', async () => {
  const who = await member(customer)
  const key = randomUUID()
  await refused(tryToBook(who, { idempotency_key: key, location_id: randomUUID() }), 'PT404', 'not_found')
  await book(who, { idempotency_key: key })
  expect(await stored(who)).toMatchObject({ requests: 1 })
})

test('a dry run neither uses a key nor is answered from one', async () => {
  const who = await member(customer)
  const key = randomUUID()
  const rehearsed = await book(who, { idempotency_key: key, dry_run: true })
  const real = await book(who, { idempotency_key: key })
  expect(real.id).not.toBe(rehearsed.id)
  expect((await book(who, { idempotency_key: key, dry_run: true })).id).not.toBe(real.id)
  expect(await stored(who)).toMatchObject({ requests: 1 })
})

test('a key has 1 to 255 characters', async () => {
  for (const idempotency_key of ['', 'x'.repeat(256)]) {
    await refused(tryToBook(someone, { idempotency_key }), 'PT400', 'invalid_input')
  }
  await book(someone, { idempotency_key: 'ü'.repeat(255) })
})

test('nobody reads receipts, not even their own', async () => {
  const answer = await someone.tables.from('portal_receipts').select('*')
  expect(answer).toMatchObject({ status: 403, error: { code: '42501' } })
})
