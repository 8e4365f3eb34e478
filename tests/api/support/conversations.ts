// Conversations between customers and the company, as both hold them.
import type { Database } from '../database.types.ts'
import { ok } from './answers.ts'
import { sql } from './database.ts'
import type { Person } from './people.ts'
import type { Caller } from './visits.ts'

type Functions = Database['portal']['Functions']

export const tryToBegin = (who: Caller, more: Functions['create_thread']['Args'] = {}) =>
  who.portal.rpc('create_thread', { subject: 'Your visit', body: 'When will you come?', ...more }).single()
export const begin = (...args: Parameters<typeof tryToBegin>) => ok(tryToBegin(...args))

export const tryToSend = (who: Caller, thread_id: string, body: string, more: Partial<Functions['send_message']['Args']> = {}) =>
  who.portal.rpc('send_message', { thread_id, body, ...more }).single()
export const send = (...args: Parameters<typeof tryToSend>) => ok(tryToSend(...args))

/** Past the RPC: a row of the table. The thread's customer comes from a trigger, whatever the generated type asks for. */
export const insertMessage = (who: Pick<Person, 'tables'>, row: { org_id: string; thread_id: string; body: string; [column: string]: unknown }) =>
  who.tables.from('portal_messages').insert(row as never)

/** How many messages were new. */
export const read = (who: Caller, thread_id: string) => ok(who.portal.rpc('mark_thread_read', { thread_id }))

// Customers read threads and messages; staff the same in inbox and inbox_messages.
export const threadOf = (who: Caller, id: string) => ok(who.portal.from('threads').select('*').eq('id', id).single())
export const messagesOf = (who: Caller, thread_id: string) =>
  ok(who.portal.from('messages').select('*').eq('thread_id', thread_id).order('sent_at'))
export const inboxThread = (who: Caller, id: string) => ok(who.portal.from('inbox').select('*').eq('id', id).single())
export const inboxMessages = (who: Caller, thread_id: string) =>
  ok(who.portal.from('inbox_messages').select('*').eq('thread_id', thread_id).order('sent_at'))

/** The messages of a thread as the tables hold them. */
export const storedMessages = (thread_id: string) =>
  sql<Record<string, any>[]>`select * from public.portal_messages where thread_id = ${thread_id} order by sent_at`
