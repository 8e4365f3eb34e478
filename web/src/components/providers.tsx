'use client'

import { QueryClientProvider } from '@tanstack/react-query'
import { setNonce } from 'get-nonce'
import { createContext, use, useEffect, useState, type ReactNode } from 'react'
import type { PublicConfig } from '@/lib/config'
import type { Api } from '@/lib/database'
import { asApiError } from '@/lib/errors'
import { makeQueryClient } from '@/lib/query'
import { keep } from '@/lib/cookie'
import { viewerZone } from '@/lib/format'
import { makeApi } from '@/lib/supabase/browser'
import { ZONE_COOKIE } from '@/lib/zone'
import { Toaster } from './ui/toast'

interface Here {
  api: Api
  config: PublicConfig
  org: string | undefined
  /** The zone that this browser was last known to be in. */
  viewerZone: string | undefined
}
const Context = createContext<Here | null>(null)

export function useHere(): Here {
  const here = use(Context)
  if (!here) throw new Error('useHere is for components below <Providers>')
  return here
}
/** The API, as whoever is signed in. */
export const useApi = () => useHere().api

/** Fired when the API does not let the session in; <SessionGuard> asks for what it lacks (detail: why) and lets the page go on. */
export const SESSION_LOST = 'portal:session-lost'

interface Props {
  config: PublicConfig
  org?: string
  zone?: string
  nonce: string
  children: ReactNode
}

export function Providers({ config, org, zone, nonce, children }: Props) {
  const [here] = useState<Here>(() => ({ api: makeApi(config, org), config, org, viewerZone: zone }))
  const [client] = useState(() =>
    makeQueryClient((error) => {
      const { isSignedOut, reason } = asApiError(error)
      if (isSignedOut && typeof window !== 'undefined') window.dispatchEvent(new CustomEvent(SESSION_LOST, { detail: reason }))
    }),
  )
  // Dialogs add a style sheet that keeps the page behind them from scrolling.
  useEffect(() => void setNonce(nonce), [nonce])
  // So that the server's next page names the zones that differ from it, and nothing moves when the browser takes over.
  useEffect(() => { if (viewerZone() !== zone) keep(ZONE_COOKIE, viewerZone()) }, [zone])
  return (
    <Context value={here}>
      <QueryClientProvider client={client}>
        <Toaster>{children}</Toaster>
      </QueryClientProvider>
    </Context>
  )
}
