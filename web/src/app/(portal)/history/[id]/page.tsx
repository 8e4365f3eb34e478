import type { Metadata } from 'next'
import { Job } from '@/components/history/job'
import { jobQuery } from '@/lib/api/documents'
import { Prefetch, idOf, load } from '@/lib/server'
import { getApi } from '@/lib/supabase/server'

export const metadata: Metadata = { title: 'Visit' }

export default async function JobPage({ params }: { params: Promise<{ id: string }> }) {
  const id = await idOf(params)
  await load(jobQuery(await getApi(), id))
  return <Prefetch queries={() => []}><Job id={id} /></Prefetch>
}
