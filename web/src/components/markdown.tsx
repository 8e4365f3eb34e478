'use client'

import { memo } from 'react'
import ReactMarkdown from 'react-markdown'
import gfm from 'remark-gfm'
import { cn } from '@/lib/utils'

/** Markdown as inert text: no HTML, no pictures from elsewhere, links that leave say so. */
export const Markdown = memo(function Markdown({ text, className, onHash }: { text: string; className?: string; onHash?: (hash: string) => void }) {
  return (
    <div className={cn('prose text-[0.98rem] leading-relaxed break-words', className)}>
      <ReactMarkdown
        remarkPlugins={[gfm]}
        skipHtml
        disallowedElements={['img']}
        components={{
          // The page has its own h1.
          h1: ({ children }) => <h2>{children}</h2>,
          h2: ({ children }) => <h3>{children}</h3>,
          h3: ({ children }) => <h4>{children}</h4>,
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
