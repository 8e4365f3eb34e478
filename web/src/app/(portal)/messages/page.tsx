import type { Metadata } from 'next'
import { ThreadList } from '@/components/messages/thread-list'
import { threadsQuery } from '@/lib/api/messages'
import { Prefetch } from '@/lib/server'

export const metadata: Metadata = { title: 'Messages' }

export default function MessagesPage() {
  return <Prefetch queries={(api, { place }) => [threadsQuery(api, place)]}><ThreadList /></Prefetch>
}
