// The assistant's stream, read by the AI SDK's own reader and by a parser that knows nothing of it. The stack's gateway has no
// model, so the answers are quotes.
import { beforeAll, expect, test } from 'vitest'
import {
  chat, document, partsOf, request, says, startTalk, storedTalk, stream, textOf, type Part, type Talk,
} from './support/assistant.ts'
import { ok } from './support/answers.ts'
import { theModel } from './support/articles.ts'
import { change, member, newCompany, newCustomer, type Member } from './support/company.ts'
import { env } from './support/env.ts'

const QUESTION = 'How often should I change the filter of my furnace?'
const UNHEARD = 'Which opera did Verdi write last?'
const DANGER = 'I smell gas in the kitchen, what shall I do?'

let someone: Member
let talk: Talk
beforeAll(async () => {
  const company = await newCompany()
  await change(company, 'booking_policies', { contact_phone: '+13125550142' })
  someone = await member(await newCustomer(company))
  // So that every answer below finds the articles by their meaning, too.
  await theModel()
}, 120_000)
const fresh = async () => (talk = await startTalk(await member(someone.customer)))

const kinds = (parts: Part[]) => parts.map(({ type }) => type).filter((type, n, all) => type !== 'text-delta' || all[n - 1] !== type)
const last = (parts: Part[]) => parts.at(-1)!
const answerIn = async (id: string) => (await storedTalk(id)).filter(({ role }) => role === 'assistant')

test('the answer quotes articles word for word, says that it does, and cites each', async () => {
  await fresh()
  const parts = await stream(talk, QUESTION)
  const text = textOf(parts)
  expect(text).toMatch(/quote/i)
  const sources = parts.filter(({ type }) => type === 'source-document')
  expect(sources.map(({ filename }) => filename)).toContain('change-air-filter')
  expect(sources.length).toBeLessThanOrEqual(3)
  for (const { sourceId, title, mediaType, filename, providerMetadata } of sources) {
    const { quote, article_id, slug } = providerMetadata.portal
    expect({ mediaType, filename }).toEqual({ mediaType: 'text/markdown', filename: slug })
    expect(text).toContain(title)
    expect([sourceId, article_id]).toEqual([expect.stringMatching(/^[0-9a-f-]{36}$/), expect.stringMatching(/^[0-9a-f-]{36}$/)])
    const article = await ok(someone.portal.from('kb_articles').select('body_markdown').eq('id', article_id).single())
    expect(squeezed(article.body_markdown!)).toContain(squeezed(quote))
  }
  expect(parts.some(({ type }) => type === 'data-offer-human')).toBe(false)
})

test('the parts come in the order that clients expect, and the end names what was stored', async () => {
  await fresh()
  const response = await request(talk, QUESTION)
  expect(response.headers.get('x-vercel-ai-ui-message-stream')).toBe('v1')
  expect(response.headers.get('content-type')).toMatch(/^text\/event-stream/)
  expect(response.headers.get('cache-control')).toMatch(/no-cache/)
  const parts = await partsOf(response)
  expect(kinds(parts).filter((type) => type !== 'source-document')).toEqual([
    'start', 'start-step', 'text-start', 'text-delta', 'text-end', 'finish-step', 'finish',
  ])
  const [answer] = await answerIn(talk.id)
  expect(last(parts)).toMatchObject({ finishReason: 'stop', messageMetadata: { message_id: answer!.id, conversation_id: talk.id } })
  expect(last(parts).messageMetadata.citations).toEqual(answer!.citations)
  expect(textOf(parts)).toBe(answer!.content)
})

test('the AI SDK’s own transport and reader make a message of it, as useChat does', async () => {
  await fresh()
  const states = await chat(talk, [says('Hello'), { id: 'a1', role: 'assistant', parts: [{ type: 'text', text: 'Hello!' }] }, says(QUESTION, 'msg-1')])
  const message = states.at(-1)!
  expect(message.role).toBe('assistant')
  const texts = message.parts.filter((part) => part.type === 'text')
  expect(texts.every(({ state }) => state === 'done')).toBe(true)
  const sources = message.parts.filter((part) => part.type === 'source-document')
  expect(sources.map(({ filename }) => filename)).toContain('change-air-filter')
  expect(message.metadata).toMatchObject({ conversation_id: talk.id, message_id: expect.any(String) })
  const stored = await storedTalk(talk.id)
  expect(stored.map(({ role, content }) => `${role}: ${role === 'assistant' ? '' : content}`).slice(1)).toEqual([`user: ${QUESTION}`, 'assistant: '])
  // The same message again, as a page does that was loaded anew.
  const again = (await chat(talk, [says(QUESTION, 'msg-1')])).at(-1)!
  expect(again.metadata).toEqual(message.metadata)
  expect(again.id).toBe(message.id)
  expect(await storedTalk(talk.id)).toHaveLength(3)
})

