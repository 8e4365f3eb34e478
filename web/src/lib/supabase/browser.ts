'use client'

import { createBrowserClient } from '@supabase/ssr'
import type { PublicConfig } from '../config'
import type { Api, Database } from '../database'
import { SESSION_COOKIE, orgHeader } from './shared'

/** The API as whoever is signed in at this browser. Refreshes its session by itself. */
export function makeApi({ supabaseUrl, publishableKey }: PublicConfig, org: string | undefined): Api {
  return createBrowserClient<Database, 'portal'>(supabaseUrl, publishableKey, {
    db: { schema: 'portal' },
    cookieOptions: { name: SESSION_COOKIE, sameSite: 'lax' },
    // The page /auth/confirm reads what the links in e-mails bring.
    auth: { detectSessionInUrl: false },
    global: { headers: orgHeader(org) },
  }) as unknown as Api
}
