// The API as whoever sent the request, for server components. What they may see is decided there, by row level security:
// nothing here trusts the cookie beyond handing its token on.
import 'server-only'
import { createServerClient } from '@supabase/ssr'
import { cookies } from 'next/headers'
import { cache } from 'react'
import { config } from '../config'
import type { Api, Database } from '../database'
import { chosenOrg } from '../org'
import { SESSION_COOKIE, orgHeader } from './shared'

export const getApi = cache(async (): Promise<Api> => {
  const { supabaseUrl, publishableKey } = config()
  const [store, org] = [await cookies(), await chosenOrg()]
  return createServerClient<Database, 'portal'>(supabaseUrl, publishableKey, {
    db: { schema: 'portal' },
    cookieOptions: { name: SESSION_COOKIE },
    // Server components cannot set cookies; src/proxy.ts has refreshed the session already.
    cookies: { getAll: () => store.getAll(), setAll: () => {} },
    global: { headers: orgHeader(org), fetch: uncached },
  }) as unknown as Api
})

const uncached: typeof fetch = (input, init) => fetch(input, { ...init, cache: 'no-store' })

/** Whether the request carries a session at all. */
export const isSignedIn = cache(async () => {
  const { data } = await (await getApi()).auth.getSession()
  return data.session !== null
})
