'use client'

import { BookOpen } from 'lucide-react'
import { useMemo, useState } from 'react'
import { ArticleDialog } from '@/components/help/article'
import { Markdown } from '@/components/markdown'
import type { Citation } from '@/lib/api/assistant'

/** An answer with its sources: a number in the text opens the article that it rests on. */
export function Answer({ text, citations }: { text: string; citations: Citation[] }) {
  const [open, setOpen] = useState<Citation>()
  const { numbered, sources } = useMemo(() => numberSources(text, citations), [text, citations])
  const follow = (href: string) => setOpen(sources[Number(href.replace('#source-', '')) - 1])
  return (
    <>
      <Markdown text={numbered} onHash={follow} />
      {sources.length > 0 && (
        <ul className="mt-3 flex flex-wrap gap-2" aria-label="Sources">
          {sources.map((source, at) => (
            <li key={source.chunk_id} className="max-w-full">
              <button type="button" onClick={() => setOpen(source)} className="flex max-w-[min(18rem,100%)] items-center gap-2 rounded-lg border bg-surface px-2.5 py-1.5 text-left text-sm hover:bg-surface-2">
                <BookOpen className="size-4 shrink-0 text-muted" aria-hidden />
                <span className="truncate">{at + 1}. {source.title}</span>
              </button>
            </li>
          ))}
        </ul>
      )}
      {open && <ArticleDialog slug={open.slug} quote={open.quote} onClose={() => setOpen(undefined)} />}
    </>
  )
}

const MARKER = /\[(\d+(?:\s*,\s*\d+)*)\]/g

/** The markers of an answer number the passages that were found; readers count from one, in the order of the citations. */
export function numberSources(text: string, citations: Citation[]) {
  const numbers = [...new Set([...text.matchAll(MARKER)].flatMap((found) => found[1]!.split(',').map(Number)))].sort((a, b) => a - b)
  const known = numbers.length === citations.length
  const numbered = text.replace(MARKER, (_, list: string) =>
    known ? list.split(',').map((number) => `[${numbers.indexOf(Number(number)) + 1}](#source-${numbers.indexOf(Number(number)) + 1})`).join('') : '')
  return { numbered, sources: citations }
}
