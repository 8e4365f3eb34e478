import { infiniteQueryOptions, queryOptions, useInfiniteQuery, useMutation, useQuery } from '@tanstack/react-query'
import { useApi } from '@/components/providers'
import type { Api, Row } from '../database'
import { ApiError, unwrap } from '../errors'
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

export const historyQuery = (api: Api, locationId?: string) =>
  infiniteQueryOptions({
    queryKey: ['history', 'list', locationId ?? null],
    queryFn: ({ pageParam }) => {
      const all = api.from('service_history').select('*')
      const here = locationId ? all.eq('location_id', locationId) : all
      return unwrap(here.order('completed_at', { ascending: false }).order('id').range(pageParam, pageParam + PAGE - 1))
    },
    initialPageParam: 0,
    getNextPageParam: nextOffset,
  })
export const useHistory = (locationId?: string) => useInfiniteQuery(historyQuery(useApi(), locationId))

export const jobQuery = (api: Api, id: string) =>
  queryOptions({
    queryKey: ['history', id],
    queryFn: async () => (await unwrap(api.rpc('job_detail', { appointment_id: id }))) as unknown as JobDetail,
    staleTime: 60_000,
  })
export const useJob = (id: string) => useQuery(jobQuery(useApi(), id))

/** Bills that wait for payment, the oldest first. */
export const invoicesQuery = (api: Api) =>
  queryOptions({
    queryKey: ['invoices', 'outstanding'],
    queryFn: () => unwrap(api.from('invoices').select('*').in('status', ['open', 'overdue']).gt('balance_cents', 0).order('due_at').order('id').limit(PAGE)),
  })
export const useInvoices = () => useQuery(invoicesQuery(useApi()))

/** Memberships and warranties that are in force. */
export const coverQuery = (api: Api) =>
  queryOptions({
    queryKey: ['cover'],
    queryFn: async () => {
      const [memberships, warranties] = await Promise.all([
        unwrap(api.from('memberships').select('*').order('starts_on', { ascending: false }).limit(PAGE)),
        unwrap(api.from('warranties').select('*').order('ends_on', { ascending: false }).limit(PAGE)),
      ])
      return { memberships, warranties }
    },
  })
export const useCover = () => useQuery(coverQuery(useApi()))

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
