// Conversations between a customer and the company: turns, reading, sending again, paging, limits, and an office that is closed.
import { randomUUID } from 'node:crypto'
import { beforeEach, describe, expect, test } from 'vitest'
import { ok, refused } from './support/answers.ts'
import { add, member, newCompany, newCustomer, newJob, staff, type Company, type Customer, type Employee, type Member } from './support/company.ts'
import { begin, inboxMessages, inboxThread, insertMessage, messagesOf, read, send, storedMessages, threadOf, tryToBegin, tryToSend } from './support/conversations.ts'
import { sql, value } from './support/database.ts'
import { outbox } from './support/outbox.ts'

let company: Company
let customer: Customer
let someone: Member
let csr: Employee
beforeEach(async () => {
  company = await newCompany()
  customer = await newCustomer(company)
  someone = await member(customer)
  csr = await staff(company, 'csr')
})

const setStatus = (who: Pick<Member, 'portal'>, thread_id: string, status: string) =>
  who.portal.rpc('set_thread_status', { thread_id, status })
const statusOf = async (thread_id: string) => (await inboxThread(csr, thread_id)).status

describe('a conversation', () => {
  test('begins with its first message, and it is the office that has to answer', async () => {
    const begun = await begin(someone, { subject: 'Key', body: 'Where shall I leave\nthe key?', location_id: customer.location })
    expect(begun).toMatchObject({ status: 'pending_internal', sent_at: expect.any(String) })
    const thread = await threadOf(someone, begun.thread_id)
    expect(thread).toMatchObject({
      id: begun.thread_id, subject: 'Key', status: 'pending_internal', location_id: customer.location, appointment_id: null,
      last_message_preview: 'Where shall I leave the key?', last_message_at: begun.sent_at, unread_count: 0,
    })
    expect(await messagesOf(someone, begun.thread_id)).toMatchObject([{
      id: begun.message_id, thread_id: begun.thread_id, sender_type: 'portal_customer', body: 'Where shall I leave\nthe key?',
      is_mine: true, sent_at: begun.sent_at, read_at: null,
    }])
  })

  test('without a subject is called by its first words', async () => {
    const { thread_id } = await begin(someone, { subject: undefined, body: `The pump hums.\n${'And so on. '.repeat(60)}` })
    const { subject } = await threadOf(someone, thread_id)
    expect(subject).toMatch(/^The pump hums\./)
    expect(subject!.length).toBeLessThanOrEqual(200)
  })

  test('about a visit belongs to its customer and place, whoever begins it', async () => {
    const appointment_id = await newJob(customer, 3)
    for (const who of [someone, csr]) {
      const { thread_id } = await begin(who, { appointment_id })
      expect(await threadOf(someone, thread_id)).toMatchObject({ appointment_id, location_id: customer.location })
    }
  })

  test('passes the turn to the other side with every message', async () => {
    const { thread_id } = await begin(someone)
    const answer = await send(csr, thread_id, 'On Tuesday.')
    expect(answer).toMatchObject({ thread_id, sender_type: 'internal_user', sender_name: 'csr', body: 'On Tuesday.', is_mine: true })
    expect(await statusOf(thread_id)).toBe('pending_customer')
    await send(someone, thread_id, 'Thank you.')
    expect(await statusOf(thread_id)).toBe('pending_internal')
    expect((await messagesOf(someone, thread_id)).map(({ is_mine }) => is_mine)).toEqual([true, false, true])
    expect(await threadOf(someone, thread_id)).toMatchObject({ last_message_preview: 'Thank you.' })
  })

  test('that was closed is opened again by a message, and by the customer', async () => {
    const { thread_id } = await begin(someone)
    await ok(setStatus(someone, thread_id, 'closed'))
    expect(await statusOf(thread_id)).toBe('closed')
    await send(someone, thread_id, 'One more thing.')
    expect(await statusOf(thread_id)).toBe('pending_internal')
    await ok(setStatus(csr, thread_id, 'closed'))
    await ok(setStatus(someone, thread_id, 'open'))
    expect(await statusOf(thread_id)).toBe('open')
  })

  test('has a turn that only the office sets by hand', async () => {
    const { thread_id } = await begin(someone)
    for (const status of ['pending_customer', 'open']) await refused(setStatus(someone, thread_id, status), 'PT422', 'status_not_allowed')
    await ok(setStatus(csr, thread_id, 'pending_customer'))
    expect(await statusOf(thread_id)).toBe('pending_customer')
    await refused(setStatus(csr, thread_id, 'forgotten'), 'PT400', 'invalid_input')
    await refused(setStatus(someone, randomUUID(), 'closed'), 'PT404', 'not_found')
  })

  test('is kept by the office as contacts with the customer, one for each message', async () => {
    const { thread_id } = await begin(someone, { body: 'It drips.' })
    await send(csr, thread_id, 'We are coming.')
    const kept = await sql`
      select c.kind, c.direction, c.customer_id, c.summary from public.portal_messages m
      join public.crm_interactions c on c.org_id = m.org_id and c.id = m.crm_interaction_id
      where m.thread_id = ${thread_id} order by m.sent_at`
    expect(kept).toMatchObject([
      { kind: 'portal_message', direction: 'inbound', customer_id: customer.id, summary: expect.stringContaining('It drips.') },
      { kind: 'portal_message', direction: 'outbound', customer_id: customer.id, summary: expect.stringContaining('We are coming.') },
    ])
    expect(await value(sql`select count(*)::int from public.crm_interactions where org_id = ${company.id}`)).toBe(2)
  })

  test.each([['nothing', ''], ['blanks', ' \n\t'], ['too much', 'x'.repeat(10_001)]])('does not take %s for a message', async (_, body) => {
    const { thread_id } = await begin(someone)
    await refused(tryToSend(someone, thread_id, body), 'PT400', 'invalid_input')
    await refused(tryToBegin(someone, { body }), 'PT400', 'invalid_input')
    expect(await messagesOf(someone, thread_id)).toHaveLength(1)
  })
})

