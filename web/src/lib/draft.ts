'use client'

import { useCallback, useEffect, useRef, useState } from 'react'

const PREFIX = 'portal-draft:'

/** Something half written that outlives a reload and a new log-in: kept in this browser, per account. */
export function useDraft<T>(name: string, initial: T, isDraft: (kept: unknown) => kept is T) {
  const key = PREFIX + name
  const [draft, setDraft] = useState(initial)
  const [isRestored, setRestored] = useState(false)
  const check = useRef(isDraft)

  useEffect(() => {
    try {
      const kept: unknown = JSON.parse(localStorage.getItem(key) ?? 'null')
      if (check.current(kept)) setDraft(kept)
    } catch {
      // Unreadable, or the browser keeps nothing: begin anew.
    }
    setRestored(true)
  }, [key])

  useEffect(() => {
    if (isRestored) write(key, draft)
  }, [key, draft, isRestored])

  const forget = useCallback(() => {
    setDraft(initial)
    write(key, null)
  // The first value is as good as any later one.
  // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [key])
  return { draft, setDraft, isRestored, forget }
}

/** Whoever logs out leaves nothing behind. */
export function forgetDrafts() {
  try {
    for (const key of Object.keys(localStorage)) if (key.startsWith(PREFIX)) localStorage.removeItem(key)
  } catch {
    // The browser keeps nothing.
  }
}

function write(key: string, value: unknown) {
  try {
    if (value === null) localStorage.removeItem(key)
    else localStorage.setItem(key, JSON.stringify(value))
  } catch {
    // Private mode, or full: the page works without.
  }
}
