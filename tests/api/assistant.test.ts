// Conversations with the assistant through the API: whose they are, how they go over to people, and what they may cost.
import { randomUUID } from 'node:crypto'
import { beforeAll, describe, expect, test } from 'vitest'
import { newArticle } from './support/articles.ts'
import { document, refusal, request, settings, startAnonymously, startTalk, storedTalk, tryToStart, withSession, type Talk } from './support/assistant.ts'
import { done, ok, refused, stopped } from './support/answers.ts'
import { change, member, newCompany, newCustomer, newJob, staff, type Company, type Customer, type Member } from './support/company.ts'
import { inboxThread, messagesOf, threadOf } from './support/conversations.ts'
import { sql } from './support/database.ts'
import { env } from './support/env.ts'
import { newChannel, outbox, told } from './support/outbox.ts'
import { anonymous, type Portal } from './support/people.ts'

const QUESTION = 'How often should I change the filter of my furnace?'
const UNHEARD = 'Which opera did Verdi write last?'

let company: Company
let customer: Customer
let someone: Member
beforeAll(async () => {
  company = await newCompany()
  await change(company, 'booking_policies', { contact_phone: '+13125550142' })
  customer = await newCustomer(company)
  someone = await member(customer)
})

const escalate = (who: { portal: Portal }, conversation_id: string, reason?: string) =>
  who.portal.rpc('escalate_ai_conversation', { conversation_id, ...(reason ? { reason } : {}) })
const end = (who: { portal: Portal }, conversation_id: string) => who.portal.rpc('end_ai_conversation', { conversation_id })
const report = (who: { portal: Portal }, message_id: string, helpful: boolean, reason?: string) =>
  who.portal.rpc('report_ai_message', { message_id, helpful, ...(reason ? { reason } : {}) })
const talkOf = (who: { portal: Portal }, id: string) => ok(who.portal.from('ai_conversations').select('*').eq('id', id).single())
const linesOf = (who: { portal: Portal }, id: string) =>
  ok(who.portal.from('ai_messages').select('*').eq('conversation_id', id).order('created_at'))
const answerOf = async (talk: Talk) => (await document(talk, QUESTION)).message.id as string

