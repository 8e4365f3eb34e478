import {
  infiniteQueryOptions, queryOptions, useInfiniteQuery, useMutation, useQuery, useQueryClient, type InfiniteData,
} from '@tanstack/react-query'
import { useApi } from '@/components/providers'
import { useIsLive } from '@/components/live'
import type { Api, Attachment, Row } from '../database'
import { ApiError, unwrap } from '../errors'
import { isAt, type Place } from '../place'
import { PAGE, nextOffset } from '../query'

export type Thread = Row<'threads'>
export type Message = Row<'messages'>
/** A message on its way, or one that did not get through. */
export type Draft = Pick<Message, 'body' | 'client_message_id' | 'sent_at'> & { attachments: Attachment[]; state: 'sending' | 'failed'; error?: ApiError }

/** Conversations, the latest first: all, or those about a location and about none. */
export const threadsQuery = (api: Api, place?: Place) =>
  infiniteQueryOptions({
    queryKey: ['threads', 'list', place?.id ?? null],
    queryFn: ({ pageParam }) => {
      const all = api.from('threads').select('*')
      const here = place ? all.or(isAt(place)) : all
      return unwrap(here.order('last_message_at', { ascending: false }).order('id').range(pageParam, pageParam + PAGE - 1))
    },
    initialPageParam: 0,
    getNextPageParam: nextOffset,
  })
export function useThreads(place?: Place) {
  const isLive = useIsLive()
  return useInfiniteQuery({ ...threadsQuery(useApi(), place), refetchInterval: isLive ? false : 30_000 })
}

export const threadQuery = (api: Api, id: string) =>
  queryOptions({
    queryKey: ['threads', id],
    queryFn: async () => {
      const found = await unwrap(api.from('threads').select('*').eq('id', id).limit(1))
      if (!found[0]) throw new ApiError({ message: 'There is no such conversation.', hint: 'Go back to your messages and choose one there.', code: 'PT404' }, 404)
      return found[0]
    },
  })
export const useThread = (id: string) => useQuery(threadQuery(useApi(), id))

/** The conversation about an appointment, if there is one: the latest. */
export const threadAboutQuery = (api: Api, appointmentId: string) =>
  queryOptions({
    queryKey: ['threads', 'about', appointmentId],
    queryFn: async () => {
      const found = await unwrap(api.from('threads').select('*').eq('appointment_id', appointmentId).order('last_message_at', { ascending: false }).limit(1))
      return found[0] ?? null
    },
  })
export const useThreadAbout = (appointmentId: string) => useQuery(threadAboutQuery(useApi(), appointmentId))

/** The messages of a conversation, the latest page first; sent_at is different for each of them. */
export const messagesQuery = (api: Api, threadId: string) =>
  infiniteQueryOptions({
    queryKey: ['messages', threadId],
    queryFn: ({ pageParam }) => {
      const all = api.from('messages').select('*').eq('thread_id', threadId)
      return unwrap((pageParam ? all.lt('sent_at', pageParam) : all).order('sent_at', { ascending: false }).limit(PAGE))
    },
    initialPageParam: null as string | null,
    getNextPageParam: (last) => (last.length < PAGE ? undefined : last.at(-1)!.sent_at),
  })
export function useMessages(threadId: string) {
  const isLive = useIsLive()
  // Whether something was seen is no news of its own; a slow look is enough for it.
  return useInfiniteQuery({ ...messagesQuery(useApi(), threadId), refetchInterval: isLive ? 30_000 : 5000 })
}

export interface Outgoing {
  body: string
  attachments: Attachment[]
  /** Made once per message: however often it is sent, it arrives once. */
  clientMessageId: string
}

export function useSend(threadId: string) {
  const [api, queries] = [useApi(), useQueryClient()]
  return useMutation({
    mutationFn: ({ body, attachments, clientMessageId }: Outgoing) =>
      unwrap(
        api.rpc('send_message', {
          thread_id: threadId, body, client_message_id: clientMessageId, ...(attachments.length > 0 && { attachments: attachments as never }),
        }).single(),
      ),
    onSuccess: (stored) => {
      queries.setQueryData<InfiniteData<Message[]>>(['messages', threadId], (known) => {
        if (!known || known.pages.some((page) => page.some(({ id }) => id === stored.id))) return known
        const [first = [], ...others] = known.pages
        return { ...known, pages: [[stored as Message, ...first], ...others] }
      })
      void queries.invalidateQueries({ queryKey: ['messages', threadId] })
      void queries.invalidateQueries({ queryKey: ['threads'] })
    },
  })
}

export function useCreateThread() {
  const [api, queries] = [useApi(), useQueryClient()]
  return useMutation({
    mutationFn: (first: Outgoing & { subject?: string; appointmentId?: string; locationId?: string }) =>
      unwrap(
        api.rpc('create_thread', {
          body: first.body, subject: first.subject || undefined, appointment_id: first.appointmentId, location_id: first.locationId,
          client_message_id: first.clientMessageId, ...(first.attachments.length > 0 && { attachments: first.attachments as never }),
        }).single(),
      ),
    onSuccess: () => Promise.all(['threads', 'dashboard'].map((key) => queries.invalidateQueries({ queryKey: [key] }))),
  })
}

export function useMarkRead(threadId: string) {
  const [api, queries] = [useApi(), useQueryClient()]
  return useMutation({
    mutationFn: () => unwrap(api.rpc('mark_thread_read', { thread_id: threadId })),
    onSuccess: (count) => {
      if (count === 0) return
      void queries.invalidateQueries({ queryKey: ['threads'] })
      void queries.invalidateQueries({ queryKey: ['dashboard'] })
    },
  })
}

export function useSetThreadStatus(threadId: string) {
  const [api, queries] = [useApi(), useQueryClient()]
  return useMutation({
    mutationFn: (status: 'open' | 'closed') => unwrap(api.rpc('set_thread_status', { thread_id: threadId, status })),
    onSuccess: () => Promise.all(['threads', 'dashboard'].map((key) => queries.invalidateQueries({ queryKey: [key] }))),
  })
}
