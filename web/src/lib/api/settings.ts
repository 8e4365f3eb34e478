import { infiniteQueryOptions, keepPreviousData, queryOptions, useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useApi } from '@/components/providers'
import type { Answer, Api, Args, Row } from '../database'
import { unwrap } from '../errors'
import { PAGE, nextOffset } from '../query'

/** What `settings()` answers. */
export interface Settings {
  profile: { full_name: string | null; email: string | null; phone: string | null; preferred_language: string; avatar_url: string | null; role: string } | null
  account: Pick<Row<'accounts'>, 'id' | 'customer_id' | 'customer_name' | 'role' | 'status' | 'primary_location_id' | 'last_login_at' | 'created_at'> | null
  organization: Organization
  locations: Omit<Row<'locations'>, 'org_id' | 'created_at' | 'updated_at'>[]
  contacts: Omit<Row<'contacts'>, 'org_id' | 'created_at' | 'updated_at'>[]
  notification_preferences: Omit<Row<'notification_preferences'>, 'org_id' | 'id' | 'portal_account_id' | 'created_at' | 'updated_at'> | null
  security: {
    email: string | null
    phone: string | null
    email_verified: boolean
    phone_verified: boolean
    mfa_enabled: boolean
    factors: { id: string; type: string; name: string | null; created_at: string }[]
    last_sign_in_at: string | null
  }
}
export interface Organization {
  id: string
  slug: string
  name: string
  timezone: string
  currency: string
  support_phone: string | null
  support_email: string | null
  brand_color: string | null
  logo_url: string | null
}
export type Location = Settings['locations'][number]

export const settingsQuery = (api: Api) =>
  queryOptions({
    queryKey: ['settings'],
    queryFn: async () => (await unwrap(api.rpc('settings'))) as unknown as Settings,
    staleTime: 5 * 60_000,
  })
export const useSettings = () => useQuery(settingsQuery(useApi()))

/** Changes something that `settings()` tells, and reads it again. */
function useChange<Input, Output>(change: (api: Api, input: Input) => Promise<Output>, ...also: string[]) {
  const [api, queries] = [useApi(), useQueryClient()]
  return useMutation({
    mutationFn: (input: Input) => change(api, input),
    onSuccess: () => Promise.all(['settings', ...also].map((key) => queries.invalidateQueries({ queryKey: [key] }))),
  })
}

export const useUpdateProfile = () => useChange((api, profile: Args<'update_profile'>) => unwrap(api.rpc('update_profile', profile).single()))

export const useUpdatePreferences = () =>
  useChange((api, wishes: Args<'update_notification_preferences'>) => unwrap(api.rpc('update_notification_preferences', wishes).single()))

export const useAddLocation = () =>
  useChange((api, { key, ...place }: Args<'add_location'> & { key: string }) =>
    unwrap(api.rpc('add_location', place).setHeader('Idempotency-Key', key).single()) as Promise<Answer<'location_row'>>)

export const useUpdateLocation = () => useChange((api, place: Args<'update_location'>) => unwrap(api.rpc('update_location', place).single()), 'appointments')

// Contacts: the people whom a manager gives access.

/** Those at this company, by name; `words`: part of a name or address. */
export const accountsQuery = (api: Api, orgId: string, words = '') =>
  infiniteQueryOptions({
    queryKey: ['accounts', orgId, words],
    queryFn: ({ pageParam }) => {
      const all = api.from('accounts').select('*').eq('org_id', orgId).neq('status', 'closed')
      const like = `ilike."*${words.replace(/["\\]/g, '\\$&')}*"`
      const found = words ? all.or(`full_name.${like},email.${like}`) : all
      return unwrap(found.order('full_name').order('id').range(pageParam, pageParam + PAGE - 1))
    },
    initialPageParam: 0,
    getNextPageParam: nextOffset,
  })
export const useAccounts = (orgId: string, words: string) => useInfiniteQuery({ ...accountsQuery(useApi(), orgId, words), placeholderData: keepPreviousData })
export const useInviteContact = () => useChange((api, invite: Args<'invite_contact'>) => unwrap(api.rpc('invite_contact', invite).single()), 'accounts')
export const useRevokeContact = () => useChange((api, account_id: string) => unwrap(api.rpc('revoke_contact', { account_id }).single()), 'accounts')

// Where one is signed in.

export const sessionsQuery = (api: Api) =>
  queryOptions({ queryKey: ['sessions'], queryFn: () => unwrap(api.rpc('my_sessions')) })
export const useSessions = () => useQuery(sessionsQuery(useApi()))
export const useRevokeSession = () => useChange(async (api, session_id: string) => void (await unwrap(api.rpc('revoke_session', { session_id }))), 'sessions')
