import { infiniteQueryOptions, queryOptions, useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useApi } from '@/components/providers'
import type { Api, Enum, Row } from '../database'
import { ApiError, unwrap } from '../errors'
import { PAGE, everything, nextOffset } from '../query'

export type Talk = Row<'ai_conversations'>
export type Said = Row<'ai_messages'>
export type Subject = Enum<'ai_context_type'>
export interface Citation {
  article_id: string
  chunk_id: string
  slug: string
  title: string
  heading_path?: string[]
  quote: string
}

export const talksQuery = (api: Api) =>
  infiniteQueryOptions({
    queryKey: ['talks', 'list'],
    queryFn: ({ pageParam }) =>
      unwrap(
        api.from('ai_conversations').select('*, ai_messages(content, role, created_at)')
          .eq('ai_messages.role', 'user').order('created_at', { referencedTable: 'ai_messages' }).limit(1, { referencedTable: 'ai_messages' })
          .order('started_at', { ascending: false }).order('id').range(pageParam, pageParam + PAGE - 1),
      ),
    initialPageParam: 0,
    getNextPageParam: nextOffset,
  })
export const useTalks = () => useInfiniteQuery(talksQuery(useApi()))

export const talkQuery = (api: Api, id: string) =>
  queryOptions({
    queryKey: ['talks', id],
    queryFn: async () => {
      const found = await unwrap(api.from('ai_conversations').select('*').eq('id', id).limit(1))
      if (!found[0]) throw new ApiError({ message: 'There is no such conversation.', hint: 'Begin a new one.', code: 'PT404' }, 404)
      return found[0]
    },
  })
export const useTalk = (id: string) => useQuery(talkQuery(useApi(), id))

/** All that was said so far; a conversation has a budget, so it is never long. */
export const saidQuery = (api: Api, id: string) =>
  queryOptions({
    queryKey: ['talks', id, 'said'],
    queryFn: () => everything((from, to) => unwrap(api.from('ai_messages').select('*').eq('conversation_id', id).order('created_at').range(from, to))),
  })
export const useSaid = (id: string) => useQuery(saidQuery(useApi(), id))

export function useStartTalk() {
  const [api, queries] = [useApi(), useQueryClient()]
  return useMutation({
    mutationFn: ({ subject, appointmentId }: { subject?: Subject; appointmentId?: string }) =>
      unwrap(api.rpc('start_ai_conversation', { context_type: subject, appointment_id: appointmentId }).single()),
    onSuccess: () => Promise.all(['talks', 'dashboard'].map((key) => queries.invalidateQueries({ queryKey: [key] }))),
  })
}

/** Begins a conversation of somebody without an account; its token is told this once. */
export function useStartVisit(company: string) {
  const api = useApi()
  return useMutation({ mutationFn: () => unwrap(api.rpc('start_ai_conversation', { org_slug: company }).single()) })
}

/** Hands the conversation to a person; answers the thread that it goes on in. */
export function useEscalate() {
  const [api, queries] = [useApi(), useQueryClient()]
  return useMutation({
    mutationFn: ({ id, reason }: { id: string; reason?: string }) => unwrap(api.rpc('escalate_ai_conversation', { conversation_id: id, reason })),
    onSuccess: () => Promise.all(['talks', 'threads', 'dashboard'].map((key) => queries.invalidateQueries({ queryKey: [key] }))),
  })
}

/** `token`: of a conversation before log-in. */
export function useReportAnswer(token?: string) {
  const api = useApi()
  return useMutation({
    mutationFn: async ({ messageId, helpful }: { messageId: string; helpful: boolean }) => {
      const report = api.rpc('report_ai_message', { message_id: messageId, helpful })
      await unwrap(token ? report.setHeader('x-portal-session', token) : report)
    },
  })
}
