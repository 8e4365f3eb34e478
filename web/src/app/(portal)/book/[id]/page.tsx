import type { Metadata } from 'next'
import { Confirmation } from '@/components/booking/confirmation'
import { appointmentQuery } from '@/lib/api/appointments'
import { requestQuery } from '@/lib/api/booking'
import { Prefetch, idOf, load } from '@/lib/server'
import { getApi } from '@/lib/supabase/server'

export const metadata: Metadata = { title: 'Booked' }

/** What was booked, with an address of its own: a reload shows it again and books nothing. */
export default async function BookedPage({ params }: { params: Promise<{ id: string }> }) {
  const id = await idOf(params)
  const request = await load(requestQuery(await getApi(), id))
  return (
    <Prefetch queries={(api) => (request.appointment_id ? [appointmentQuery(api, request.appointment_id)] : [])}>
      <Confirmation id={id} />
    </Prefetch>
  )
}