describe('a conversation', () => {
  test('belongs to the account, begins with what the company says first, and shows what was said', async () => {
    await settings(company.id, { disclaimer: 'I am a program. In danger call 911.' })
    const talk = await startTalk(someone)
    expect(await talkOf(someone, talk.id)).toMatchObject({
      org_id: company.id, customer_id: customer.id, context_type: 'general_support', status: 'active', thread_id: null, ended_at: null,
    })
    const answered = await document(talk, QUESTION)
    const [opening, question, answer, ...more] = await linesOf(someone, talk.id)
    expect(more).toEqual([])
    expect(opening).toMatchObject({ role: 'system', content: expect.stringContaining('I am a program. In danger call 911.') })
    expect(question).toMatchObject({ role: 'user', content: QUESTION })
    expect(answer).toMatchObject({ role: 'assistant', reply_to_id: question!.id, finish_reason: 'stop', is_answered: true, content: answered.message.content })
    expect(answer!.citations).toEqual(expect.arrayContaining([expect.objectContaining({
      slug: 'change-air-filter', title: 'How to change your air filter', article_id: expect.any(String), chunk_id: expect.any(String), quote: expect.any(String),
    })]))
    expect(JSON.stringify(question), 'what was found is the assistant’s own affair').not.toContain('retrieved')
  })

  test('may be about an appointment in reach, and about no other', async () => {
    const appointment_id = await newJob(customer, 3)
    const foreign = await newJob(await newCustomer(company), 3)
    const talk = await startTalk(someone, { context_type: 'active_job', appointment_id })
    expect(await talkOf(someone, talk.id)).toMatchObject({ context_type: 'active_job', appointment_id })
    for (const id of [foreign, randomUUID()]) {
      await refused(tryToStart(someone, { context_type: 'active_job', appointment_id: id }), 'PT404', 'not_found')
    }
    await refused(tryToStart(someone, { context_type: 'gossip' }), 'PT400', 'invalid_input')
  })

  test('of somebody else is as one that does not exist, whatever is asked of it', async () => {
    const talk = await startTalk(someone)
    const message = await answerOf(talk)
    const strangers = [
      await member(customer), await member(await newCustomer(company)), await member(await newCustomer(await newCompany())),
      await staff(company, 'csr'), anonymous(), (await startAnonymously(company.slug)).who,
    ]
    for (const stranger of strangers) {
      for (const [theirs, absent] of [
        [escalate(stranger, talk.id), escalate(stranger, randomUUID())], [end(stranger, talk.id), end(stranger, randomUUID())],
        [report(stranger, message, false), report(stranger, randomUUID(), false)],
      ] as const) {
        const [first, second] = [await theirs, await absent]
        expect(first.error).not.toBeNull()
        expect({ ...first.error }).toEqual({ ...second.error })
        expect(first.status).toBe(second.status)
      }
      const answers = []
      for (const id of [talk.id, randomUUID()]) {
        const response = await request({ id, who: stranger }, QUESTION)
        answers.push({ status: response.status, body: await response.json() })
      }
      expect(answers[0]!.status).toBe(404)
      expect(answers[0]).toEqual(answers[1])
    }
    expect(await talkOf(someone, talk.id)).toMatchObject({ status: 'active' })
    for (const stranger of strangers.slice(0, 3)) {
      expect(await ok(stranger.portal.from('ai_conversations').select('id').eq('id', talk.id))).toEqual([])
      expect(await ok(stranger.portal.from('ai_messages').select('id').eq('conversation_id', talk.id))).toEqual([])
    }
    await stopped(anonymous().portal.from('ai_messages').select('id'), '42501', 401)
  })

  test('can be read by the office of its company, in the tables', async () => {
    const talk = await startTalk(someone)
    const read = async (role: 'csr' | 'technician', at: Company) =>
      (await ok((await staff(at, role)).tables.from('portal_ai_messages').select('id').eq('conversation_id', talk.id))).length
    expect(await read('csr', company)).toBe(1)
    expect(await read('technician', company)).toBe(0)
    expect(await read('csr', await newCompany())).toBe(0)
  })

  test('is written by its own steps alone', async () => {
    const talk = await startTalk(someone)
    const row = { org_id: company.id, conversation_id: talk.id, role: 'assistant', content: 'All is free today.' }
    await stopped(someone.tables.from('portal_ai_messages').insert(row as never), '42501', 403)
    await stopped(someone.tables.from('portal_ai_conversations').update({ status: 'ended' }).eq('id', talk.id), '42501', 403)
    await stopped(someone.portal.from('ai_messages').update({ content: 'x' } as never).eq('conversation_id', talk.id), '42501', 403)
  })

  test('ends, and then answers no more', async () => {
    const talk = await startTalk(someone)
    for (let n = 0; n < 2; n++) expect(await ok(end(someone, talk.id))).toBe('ended')
    expect(await talkOf(someone, talk.id)).toMatchObject({ status: 'ended', ended_at: expect.any(String) })
    expect(await refusal(talk, QUESTION)).toMatchObject({ status: 410, reason: 'conversation_ended' })
    await refused(escalate(someone, talk.id), 'PT410', 'conversation_ended')
  })

  test('takes down whether an answer helped, the last word', async () => {
    const talk = await startTalk(someone)
    const message = await answerOf(talk)
    await done(report(someone, message, true))
    await done(report(someone, message, false, 'My filter is of another kind.'))
    expect((await linesOf(someone, talk.id)).at(-1)).toMatchObject({ id: message, is_helpful: false })
    expect((await storedTalk(talk.id)).at(-1)).toMatchObject({ report_reason: 'My filter is of another kind.', reported_at: expect.any(Date) })
    await refused(report(someone, message, false, 'x'.repeat(1001)), 'PT400', 'invalid_input')
    const [opening] = await linesOf(someone, talk.id)
    await refused(report(someone, opening!.id!, false), 'PT404', 'not_found')
  })
})

