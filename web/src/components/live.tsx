'use client'

import { useQueryClient, type QueryClient } from '@tanstack/react-query'
import { EventSourceParserStream } from 'eventsource-parser/stream'
import { createContext, use, useEffect, useState, type ReactNode } from 'react'
import { useHere } from './providers'

const IsLive = createContext(false)

/** Whether news comes by itself. While it does not, pages ask now and then. */
export const useIsLive = () => use(IsLive)

/** What is read again when something happens. */
const CONCERNS: Record<string, string[]> = {
  appointment_status: ['appointments', 'dashboard', 'requests', 'history', 'windows'],
  message_created: ['threads', 'messages', 'dashboard'],
  booking_request_updated: ['requests', 'appointments', 'dashboard', 'windows'],
  notification: ['dashboard'],
}
const FIRST_WAIT = 1000
const LONGEST_WAIT = 30_000

/**
 * Listens to the gateway's stream of events as long as the page is open, and goes on after the last one heard. `since`: where
 * the stream stood before the page was read.
 */
export function Live({ since, children }: { since?: string; children: ReactNode }) {
  const { api, config, org } = useHere()
  const queries = useQueryClient()
  // Taken for granted until it fails: pages need not begin with asking for what is on its way.
  const [isLive, setIsLive] = useState(true)

  useEffect(() => {
    const end = new AbortController()
    let [last, wait] = [since, FIRST_WAIT]

    const listen = async () => {
      const { data } = await api.auth.getSession()
      if (!data.session) return
      const response = await fetch(`${config.gatewayUrl}/events`, {
        headers: {
          Authorization: `Bearer ${data.session.access_token}`, apikey: config.publishableKey, Accept: 'text/event-stream',
          ...(org && { 'x-portal-org': org }), ...(last && { 'Last-Event-ID': last }),
        },
        signal: end.signal,
        cache: 'no-store',
      })
      if (!response.ok || !response.body) return
      setIsLive(true)
      wait = FIRST_WAIT
      // Without an id to go on from, what happened since the page was read is not told.
      if (!last) void queries.invalidateQueries()
      const reader = response.body.pipeThrough(new TextDecoderStream()).pipeThrough(new EventSourceParserStream()).getReader()
      for (let next = await reader.read(); !next.done; next = await reader.read()) {
        last = next.value.id ?? last
        if (next.value.event) refresh(queries, next.value.event)
      }
    }

    const keepListening = async () => {
      while (!end.signal.aborted) {
        await listen().catch(() => {})
        if (end.signal.aborted) return
        setIsLive(false)
        await new Promise((resolve) => setTimeout(resolve, wait * (0.75 + Math.random() / 2)))
        wait = Math.min(wait * 2, LONGEST_WAIT)
      }
    }
    void keepListening()
    return () => end.abort()
  }, [api, config, org, queries, since])

  return <IsLive value={isLive}>{children}</IsLive>
}

function refresh(queries: QueryClient, event: string) {
  if (event === 'reset') return void queries.invalidateQueries()
  for (const key of CONCERNS[event] ?? []) void queries.invalidateQueries({ queryKey: [key] })
}
