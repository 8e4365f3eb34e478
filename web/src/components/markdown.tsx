'use client'

import { memo, type ReactNode } from 'react'
import ReactMarkdown from 'react-markdown'
import gfm from 'remark-gfm'
import { cn } from '@/lib/utils'

interface Props {
  text: string
  className?: string
  onHash?: (hash: string) => void
  /** Where the headings stand in the page: below its title, below a card's, or nowhere. */
  headings?: 'h2' | 'h3'
}

/** Markdown as inert text: no HTML, no pictures from elsewhere, links that leave say so. */
export const Markdown = memo(function Markdown({ text, className, onHash, headings }: Props) {
  return (
    <div className={cn('prose text-[0.98rem] leading-relaxed break-words', className)}>
      <ReactMarkdown
        remarkPlugins={[gfm]}
        skipHtml
        disallowedElements={['img']}
        components={{
          h1: ({ children }) => <Heading as={headings} level={0}>{children}</Heading>,
          h2: ({ children }) => <Heading as={headings} level={0}>{children}</Heading>,
          h3: ({ children }) => <Heading as={headings} level={1}>{children}</Heading>,
          h4: ({ children }) => <Heading as={headings} level={1}>{children}</Heading>,
          a: ({ href = '', children }) =>
            href.startsWith('#') && onHash ? (
              <button type="button" onClick={() => onHash(href)} aria-label={`Source ${String(children)}`} className="mx-0.5 inline-grid size-5 place-items-center rounded bg-brand-soft align-super text-[0.7rem] font-semibold text-brand-text">{children}</button>
            ) : (
              <a href={href} {...(/^https?:/.test(href) && { target: '_blank', rel: 'noreferrer noopener' })}>{children}</a>
            ),
        }}
      >
        {text}
      </ReactMarkdown>
    </div>
  )
})

function Heading({ as, level, children }: { as?: 'h2' | 'h3'; level: 0 | 1; children: ReactNode }) {
  if (!as) return <p><strong>{children}</strong></p>
  const Tag = (['h2', 'h3', 'h4'] as const)[(as === 'h2' ? 0 : 1) + level]!
  return <Tag>{children}</Tag>
}
