// The stream of events from a position on: how a client reads once and still misses nothing.
import { beforeEach, expect, test } from 'vitest'
import { ok, stopped } from './support/answers.ts'
import { member, newCompany, newCustomer, staff, type Employee, type Member } from './support/company.ts'
import { begin, send } from './support/conversations.ts'
import { listen } from './support/events.ts'
import { anonymous } from './support/people.ts'

let someone: Member
let csr: Employee
beforeEach(async () => {
  const company = await newCompany()
  ;[someone, csr] = [await member(await newCustomer(company)), await staff(company, 'csr')]
})

test('who asks for the position, reads and then listens from there hears of what changed since, and of nothing before', async () => {
  const { thread_id } = await begin(someone)
  await send(csr, thread_id, 'Before.')
  const position = await ok(someone.portal.rpc('live_position'))
  const between = await send(csr, thread_id, 'Between.')
  const stream = await listen(someone, { 'Last-Event-ID': position })
  const after = await send(csr, thread_id, 'After.')
  await stream.hear('what came after', ({ data }) => data.id === after.id)
  const messages = stream.heard.filter(({ event }) => event === 'message_created').map(({ data }) => data.id)
  expect(messages).toEqual([between.id, after.id])
  expect(stream.heard.filter(({ event }) => event === 'reset')).toEqual([])
})

test('who is not signed in learns no position', async () => {
  await stopped(anonymous().portal.rpc('live_position'), '42501', 401)
})
