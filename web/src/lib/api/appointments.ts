import { infiniteQueryOptions, queryOptions, useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useApi, useHere } from '@/components/providers'
import { useIsLive } from '@/components/live'
import type { Api, Enum, Row } from '../database'
import { ApiError, fromResponse, unwrap } from '../errors'
import type { Place } from '../place'
import { PAGE, everything, nextOffset } from '../query'
import { orgHeader } from '../supabase/shared'

export type Appointment = Row<'appointments'>
export type AppointmentEvent = Row<'appointment_events'>
export type AppointmentStatus = Enum<'work_order_status'>
export type Policy = Awaited<ReturnType<typeof readPolicy>>

/** Which appointments: those to come, or those that are over. */
export type Which = 'upcoming' | 'past'
const STATUSES: Record<Which, AppointmentStatus[]> = {
  upcoming: ['tentative', 'scheduled', 'en_route', 'on_site'],
  past: ['completed', 'canceled', 'no_show'],
}

export const appointmentsQuery = (api: Api, which: Which, place?: Place) =>
  infiniteQueryOptions({
    queryKey: ['appointments', 'list', which, place?.id ?? null],
    queryFn: ({ pageParam }) => {
      const rows = api.from('appointments').select('*').in('status', STATUSES[which])
      const here = place ? rows.eq('location_id', place.id) : rows
      return unwrap(here.order('window_start', { ascending: which === 'upcoming' }).order('id').range(pageParam, pageParam + PAGE - 1))
    },
    initialPageParam: 0,
    getNextPageParam: nextOffset,
  })
export const useAppointments = (which: Which, place?: Place) => useInfiniteQuery(appointmentsQuery(useApi(), which, place))

const absent = () => new ApiError({ message: 'There is no such appointment.', hint: 'Go back to your appointments and choose one there.', code: 'PT404' }, 404)

export const appointmentQuery = (api: Api, id: string) =>
  queryOptions({
    queryKey: ['appointments', id],
    queryFn: async () => {
      const found = await unwrap(api.from('appointments').select('*').eq('id', id).limit(1))
      if (!found[0]) throw absent()
      return found[0]
    },
  })
/** Lives by the stream of events; while that is away, asks every 15 seconds. */
export function useAppointment(id: string) {
  const isLive = useIsLive()
  return useQuery({ ...appointmentQuery(useApi(), id), refetchInterval: isLive ? false : 15_000 })
}

export const timelineQuery = (api: Api, id: string) =>
  queryOptions({
    queryKey: ['appointments', id, 'timeline'],
    queryFn: () =>
      everything((from, to) => unwrap(api.from('appointment_events').select('*').eq('appointment_id', id).order('occurred_at').order('id').range(from, to))),
  })
export function useTimeline(id: string) {
  const isLive = useIsLive()
  return useQuery({ ...timelineQuery(useApi(), id), refetchInterval: isLive ? false : 15_000 })
}

const readPolicy = (api: Api, id: string) => unwrap(api.rpc('appointment_policy', { appointment_id: id }).single())
export const policyQuery = (api: Api, id: string) =>
  queryOptions({ queryKey: ['appointments', id, 'policy'], queryFn: () => readPolicy(api, id) })
export const usePolicy = (id: string) => useQuery(policyQuery(useApi(), id))

/** After a change of an appointment everything that tells of it is read again. */
function useRefresh(id: string) {
  const queries = useQueryClient()
  return () =>
    Promise.all(['appointments', 'dashboard', 'requests', 'windows'].map((key) => queries.invalidateQueries({ queryKey: [key] }))).then(() =>
      queries.invalidateQueries({ queryKey: ['appointments', id] }),
    )
}

export function useReschedule(id: string) {
  const [api, refresh] = [useApi(), useRefresh(id)]
  return useMutation({
    mutationFn: ({ windowStart, reason, key }: { windowStart: string; reason?: string; key: string }) =>
      unwrap(api.rpc('reschedule_appointment', { appointment_id: id, window_start: windowStart, reason: reason || undefined, idempotency_key: key }).single()),
    onSuccess: refresh,
  })
}

export function useCancel(id: string) {
  const [api, refresh] = [useApi(), useRefresh(id)]
  return useMutation({
    mutationFn: ({ reason, key }: { reason?: string; key: string }) =>
      unwrap(api.rpc('cancel_appointment', { appointment_id: id, reason: reason || undefined, idempotency_key: key }).single()),
    onSuccess: refresh,
  })
}

/** The appointment as a calendar file. */
export function useCalendarFile() {
  const { api, config, org } = useHere()
  return useMutation({
    mutationFn: async ({ id, reference }: { id: string; reference: string }) => {
      const { data } = await api.auth.getSession()
      // By hand: supabase-js takes every answer for JSON.
      const response = await fetch(`${config.supabaseUrl}/rest/v1/rpc/appointment_calendar?appointment_id=${id}`, {
        headers: { Accept: 'text/calendar', 'Accept-Profile': 'portal', apikey: config.publishableKey, Authorization: `Bearer ${data.session?.access_token ?? ''}`, ...orgHeader(org) },
      })
      if (!response.ok) throw await fromResponse(response)
      const url = URL.createObjectURL(await response.blob())
      const link = Object.assign(document.createElement('a'), { href: url, download: `${reference}.ics` })
      link.click()
      setTimeout(() => URL.revokeObjectURL(url), 10_000)
    },
  })
}
