import { infiniteQueryOptions, queryOptions, useInfiniteQuery, useMutation, useQuery } from '@tanstack/react-query'
import { useApi } from '@/components/providers'
import type { Api, Row } from '../database'
import { ApiError, unwrap } from '../errors'
import type { Place } from '../place'
import { PAGE, nextOffset } from '../query'

export type PastJob = Row<'service_history'>
export type Doc = Pick<Row<'documents'>, 'id' | 'kind' | 'title' | 'mime_type' | 'size_bytes' | 'created_at'>
export type Invoice = Pick<Row<'invoices'>, 'id' | 'number' | 'status' | 'total_cents' | 'balance_cents' | 'currency' | 'issued_at' | 'due_at'>

/** What `job_detail()` answers. */
export interface JobDetail {
  job: Omit<Row<'appointments'>, 'org_id' | 'ics_sequence' | 'reschedule_count'>
  timeline: Pick<Row<'appointment_events'>, 'id' | 'event_type' | 'status' | 'note' | 'window_start' | 'window_end' | 'eta' | 'occurred_at'>[]
  notes: Pick<Row<'job_notes'>, 'id' | 'body' | 'author_name' | 'created_at'>[]
  parts: Pick<Row<'job_parts'>, 'id' | 'name' | 'sku' | 'quantity' | 'unit'>[]
  documents: Doc[]
  quotes: Pick<Row<'quotes'>, 'id' | 'number' | 'status' | 'total_cents' | 'currency' | 'issued_at' | 'expires_at'>[]
  invoices: Invoice[]
  equipment: Pick<Row<'equipment'>, 'id' | 'kind' | 'manufacturer' | 'model' | 'serial_number' | 'installed_on'>[]
}

export const historyQuery = (api: Api, place?: Place) =>
  infiniteQueryOptions({
    queryKey: ['history', 'list', place?.id ?? null],
    queryFn: ({ pageParam }) => {
      const all = api.from('service_history').select('*')
      const here = place ? all.eq('location_id', place.id) : all
      return unwrap(here.order('completed_at', { ascending: false }).order('id').range(pageParam, pageParam + PAGE - 1))
    },
    initialPageParam: 0,
    getNextPageParam: nextOffset,
  })
export const useHistory = (place?: Place) => useInfiniteQuery(historyQuery(useApi(), place))

export const jobQuery = (api: Api, id: string) =>
  queryOptions({
    queryKey: ['history', id],
    queryFn: async () => (await unwrap(api.rpc('job_detail', { appointment_id: id }))) as unknown as JobDetail,
    staleTime: 60_000,
  })
export const useJob = (id: string) => useQuery(jobQuery(useApi(), id))

/** As isAt(), but a bill that names a job and no location belongs where the job is (of jobs, only those at the place are read). */
const billedAt = ({ id, customer_id }: Place) =>
  `location_id.eq.${id},and(location_id.is.null,appointments.not.is.null),and(location_id.is.null,appointment_id.is.null,customer_id.eq.${customer_id})`

/** Bills that wait for payment, the oldest first. At a location: its own, those of its jobs, and those for its customer as a whole. */
export const invoicesQuery = (api: Api, place?: Place) =>
  infiniteQueryOptions({
    queryKey: ['invoices', 'outstanding', place?.id ?? null],
    queryFn: ({ pageParam }) => {
      const owed = api.from('invoices').select('*, appointments(location_id)').in('status', ['open', 'overdue']).gt('balance_cents', 0)
      const here = place ? owed.eq('appointments.location_id', place.id).or(billedAt(place)) : owed
      return unwrap(here.order('due_at').order('id').range(pageParam, pageParam + PAGE - 1))
    },
    initialPageParam: 0,
    getNextPageParam: nextOffset,
  })
export const useInvoices = (place?: Place) => useInfiniteQuery(invoicesQuery(useApi(), place))

/** Memberships, the latest first. They are for a customer, so at a location those of its customer. */
export const membershipsQuery = (api: Api, place?: Place) =>
  infiniteQueryOptions({
    queryKey: ['cover', 'memberships', place?.customer_id ?? null],
    queryFn: ({ pageParam }) => {
      const all = api.from('memberships').select('*')
      const here = place ? all.eq('customer_id', place.customer_id) : all
      return unwrap(here.order('starts_on', { ascending: false }).order('id').range(pageParam, pageParam + PAGE - 1))
    },
    initialPageParam: 0,
    getNextPageParam: nextOffset,
  })
export const useMemberships = (place?: Place) => useInfiniteQuery(membershipsQuery(useApi(), place))

/** Warranties, those without end first. */
export const warrantiesQuery = (api: Api, place?: Place) =>
  infiniteQueryOptions({
    queryKey: ['cover', 'warranties', place?.id ?? null],
    queryFn: ({ pageParam }) => {
      const all = api.from('warranties').select('*')
      const here = place ? all.eq('location_id', place.id) : all
      return unwrap(here.order('ends_on', { ascending: false }).order('id').range(pageParam, pageParam + PAGE - 1))
    },
    initialPageParam: 0,
    getNextPageParam: nextOffset,
  })
export const useWarranties = (place?: Place) => useInfiniteQuery(warrantiesQuery(useApi(), place))

/** A link to a file that works for five minutes. The audit log knows that the document was opened. */
export function useOpenDocument() {
  const api = useApi()
  return useMutation({
    mutationFn: async (id: string) => {
      const { bucket, path } = await unwrap(api.rpc('open_document', { document_id: id }).single())
      return signed(api, bucket, path)
    },
  })
}

/** A link to something that was attached to a message or request. */
export function useOpenAttachment() {
  const api = useApi()
  return useMutation({ mutationFn: ({ path, bucket = 'attachments' }: { path: string; bucket?: string }) => signed(api, bucket, path) })
}

async function signed(api: Api, bucket: string, path: string): Promise<string> {
  const { data, error } = await api.storage.from(bucket).createSignedUrl(path, 300)
  if (error) throw new ApiError({ message: 'This file cannot be opened right now.', hint: 'Try again in a moment, or ask us for it.' }, 502)
  return data.signedUrl
}