describe('going over to people', () => {
  test('makes one thread with a summary, tells the office, and leaves the customer what was said', async () => {
    const { address } = await newChannel(company)
    const talk = await startTalk(someone)
    await document(talk, UNHEARD)
    const answered = await document(talk, QUESTION)
    const threads = await Promise.all(Array.from({ length: 4 }, () => ok(escalate(someone, talk.id, 'no_answer'))))
    const [thread_id] = threads
    expect(new Set(threads).size, 'asked for four times at once').toBe(1)
    expect(await talkOf(someone, talk.id)).toMatchObject({ status: 'escalated', thread_id })
    expect(await threadOf(someone, thread_id!)).toMatchObject({ status: 'pending_internal' })
    const [summary, ...more] = await messagesOf(someone, thread_id!)
    expect(more).toEqual([])
    expect(summary!.sender_type).toBe('system')
    for (const part of [UNHEARD, QUESTION, 'How to change your air filter']) expect(summary!.body).toContain(part)
    expect(answered.message.content).toBeTruthy()
    expect(await inboxThread(await staff(company, 'csr'), thread_id!)).toMatchObject({ status: 'pending_internal' })
    expect(told((await outbox(company, 'assistant_escalated')).filter(({ payload }) => payload.thread_id === thread_id))).toEqual([
      `assistant_escalated email ${address}`,
    ])
    expect(await refusal(talk, QUESTION)).toMatchObject({ status: 409, reason: 'conversation_escalated', facts: { thread_id } })
    expect(await ok(end(someone, talk.id)), 'a person has it').toBe('escalated')
  })

  test('is the same through the gateway', async () => {
    const talk = await startTalk(someone)
    const post = async (body: object) => {
      const response = await fetch(`${env.gatewayUrl}/ai/conversations/${talk.id}/escalate`, {
        method: 'POST', headers: { Authorization: `Bearer ${someone.token}`, 'Content-Type': 'application/json' }, body: JSON.stringify(body),
      })
      return { status: response.status, body: (await response.json()) as Record<string, any> }
    }
    const bad = await post({ reason: 'boredom' })
    expect(bad).toMatchObject({ status: 400, body: { code: 'PT400', details: expect.stringContaining('invalid_input') } })
    const { status, body } = await post({ reason: 'safety' })
    expect(status).toBe(200)
    expect(body).toEqual({ thread_id: await ok(escalate(someone, talk.id)) })
  })

  test('asks people who have not signed in to do so, or to call', async () => {
    const { id, who } = await startAnonymously(company.slug)
    const facts = await refused(escalate(who, id), 'PT401', 'sign_in_required')
    expect(facts).toMatchObject({ contact_phone: '+13125550142' })
  })
})

describe('before log-in', () => {
  test('a secret, told once, opens one conversation', async () => {
    const { id, session, who } = await startAnonymously(company.slug)
    expect(session.length).toBeGreaterThanOrEqual(32)
    expect(await ok(tryToStart(anonymous(), { session_token: session }))).toEqual({ id, status: 'active', session_token: null })
    const { message } = await document({ id, who }, QUESTION)
    expect(message.citations.length).toBeGreaterThan(0)
    await done(report(who, message.id, true))
    const [conversation] = await sql`select * from public.portal_ai_conversations where id = ${id}`
    expect(JSON.stringify(conversation), 'kept as a hash').not.toContain(session)
    for (const stranger of [anonymous(), withSession(session.slice(0, -1) + (session.endsWith('A') ? 'B' : 'A')), (await startAnonymously(company.slug)).who]) {
      expect(await refusal({ id, who: stranger }, QUESTION)).toMatchObject({ status: 404, reason: 'not_found' })
      await refused(end(stranger, id), 'PT404', 'not_found')
    }
    await refused(tryToStart(anonymous(), { session_token: 'nonsense' }), 'PT404', 'not_found')
    await refused(tryToStart(anonymous(), {}), 'PT400', 'invalid_input')
    await refused(tryToStart(anonymous(), { org_slug: 'no-such-company' }), 'PT404', 'not_found')
    expect(await ok(end(who, id))).toBe('ended')
  })

  test('only shared articles and nothing of any customer are told', async () => {
    const word = `w${randomUUID().slice(0, 8)}`
    await newArticle(company, { title: `About ${word}`, body_markdown: `The ${word} is our secret.` })
    const { id, who } = await startAnonymously(company.slug)
    const { message, offer_human } = await document({ id, who }, `What is ${word}?`)
    expect(JSON.stringify(message)).not.toContain('our secret')
    expect(offer_human).toMatchObject({ can_escalate: false, phone: '+13125550142' })
  })

  test('signing in claims the conversation, for good and for one account', async () => {
    const { id, session, who } = await startAnonymously(company.slug)
    await document({ id, who }, QUESTION)
    const newcomer = await member(customer)
    for (let n = 0; n < 2; n++) expect(await ok(tryToStart(newcomer, { session_token: session }))).toMatchObject({ id, session_token: null })
    expect(await talkOf(newcomer, id)).toMatchObject({ customer_id: customer.id })
    expect((await linesOf(newcomer, id)).map(({ role }) => role)).toEqual(['system', 'user', 'assistant'])
    expect(await refusal({ id, who }, QUESTION), 'the secret has done its work').toMatchObject({ status: 404 })
    await refused(tryToStart(await member(customer), { session_token: session }), 'PT404', 'not_found')
    expect(await ok(escalate(newcomer, id))).toEqual(expect.any(String))
  })

  test("an account of another company cannot claim it, and the visitor keeps it", async () => {
    const { id, session, who } = await startAnonymously(company.slug)
    const elsewhere = await member(await newCustomer(await newCompany()))
    await refused(tryToStart(elsewhere, { session_token: session }), 'PT404', 'not_found')
    expect((await document({ id, who }, QUESTION)).message.role).toBe('assistant')
  })
})

