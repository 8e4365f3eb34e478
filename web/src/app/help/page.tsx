import type { Metadata } from 'next'
import { Help } from '@/components/help/help'
import { articlesQuery } from '@/lib/api/knowledge'
import { Prefetch } from '@/lib/server'
import { getCompany } from '@/lib/standing'
import { isSignedIn } from '@/lib/supabase/server'

export const metadata: Metadata = { title: 'Help' }

export default async function HelpPage() {
  const signedIn = await isSignedIn()
  const company = signedIn ? null : await getCompany()
  return <Prefetch queries={(api) => [articlesQuery(api)]}><Help isSignedIn={signedIn} company={company ?? undefined} /></Prefetch>
}
