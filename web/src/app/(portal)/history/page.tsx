import type { Metadata } from 'next'
import { HistoryPages, type Show } from '@/components/history/list'
import { historyQuery, invoicesQuery, membershipsQuery, warrantiesQuery } from '@/lib/api/documents'
import { Prefetch } from '@/lib/server'

export const metadata: Metadata = { title: 'History' }

export default async function HistoryPage({ searchParams }: { searchParams: Promise<{ show?: string }> }) {
  const asked = (await searchParams).show
  const show: Show = asked === 'bills' || asked === 'cover' ? asked : 'visits'
  return (
    <Prefetch queries={(api, { place }) => (show === 'bills' ? [invoicesQuery(api, place)] : show === 'cover' ? [membershipsQuery(api, place), warrantiesQuery(api, place)] : [historyQuery(api, place)])}>
      <HistoryPages show={show} />
    </Prefetch>
  )
}
