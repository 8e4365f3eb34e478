import type { Metadata } from 'next'
import { TalkPage } from '@/components/assistant/talk-page'
import { saidQuery, talkQuery } from '@/lib/api/assistant'
import { Prefetch, idOf, load } from '@/lib/server'
import { getApi } from '@/lib/supabase/server'

export const metadata: Metadata = { title: 'Assistant' }

export default async function AssistantTalkPage({ params }: { params: Promise<{ id: string }> }) {
  const id = await idOf(params)
  await load(talkQuery(await getApi(), id))
  return <Prefetch queries={(api) => [saidQuery(api, id)]}><TalkPage id={id} /></Prefetch>
}
