import type { Metadata } from 'next'
import { Security } from '@/components/settings/security'
import { sessionsQuery } from '@/lib/api/settings'
import { Prefetch } from '@/lib/server'

export const metadata: Metadata = { title: 'Security' }

export default function SecurityPage() {
  return <Prefetch queries={(api) => [sessionsQuery(api)]}><Security /></Prefetch>
}