describe('reading', () => {
  test('counts what others wrote and one has not seen, for each participant', async () => {
    const colleague = await member(customer)
    const { thread_id } = await begin(someone)
    for (const body of ['Yes?', 'Hello?']) await send(csr, thread_id, body)
    expect((await threadOf(someone, thread_id)).unread_count).toBe(2)
    expect((await threadOf(colleague, thread_id)).unread_count).toBe(3)
    expect(await read(someone, thread_id)).toBe(2)
    expect(await read(someone, thread_id), 'there is nothing new').toBe(0)
    expect((await threadOf(someone, thread_id)).unread_count).toBe(0)
    expect((await threadOf(colleague, thread_id)).unread_count, "a colleague's reading is their own").toBe(3)
  })

  test('shows the writer when somebody on the other side has read it', async () => {
    const { thread_id } = await begin(someone)
    await send(csr, thread_id, 'On Tuesday.')
    await read(someone, thread_id)
    const isRead = (messages: { read_at: string | null }[]) => messages.map(({ read_at }) => read_at !== null)
    expect(isRead(await inboxMessages(csr, thread_id)), 'the question is new to the office').toEqual([false, true])
    await read(csr, thread_id)
    expect(isRead(await messagesOf(someone, thread_id))).toEqual([true, true])
  })

  test('fills the office inbox with what nobody has answered or read', async () => {
    const { thread_id } = await begin(someone, { subject: 'Heat' })
    await send(someone, thread_id, 'Please.')
    expect(await inboxThread(csr, thread_id)).toMatchObject({ subject: 'Heat', customer_name: 'Pat Example', unread_count: 2, waiting_since: expect.any(String) })
    await read(await staff(company, 'dispatcher'), thread_id)
    expect((await inboxThread(csr, thread_id)).unread_count, 'one of the office is enough').toBe(0)
    expect(await ok(someone.portal.from('inbox').select('id')), "the inbox is the staff's").toEqual([])
  })
})

