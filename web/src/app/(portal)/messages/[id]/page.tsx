import type { Metadata } from 'next'
import { ThreadPage } from '@/components/messages/thread-page'
import { messagesQuery, threadQuery } from '@/lib/api/messages'
import { Prefetch, idOf, load } from '@/lib/server'
import { getApi } from '@/lib/supabase/server'

export const metadata: Metadata = { title: 'Conversation' }

export default async function MessagePage({ params }: { params: Promise<{ id: string }> }) {
  const id = await idOf(params)
  await load(threadQuery(await getApi(), id))
  return <Prefetch queries={(api) => [messagesQuery(api, id)]}><ThreadPage id={id} /></Prefetch>
}
