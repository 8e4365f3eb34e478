import type { Metadata } from 'next'
import { Help } from '@/components/help/help'
import { articlesQuery } from '@/lib/api/knowledge'
import { Prefetch } from '@/lib/server'
import { isSignedIn } from '@/lib/supabase/server'

export const metadata: Metadata = { title: 'Help' }

export default async function HelpPage() {
  return <Prefetch queries={(api) => [articlesQuery(api)]}><Help isSignedIn={await isSignedIn()} /></Prefetch>
}
