import { queryOptions, useQuery } from '@tanstack/react-query'
import { useApi } from '@/components/providers'
import type { Api, Row } from '../database'
import { unwrap } from '../errors'
import type { Place } from '../place'

/** What `dashboard()` answers. */
export interface Dashboard {
  next_appointment: Pick<
    Row<'appointments'>,
    | 'id' | 'reference' | 'status' | 'service_type' | 'service_name' | 'location_id' | 'location_label' | 'timezone' | 'window_start'
    | 'window_end' | 'eta' | 'technician_id' | 'technician_name' | 'technician_avatar'
  > | null
  upcoming_count: number
  open_threads: number
  unread_messages: number
  outstanding_invoices: { count: number; total_cents: number; currency: string }
  recent_ai_conversations: (Pick<Row<'ai_conversations'>, 'id' | 'context_type' | 'status' | 'appointment_id' | 'thread_id' | 'started_at' | 'ended_at'> & {
    first_question: string | null
  })[]
  pending_requests: number
}

/** Of one location, or of all: the marks in the navigation count everything. */
export const dashboardQuery = (api: Api, place?: Place) =>
  queryOptions({
    queryKey: ['dashboard', place?.id ?? null],
    queryFn: async () => (await unwrap(place ? api.rpc('dashboard', { location_id: place.id }) : api.rpc('dashboard'))) as unknown as Dashboard,
  })
export const useDashboard = (place?: Place) => useQuery(dashboardQuery(useApi(), place))