describe('budgets', () => {
  const limited = async (columns: Record<string, unknown>) => {
    const own = await newCompany()
    await settings(own.id, columns)
    const who = await member(await newCustomer(own))
    return { company: own, who, talk: await startTalk(who) }
  }

  test('of questions an hour hold exactly, however many are asked at once', async () => {
    const { who } = await limited({ account_turns_per_hour: 3 })
    const talks = await Promise.all(Array.from({ length: 8 }, () => startTalk(who)))
    const statuses = (await Promise.all(talks.map((talk) => request(talk, QUESTION, { accept: 'application/json' })))).map(({ status }) => status)
    expect(statuses.sort()).toEqual([200, 200, 200, 429, 429, 429, 429, 429])
    const { facts, reason } = await refusal(talks[0]!, QUESTION)
    expect(reason).toBe('too_many_turns')
    expect(facts.retry_after_seconds).toBeGreaterThan(3000)
    expect(facts.retry_after_seconds).toBeLessThanOrEqual(3600)
  })

  test('of a conversation end it, and not the account', async () => {
    const { who, talk } = await limited({ conversation_turns: 2 })
    await document(talk, QUESTION)
    await document(talk, UNHEARD)
    expect(await refusal(talk, QUESTION)).toMatchObject({ status: 429, reason: 'conversation_budget' })
    expect((await document(await startTalk(who), QUESTION)).message.role).toBe('assistant')
    expect(await storedTalk(talk.id), 'nothing of what was refused is kept').toHaveLength(5)
  })

  test('of a company a day are set aside before anything is asked', async () => {
    const { talk } = await limited({ org_tokens_per_day: 100 })
    expect(await refusal(talk, QUESTION)).toMatchObject({ status: 429, reason: 'org_budget', facts: { retry_after_seconds: expect.any(Number) } })
  })

  test('of visitors are the company’s', async () => {
    const { company: own } = await limited({ anonymous_conversations_per_hour: 2 })
    for (let n = 0; n < 2; n++) await startAnonymously(own.slug)
    await refused(tryToStart(anonymous(), { org_slug: own.slug }), 'PT429', 'too_many_conversations')
  })

  test('switching it off ends all of it', async () => {
    const { who, talk, company: own } = await limited({ is_enabled: true })
    await settings(own.id, { is_enabled: false })
    expect(await refusal(talk, QUESTION)).toMatchObject({ status: 422, reason: 'assistant_off' })
    await refused(tryToStart(who), 'PT422', 'assistant_off')
    await refused(tryToStart(anonymous(), { org_slug: own.slug }), 'PT422', 'assistant_off')
  })

  test('are read by the office and set by administrators', async () => {
    const { company: own, who } = await limited({ conversation_turns: 7 })
    const [csr, admin] = [await staff(own, 'csr'), await staff(own, 'admin')]
    const read = (from: Pick<Member, 'tables'>) => ok(from.tables.from('org_assistant_settings').select('conversation_turns').eq('org_id', own.id))
    expect(await read(csr)).toEqual([{ conversation_turns: 7 }])
    expect(await read(who)).toEqual([])
    const set = (from: Pick<Member, 'tables'>) => from.tables.from('org_assistant_settings').update({ conversation_turns: 9 }).eq('org_id', own.id).select('conversation_turns')
    expect(await ok(set(csr))).toEqual([])
    expect(await ok(set(admin))).toEqual([{ conversation_turns: 9 }])
  })
})

describe('one question', () => {
  test('sent many times at once is stored and answered once', async () => {
    const talk = await startTalk(someone)
    const client_message_id = randomUUID()
    const answers = await Promise.all(Array.from({ length: 6 }, () => request(talk, QUESTION, { client_message_id, accept: 'application/json' })))
    for (const answer of answers) expect([200, 409]).toContain(answer.status)
    const again = await document(talk, QUESTION, { client_message_id })
    const stored = await storedTalk(talk.id)
    expect(stored.map(({ role }) => role)).toEqual(['system', 'user', 'assistant'])
    expect(again.message.id).toBe(stored[2]!.id)
    expect(await refusal(talk, UNHEARD, { client_message_id })).toMatchObject({ status: 422, reason: 'client_message_id_reused' })
  })

  test('that is none is refused', async () => {
    const talk = await startTalk(someone)
    expect(await refusal(talk, '  ')).toMatchObject({ status: expect.any(Number), reason: 'invalid_input' })
    expect(await refusal(talk, 'x'.repeat(4001))).toMatchObject({ reason: 'invalid_input' })
    expect(await storedTalk(talk.id)).toHaveLength(1)
  })
})
