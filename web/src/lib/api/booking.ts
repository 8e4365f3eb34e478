import { infiniteQueryOptions, keepPreviousData, queryOptions, useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useApi } from '@/components/providers'
import type { Answer, Api, Args, Result, Row } from '../database'
import { ApiError, unwrap } from '../errors'
import type { Place } from '../place'
import { PAGE, everything, nextOffset } from '../query'

export type Service = Row<'services'>
export type Window = Result<'available_windows'>
export type BookingRequest = Row<'booking_requests'>
export type Booked = Answer<'booking_row'>

export const servicesQuery = (api: Api) =>
  queryOptions({
    queryKey: ['services'],
    queryFn: () =>
      everything((from, to) => unwrap(api.from('services').select('*').order('category').order('is_emergency').order('name').order('code').range(from, to))),
    staleTime: 5 * 60_000,
  })
export const useServices = () => useQuery(servicesQuery(useApi()))

const plusDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10)

/** The windows that can be had, over as many days as the service is offered ahead (the API lists 62 at most). */
export function useWindows(service: Pick<Service, 'code' | 'horizon_days'> | undefined, locationId: string | undefined) {
  const api = useApi()
  return useQuery({
    queryKey: ['windows', service?.code, locationId],
    queryFn: () =>
      unwrap(
        api
          .rpc('available_windows', { location_id: locationId!, service_type: service!.code, to_date: plusDays(Math.min(service!.horizon_days, 60)) })
          .order('window_start'),
      ),
    enabled: Boolean(service && locationId),
    placeholderData: keepPreviousData,
    staleTime: 15_000,
  })
}

/** What `alternatives` in a refusal's details are. */
export type Alternative = Pick<Window, 'window_start' | 'window_end'> & Partial<Window>
export const alternativesOf = (error: ApiError) => (Array.isArray(error.facts.alternatives) ? (error.facts.alternatives as Alternative[]) : [])

export function useBook() {
  const [api, queries] = [useApi(), useQueryClient()]
  return useMutation({
    mutationFn: (wish: Args<'create_booking_request'>) => unwrap(api.rpc('create_booking_request', wish).single()),
    onSuccess: () => Promise.all(['appointments', 'requests', 'dashboard', 'settings'].map((key) => queries.invalidateQueries({ queryKey: [key] }))),
    // Somebody else was faster, or the day is over: what is shown is no longer true.
    onError: () => queries.invalidateQueries({ queryKey: ['windows'] }),
  })
}

/** Requests that wait for a time. One that holds a time is shown as that appointment. */
export const requestsQuery = (api: Api, place?: Place) =>
  infiniteQueryOptions({
    queryKey: ['requests', 'list', place?.id ?? null],
    queryFn: ({ pageParam }) => {
      const all = api.from('booking_requests').select('*, locations(label, timezone), services(name)')
        .in('status', ['submitted', 'under_review', 'approved']).is('appointment_id', null)
      const here = place ? all.eq('location_id', place.id) : all
      return unwrap(here.order('created_at', { ascending: false }).order('id').range(pageParam, pageParam + PAGE - 1))
    },
    initialPageParam: 0,
    getNextPageParam: nextOffset,
  })
export const useRequests = (place: Place | undefined, enabled: boolean) => useInfiniteQuery({ ...requestsQuery(useApi(), place), enabled })

export const requestQuery = (api: Api, id: string) =>
  queryOptions({
    queryKey: ['requests', id],
    queryFn: async () => {
      const found = await unwrap(api.from('booking_requests').select('*, locations(label, timezone, address_line1, city), services(name)').eq('id', id).limit(1))
      if (!found[0]) throw new ApiError({ message: 'There is no such request.', hint: 'Go back to your appointments and choose one there.', code: 'PT404' }, 404)
      return found[0]
    },
  })
export const useRequest = (id: string) => useQuery(requestQuery(useApi(), id))

export function useWithdraw(id: string) {
  const [api, queries] = [useApi(), useQueryClient()]
  return useMutation({
    mutationFn: ({ reason, key }: { reason?: string; key: string }) =>
      unwrap(api.rpc('cancel_booking_request', { booking_request_id: id, reason: reason || undefined, idempotency_key: key }).single()),
    onSuccess: () => Promise.all(['requests', 'appointments', 'dashboard', 'windows'].map((key) => queries.invalidateQueries({ queryKey: [key] }))),
  })
}
