import type { Metadata } from 'next'
import { AppointmentDetail } from '@/components/appointments/detail'
import { appointmentQuery, policyQuery, timelineQuery } from '@/lib/api/appointments'
import { threadAboutQuery } from '@/lib/api/messages'
import { Prefetch, idOf, load } from '@/lib/server'
import { getApi } from '@/lib/supabase/server'

type Props = { params: Promise<{ id: string }> }
export const metadata: Metadata = { title: 'Appointment' }

export default async function AppointmentPage({ params }: Props) {
  const id = await idOf(params)
  await load(appointmentQuery(await getApi(), id))
  return (
    <Prefetch queries={(api) => [timelineQuery(api, id), policyQuery(api, id), threadAboutQuery(api, id)]}>
      <AppointmentDetail id={id} />
    </Prefetch>
  )
}