test('what the articles do not answer is not answered: a person is offered', async () => {
  await fresh()
  const parts = await stream(talk, UNHEARD)
  expect(parts.filter(({ type }) => type === 'source-document')).toEqual([])
  expect(parts.find(({ type }) => type === 'data-offer-human')!.data).toMatchObject({ reason: 'no_answer', can_escalate: true, phone: '+13125550142' })
  expect((await answerIn(talk.id))[0]).toMatchObject({ is_answered: false, citations: [] })
  const states = await chat(await fresh(), [says(UNHEARD)])
  expect(states.at(-1)!.parts.find(({ type }) => type === 'data-offer-human')).toMatchObject({ data: { reason: 'no_answer' } })
})

test('in danger the safety notice comes first, in a part of its own', async () => {
  await fresh()
  const parts = await stream(talk, DANGER)
  const texts = parts.filter(({ type }) => type === 'text-start').map(({ id }) => id)
  expect(texts[0]).toBe('safety')
  expect(textOf(parts, 'safety')).toMatch(/911/)
  expect(parts.find(({ type }) => type === 'data-offer-human')!.data).toMatchObject({ reason: 'safety' })
  expect((await answerIn(talk.id))[0]!.content.startsWith(textOf(parts, 'safety'))).toBe(true)
  const { safety_notice, message } = await document(await fresh(), DANGER)
  expect(message.content.startsWith(safety_notice)).toBe(true)
})

test('as one document it is the stored message', async () => {
  await fresh()
  const response = await request(talk, 'Can I talk to a human please?', { accept: 'application/json' })
  expect(response.headers.get('content-type')).toMatch(/^application\/json/)
  const { message, safety_notice, offer_human } = (await response.json()) as Record<string, any>
  expect(safety_notice).toBeNull()
  expect(offer_human).toMatchObject({ reason: 'customer_request' })
  const [stored] = await answerIn(talk.id)
  expect(message).toMatchObject({ id: stored!.id, content: stored!.content, role: 'assistant', conversation_id: talk.id })
  expect(JSON.stringify(message)).not.toContain('retrieved')
})

test.each([
  ['an id that is none', 'nonsense', { text: 'Hi' }, [400, 404]],
  ['no body', undefined, undefined, [400, 415, 422]],
  ['no question', undefined, {}, [422]],
  ['messages without one of the user', undefined, { messages: [{ id: '1', role: 'assistant', parts: [] }] }, [422]],
  ['a text that is a number', undefined, { text: 5 }, [400, 422]],
])('a request with %s is refused before anything is stored', async (_, id, body, statuses) => {
  await fresh()
  const response = await fetch(`${env.gatewayUrl}/ai/conversations/${id ?? talk.id}/messages`, {
    method: 'POST', headers: { Authorization: `Bearer ${someone.token}`, 'Content-Type': 'application/json' },
    ...(body ? { body: JSON.stringify(body) } : {}),
  })
  expect(statuses).toContain(response.status)
  expect(Object.keys((await response.json()) as object).sort()).toEqual(['code', 'details', 'hint', 'message'])
  expect(await storedTalk(talk.id)).toHaveLength(1)
})

test('nobody gets an answer without credentials', async () => {
  await fresh()
  const url = `${env.gatewayUrl}/ai/conversations/${talk.id}/messages`
  const ask = (headers: Record<string, string>) =>
    fetch(url, { method: 'POST', headers: { 'Content-Type': 'application/json', ...headers }, body: JSON.stringify({ text: QUESTION }) })
  expect((await ask({})).status).toBe(401)
  expect((await ask({ Authorization: 'Bearer not.a.token' })).status).toBe(401)
  expect(await storedTalk(talk.id)).toHaveLength(1)
})

const squeezed = (text: string) => text.replace(/\s+/g, ' ')
