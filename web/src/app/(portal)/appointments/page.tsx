import type { Metadata } from 'next'
import { AppointmentLists } from '@/components/appointments/lists'
import { appointmentsQuery } from '@/lib/api/appointments'
import { requestsQuery } from '@/lib/api/booking'
import { Prefetch } from '@/lib/server'

export const metadata: Metadata = { title: 'Appointments' }

export default async function AppointmentsPage({ searchParams }: { searchParams: Promise<{ show?: string }> }) {
  const which = (await searchParams).show === 'past' ? 'past' : 'upcoming'
  return (
    <Prefetch queries={(api, { place }) => [appointmentsQuery(api, which, place), ...(which === 'upcoming' ? [requestsQuery(api, place)] : [])]}>
      <AppointmentLists which={which} />
    </Prefetch>
  )
}
