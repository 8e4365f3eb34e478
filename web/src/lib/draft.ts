'use client'

import { useCallback, useEffect, useRef, useState } from 'react'
import { recall, remember } from './kept'

const shelf = () => localStorage
const PREFIX = 'portal-draft:'

/** Something half written that outlives a reload and a new log-in: kept in this browser, per account. */
export function useDraft<T>(name: string, initial: T, isDraft: (kept: unknown) => kept is T) {
  const key = PREFIX + name
  const [draft, setDraft] = useState(initial)
  const [isRestored, setRestored] = useState(false)
  const check = useRef(isDraft)

  useEffect(() => {
    const kept = recall(shelf, key, check.current)
    if (kept !== undefined) setDraft(kept)
    setRestored(true)
  }, [key])

  useEffect(() => {
    if (isRestored) remember(shelf, key, draft)
  }, [key, draft, isRestored])

  const forget = useCallback(() => {
    setDraft(initial)
    remember(shelf, key, null)
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