describe('a message that is sent again', () => {
  test('is stored, kept and told of once, under twenty equal sends at once', async () => {
    const { thread_id } = await begin(someone)
    const client_message_id = randomUUID()
    const answers = await Promise.all(Array.from({ length: 20 }, () => send(someone, thread_id, 'Did this arrive?', { client_message_id })))
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size, 'the same answer each time').toBe(1)
    expect((await storedMessages(thread_id)).map(({ body }) => body)).toEqual(['When will you come?', 'Did this arrive?'])
    expect(await value(sql`select count(*)::int from public.crm_interactions where org_id = ${company.id}`)).toBe(2)
  })

  test('begins a conversation once, under twenty equal beginnings at once', async () => {
    const client_message_id = randomUUID()
    const answers = await Promise.all(Array.from({ length: 20 }, () => begin(someone, { client_message_id })))
    expect(new Set(answers.map(({ thread_id, message_id }) => `${thread_id} ${message_id}`)).size).toBe(1)
    expect(await ok(someone.portal.from('threads').select('id,messages(id)'))).toEqual([
      { id: answers[0]!.thread_id, messages: [{ id: answers[0]!.message_id }] },
    ])
  })

  test('under an id that somebody else used begins a conversation of its own', async () => {
    const client_message_id = randomUUID()
    const other = await member(await newCustomer(company))
    const [one, two] = [await begin(someone, { client_message_id }), await begin(other, { client_message_id })]
    expect(two.thread_id).not.toBe(one.thread_id)
    expect(await ok(other.portal.from('threads').select('id'))).toEqual([{ id: two.thread_id }])
  })
})

describe('pages', () => {
  const WRITERS = 3
  const EACH = 20

  /** Reads a thread in pages of seven, on and on, until the writers have finished and nothing is left. */
  async function readAlong(thread_id: string, writing: Promise<unknown>): Promise<string[]> {
    let finished = false
    void writing.then(() => (finished = true))
    const seen: { id: string | null; sent_at: string | null }[] = []
    for (;;) {
      const wasFinished = finished
      const page = someone.portal.from('messages').select('id,sent_at').eq('thread_id', thread_id).order('sent_at').limit(7)
      const last = seen.at(-1)
      const found = await ok(last ? page.gt('sent_at', last.sent_at!) : page)
      seen.push(...found)
      if (found.length === 0 && wasFinished) return seen.map(({ id }) => id!)
    }
  }

  test('by sent_at neither miss nor repeat a message while several people write', async () => {
    const technician = await staff(company, 'technician')
    const { thread_id } = await begin(someone, { appointment_id: await newJob(customer, 3, technician.technicianId) })
    const writers = [await member(customer), csr, technician]
    const writing = Promise.all(writers.map(async (who, w) => {
      for (let n = 0; n < EACH; n++) await send(who, thread_id, `${w}.${n}`)
    }))
    const seen = await readAlong(thread_id, writing)
    await writing
    const stored = await storedMessages(thread_id)
    expect(stored).toHaveLength(1 + WRITERS * EACH)
    expect(seen).toEqual(stored.map(({ id }) => id))
  })

  test('backwards from the newest show the same, older ones first to last', async () => {
    const { thread_id } = await begin(someone)
    for (let n = 0; n < 9; n++) await send(csr, thread_id, String(n))
    const bodies: string[] = []
    for (let before = 'infinity'; ; ) {
      const page = await ok(
        someone.portal.from('messages').select('body,sent_at').eq('thread_id', thread_id).lt('sent_at', before)
          .order('sent_at', { ascending: false }).limit(4),
      )
      if (page.length === 0) break
      bodies.push(...page.map(({ body }) => body!))
      before = page.at(-1)!.sent_at!
    }
    expect(bodies).toEqual(['8', '7', '6', '5', '4', '3', '2', '1', '0', 'When will you come?'])
  })
})

describe('a customer who writes too much', () => {
  test('is stopped after thirty messages in a minute, counted exactly under any concurrency, and told when to go on', async () => {
    const { thread_id } = await begin(someone)
    const answers = await Promise.all(Array.from({ length: 40 }, (_, n) => tryToSend(someone, thread_id, `Message ${n}`)))
    expect(await storedMessages(thread_id)).toHaveLength(30)
    const stopped = answers.filter(({ error }) => error)
    expect(stopped).toHaveLength(11)
    for (const answer of stopped) {
      const { retry_after_seconds } = await refused(Promise.resolve(answer), 'PT429', 'too_many_messages')
      expect(retry_after_seconds).toBeGreaterThan(0)
      expect(retry_after_seconds).toBeLessThanOrEqual(60)
    }
    await refused(insertMessage(someone, { org_id: company.id, thread_id, body: 'Past the RPC?' }), 'PT429', 'too_many_messages')
    await send(await member(customer), thread_id, 'A colleague is not held back by it.')
    for (let n = 0; n < 32; n++) await send(csr, thread_id, 'Nor is the office.')
  })

  test('is stopped after three hundred messages in an hour, until the first of them is an hour old', async () => {
    const { thread_id } = await begin(someone)
    await sql`
      insert into public.portal_messages (org_id, thread_id, body, sender_portal_account_id, sent_at)
      select ${company.id}, ${thread_id}, 'Again!', ${someone.accountId}, now() - interval '40 minutes' from generate_series(1, 299)`
    const { retry_after_seconds } = await refused(tryToSend(someone, thread_id, 'And again.'), 'PT429', 'too_many_messages')
    expect(Math.abs((retry_after_seconds as number) - 20 * 60)).toBeLessThan(30)
  })

  test('is stopped after ten conversations in an hour', async () => {
    const answers = await Promise.all(Array.from({ length: 14 }, () => tryToBegin(someone)))
    expect(await ok(someone.portal.from('threads').select('id'))).toHaveLength(10)
    const { retry_after_seconds } = await refused(Promise.resolve(answers.find(({ error }) => error)!), 'PT429', 'too_many_threads')
    expect(retry_after_seconds).toBeGreaterThan(3000)
  })
})

