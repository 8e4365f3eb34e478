import type { Metadata } from 'next'
import { AppointmentDetail } from '@/components/appointments/detail'
import { appointmentQuery, policyQuery, timelineQuery } from '@/lib/api/appointments'
import { messagesQuery, threadAboutQuery } from '@/lib/api/messages'
import { Prefetch, idOf, load } from '@/lib/server'
import { getApi } from '@/lib/supabase/server'

type Props = { params: Promise<{ id: string }> }
export const metadata: Metadata = { title: 'Appointment' }

export default async function AppointmentPage({ params }: Props) {
  const id = await idOf(params)
  const api = await getApi()
  const [, thread] = await Promise.all([load(appointmentQuery(api, id)), load(threadAboutQuery(api, id))])
  return (
    <Prefetch queries={(api) => [timelineQuery(api, id), policyQuery(api, id), ...(thread ? [messagesQuery(api, thread.id)] : [])]}>
      <AppointmentDetail id={id} />
    </Prefetch>
  )
}
