import type { Metadata } from 'next'
import { Talks } from '@/components/assistant/talks'
import { talksQuery } from '@/lib/api/assistant'
import { Prefetch } from '@/lib/server'

export const metadata: Metadata = { title: 'Assistant' }

export default function AssistantPage() {
  return <Prefetch queries={(api) => [talksQuery(api)]}><Talks /></Prefetch>
}
