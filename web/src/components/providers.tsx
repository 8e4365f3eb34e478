'use client'

import { QueryClientProvider } from '@tanstack/react-query'
import { setNonce } from 'get-nonce'
import { createContext, use, useEffect, useState, type ReactNode } from 'react'
import type { PublicConfig } from '@/lib/config'
import type { Api } from '@/lib/database'
import { asApiError } from '@/lib/errors'
import { makeQueryClient } from '@/lib/query'
import { makeApi } from '@/lib/supabase/browser'
import { Toaster } from './ui/toast'

interface Here {
  api: Api
  config: PublicConfig
  org: string | undefined
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

export function Providers({ config, org, nonce, children }: { config: PublicConfig; org?: string; nonce: string; children: ReactNode }) {
  const [here] = useState<Here>(() => ({ api: makeApi(config, org), config, org }))
  const [client] = useState(() =>
    makeQueryClient((error) => {
      const { isSignedOut, reason } = asApiError(error)
      if (isSignedOut && typeof window !== 'undefined') window.dispatchEvent(new CustomEvent(SESSION_LOST, { detail: reason }))
    }),
  )
  // Dialogs add a style sheet that keeps the page behind them from scrolling.
  useEffect(() => void setNonce(nonce), [nonce])
  return (
    <Context value={here}>
      <QueryClientProvider client={client}>
        <Toaster>{children}</Toaster>
      </QueryClientProvider>
    </Context>
  )
}
