'use client'

import { useEffect, useState, type ComponentType } from 'react'

const SIGNS = ['pointermove', 'pointerdown', 'keydown'] as const

/**
 * Fetches parts of a page that may be wanted soon, as soon as somebody shows by pointer or key that they are at work: whoever
 * only looks loads nothing more, and for the others the parts open at once, also after the network has gone.
 */
export function useSoon(parts: readonly (() => Promise<unknown>)[]) {
  useEffect(() => {
    const end = new AbortController()
    const fetch = () => {
      end.abort()
      parts.forEach((part) => void part().catch(() => {}))
    }
    SIGNS.forEach((sign) => addEventListener(sign, fetch, { passive: true, capture: true, signal: end.signal }))
    return () => end.abort()
  }, [parts])
}

/** A part that is loaded when it is wanted; `want` fails where it cannot be fetched, and may be called again. */
export function useOnDemand<Props>(part: () => Promise<ComponentType<Props>>) {
  const [Part, setPart] = useState<ComponentType<Props>>()
  const want = async () => {
    const Loaded = await part()
    setPart(() => Loaded)
  }
  return [Part, want] as const
}
