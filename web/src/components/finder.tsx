'use client'

import { useState } from 'react'
import { PAGE } from '@/lib/query'
import { Input } from './ui/input'

/** From so many on, a list is searched rather than read. */
const MANY = 8

/** A list that is here as a whole: narrowed by words, and shown a page at a time (`more`, while there is more). */
export function useFinder<T>(items: T[], textOf: (item: T) => string) {
  const [words, setWords] = useState('')
  const [pages, setPages] = useState(1)
  const wanted = words.toLowerCase().split(/\s+/).filter(Boolean)
  const found = wanted.length === 0 ? items : items.filter((item) => {
    const text = textOf(item).toLowerCase()
    return wanted.every((word) => text.includes(word))
  })
  return {
    words, isMany: items.length > MANY, found, shown: found.slice(0, pages * PAGE),
    look: (next: string) => (setWords(next), setPages(1)),
    more: found.length > pages * PAGE ? () => setPages(pages + 1) : undefined,
  }
}

/** Where to type the words; nothing where there is little to search. */
export function FinderField({ finder, label }: { finder: Pick<ReturnType<typeof useFinder>, 'words' | 'isMany' | 'found' | 'look'>; label: string }) {
  if (!finder.isMany) return null
  return (
    <>
      <Input type="search" aria-label={label} placeholder={label} value={finder.words} onChange={(event) => finder.look(event.target.value)} />
      <p role="status" className={finder.found.length > 0 ? 'sr-only' : 'py-4 text-center text-muted'}>
        {finder.found.length === 0 ? 'Nothing is called that.' : finder.words.trim() && `${finder.found.length} found`}
      </p>
    </>
  )
}