describe('while the office is closed', () => {
  const weekday = (ahead: number) =>
    (new Date(new Date().toLocaleString('en-US', { timeZone: company.timezone })).getDay() + ahead) % 7
  const openOn = (day: number, columns: Record<string, unknown> = {}) =>
    add(company, 'org_business_hours', { weekday: day, opens_at: '09:00', closes_at: '17:00', ...columns })
  const systemMessages = async (thread_id: string) =>
    (await messagesOf(someone, thread_id)).filter(({ sender_type }) => sender_type === 'system')

  test('the customer is told once that nobody reads, and the turn stays with the office', async () => {
    await sql`update public.orgs set away_message = 'We answer on Monday.' where id = ${company.id}`
    await openOn(weekday(3))
    const { thread_id } = await begin(someone)
    await Promise.all(['Hello?', 'Is anybody there?'].map((body) => send(someone, thread_id, body)))
    const replies = await systemMessages(thread_id)
    expect(replies).toMatchObject([{ body: 'We answer on Monday.', is_mine: false, sender_name: `Company ${company.slug}` }])
    expect((await threadOf(someone, thread_id)).status).toBe('pending_internal')
    const second = await begin(someone)
    expect(await systemMessages(second.thread_id), 'in another conversation again').toHaveLength(1)
  })

  test('without words of its own the company says when it opens, and whom to call', async () => {
    await sql`update public.orgs set support_phone = '+13125550100' where id = ${company.id}`
    await openOn(weekday(3))
    const { thread_id } = await begin(someone)
    const [reply] = await systemMessages(thread_id)
    const day = new Intl.DateTimeFormat('en-US', { weekday: 'long', timeZone: company.timezone }).format(Date.now() + 3 * 86_400_000)
    expect(reply!.body).toContain(day)
    expect(reply!.body).toMatch(/9(:00)? ?(am|a\.m\.)|\b0?9:00/i)
    expect(reply!.body!.replace(/\D/g, '')).toContain('3125550100')
  })

  test('on a holiday it is closed all day', async () => {
    for (let day = 0; day < 7; day++) await openOn(day, { opens_at: '00:00', closes_at: '24:00' })
    const today = await value<string>(sql`select (now() at time zone ${company.timezone})::date::text`)
    const { thread_id } = await begin(someone)
    expect(await systemMessages(thread_id), 'open around the clock').toEqual([])
    await add(company, 'org_holidays', { holiday_on: today, name: 'Day off' })
    await send(someone, thread_id, 'And now?')
    expect(await systemMessages(thread_id)).toHaveLength(1)
  })

  test('what staff write is not answered', async () => {
    await openOn(weekday(3))
    const { thread_id } = await begin(csr, { location_id: customer.location })
    await send(csr, thread_id, 'Working late.')
    expect(await systemMessages(thread_id)).toEqual([])
  })
})

test('an import of old messages keeps their dates and tells nobody', async () => {
  const { thread_id } = await begin(csr, { location_id: customer.location })
  const before = await outbox(company)
  const sent_at = new Date('2024-05-01T10:00:00Z')
  await add(company, 'portal_messages', { thread_id, body: 'From the old system.', sender_portal_account_id: someone.accountId, sent_at })
  expect((await storedMessages(thread_id))[0]).toMatchObject({ body: 'From the old system.', sent_at })
  expect(await statusOf(thread_id)).toBe('pending_customer')
  expect(await outbox(company)).toEqual(before)
})
