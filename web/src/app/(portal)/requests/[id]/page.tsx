import type { Metadata } from 'next'
import { RequestDetail } from '@/components/appointments/request-detail'
import { requestQuery } from '@/lib/api/booking'
import { Prefetch, idOf, load } from '@/lib/server'
import { getApi } from '@/lib/supabase/server'

export const metadata: Metadata = { title: 'Request' }

export default async function RequestPage({ params }: { params: Promise<{ id: string }> }) {
  const id = await idOf(params)
  await load(requestQuery(await getApi(), id))
  return <Prefetch queries={() => []}><RequestDetail id={id} /></Prefetch>
}
