'use client'

import { useEffect } from 'react'

/**
 * Fetches parts of a page that may be wanted soon, when the browser has nothing better to do: the page is there sooner, and they
 * open at once, also after the network has gone.
 */
export function useSoon(parts: (() => Promise<unknown>)[]) {
  useEffect(() => {
    const fetch = () => parts.forEach((part) => void part().catch(() => {}))
    // Safari has no idle callbacks.
    if (!('requestIdleCallback' in window)) {
      const timer = setTimeout(fetch, 1000)
      return () => clearTimeout(timer)
    }
    const idle = requestIdleCallback(fetch, { timeout: 5000 })
    return () => cancelIdleCallback(idle)
  }, [parts])
}
