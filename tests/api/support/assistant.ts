// Conversations with the assistant, and its answers as clients read them.
import { randomUUID } from 'node:crypto'
import { DefaultChatTransport, readUIMessageStream, type UIMessage } from 'ai'
import { EventSourceParserStream, type EventSourceMessage } from 'eventsource-parser/stream'
import type { Database } from '../database.types.ts'
import { ok } from './answers.ts'
import { sql } from './database.ts'
import { env } from './env.ts'
import { anonymous, type Portal } from './people.ts'

type Functions = Database['portal']['Functions']

/** Whoever talks to the assistant: signed in, or with the secret of a conversation. */
export interface Talker {
  portal: Portal
  token?: string
  session?: string
}
export interface Talk {
  id: string
  who: Talker
}

export const tryToStart = (who: Pick<Talker, 'portal'>, more: Functions['start_ai_conversation']['Args'] = {}) =>
  who.portal.rpc('start_ai_conversation', more).single()

/** A conversation of somebody who is signed in. */
export async function startTalk(who: Talker, more: Functions['start_ai_conversation']['Args'] = {}): Promise<Talk> {
  return { id: (await ok(tryToStart(who, more))).id, who }
}

/** A conversation of somebody who is not. */
export async function startAnonymously(org_slug: string): Promise<Talk & { session: string }> {
  const { id, session_token } = await ok(tryToStart(anonymous(), { org_slug }))
  return { id, session: session_token!, who: withSession(session_token!) }
}
export const withSession = (session: string): Talker => ({ ...anonymous({ 'x-portal-session': session }), session })

const headersOf = ({ token, session }: Talker) => ({
  apikey: env.publishableKey, 'Content-Type': 'application/json',
  ...(token ? { Authorization: `Bearer ${token}` } : {}), ...(session ? { 'x-portal-session': session } : {}),
})

export interface Asking {
  client_message_id?: string
  gateway?: string
  accept?: string
  signal?: AbortSignal
}

/** The request as it is; by itself for a stream. */
export const request = (talk: Talk, text: string, { client_message_id = randomUUID(), gateway = env.gatewayUrl, accept = 'text/event-stream', signal }: Asking = {}) =>
  fetch(`${gateway}/ai/conversations/${talk.id}/messages`, {
    method: 'POST', headers: { ...headersOf(talk.who), Accept: accept }, body: JSON.stringify({ text, client_message_id }), ...(signal ? { signal } : {}),
  })

/** A part of the stream: `type`, and what belongs to it. */
export type Part = { type: string } & Record<string, any>

/** All parts, taken from the bytes by a parser that knows nothing of the AI SDK. Checks that it ends as it must. */
export async function partsOf(response: Response): Promise<Part[]> {
  if (!response.ok) throw new Error(`HTTP ${response.status} ${await response.text()}`)
  const messages = response.body!.pipeThrough(new TextDecoderStream()).pipeThrough(new EventSourceParserStream())
  const heard: string[] = []
  for await (const { data, event, id } of messages as unknown as AsyncIterable<EventSourceMessage>) {
    if (event || id) throw new Error(`an event with a name or an id: ${event} ${id}`)
    heard.push(data)
  }
  if (heard.pop() !== '[DONE]') throw new Error('the stream does not end with [DONE]')
  return heard.map((data) => JSON.parse(data))
}

export const stream = async (...asking: Parameters<typeof request>) => partsOf(await request(...asking))
export const textOf = (parts: Part[], id?: string) =>
  parts.filter((part) => part.type === 'text-delta' && (!id || part.id === id)).map(({ delta }) => delta).join('')
export const errorOf = (parts: Part[]) => {
  const found = parts.find(({ type }) => type === 'error')
  return found && (JSON.parse(found.errorText) as Problem)
}

export interface Problem { code: string; message: string; hint: string; details: string }
export interface Document {
  message: Record<string, any>
  safety_notice: string | null
  offer_human: Record<string, any> | null
}

/** The answer at once. */
export async function document(talk: Talk, text: string, asking: Asking = {}): Promise<Document> {
  const response = await request(talk, text, { accept: 'application/json', ...asking })
  if (!response.ok) throw new Error(`HTTP ${response.status} ${await response.text()}`)
  return (await response.json()) as Document
}

/** A refusal before anything was said: status and the facts of its details. */
export async function refusal(talk: Talk, text: string, asking: Asking = {}): Promise<{ status: number; reason: string; facts: Record<string, any>; problem: Problem }> {
  const response = await request(talk, text, asking)
  if (response.ok) throw new Error(`an answer instead of a refusal: ${await response.text()}`)
  const problem = (await response.json()) as Problem
  if (Object.keys(problem).sort().join() !== 'code,details,hint,message') throw new Error(`not the four keys: ${JSON.stringify(problem)}`)
  const facts = JSON.parse(problem.details)
  return { status: response.status, reason: facts.reason, facts, problem }
}

/** As a page with useChat sends and reads it: the AI SDK's own transport and reader. Answers each state of the message. */
export async function chat(talk: Talk, messages: UIMessage[], gateway = env.gatewayUrl): Promise<UIMessage[]> {
  const api = `${gateway}/ai/conversations/${talk.id}/messages`
  const transport = new DefaultChatTransport({ api, headers: headersOf(talk.who) })
  const parts = await transport.sendMessages({ trigger: 'submit-message', chatId: talk.id, messageId: undefined, messages, abortSignal: undefined })
  const states: UIMessage[] = []
  for await (const state of readUIMessageStream({ stream: parts, terminateOnError: true })) states.push(structuredClone(state))
  return states
}

export const says = (text: string, id: string = randomUUID()): UIMessage => ({ id, role: 'user', parts: [{ type: 'text', text }] })

/** What the tables hold of a conversation, in order. */
export const storedTalk = (id: string) =>
  sql<Record<string, any>[]>`select * from public.portal_ai_messages where conversation_id = ${id} order by created_at`

/** Differs from the defaults in these. */
export const settings = (org: string, columns: Record<string, unknown>) =>
  sql`insert into public.org_assistant_settings ${sql({ org_id: org, ...columns } as never)}
    on conflict (org_id) do update set ${sql(columns as never)}`
