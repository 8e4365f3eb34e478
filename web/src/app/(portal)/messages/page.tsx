import type { Metadata } from 'next'
import { ThreadList } from '@/components/messages/thread-list'
import { threadsQuery } from '@/lib/api/messages'
import { chosenPlace, Prefetch } from '@/lib/server'

export const metadata: Metadata = { title: 'Messages' }

export default async function MessagesPage() {
  const place = await chosenPlace()
  return <Prefetch queries={(api) => [threadsQuery(api, place)]}><ThreadList /></Prefetch>
}
