'use client'

import Link from '@/components/link'
import { Failure } from '@/components/notice'
import { Markdown } from '@/components/markdown'
import { Dialog, DialogContent } from '@/components/ui/dialog'
import { Skeleton } from '@/components/ui/skeleton'
import { useArticle } from '@/lib/api/knowledge'

/** The article that an answer rests on, beside the answer. */
export function ArticleDialog({ slug, quote, onClose }: { slug: string; quote?: string; onClose: () => void }) {
  const { data, error } = useArticle(slug)
  return (
    <Dialog open onOpenChange={(open) => !open && onClose()}>
      <DialogContent className="sm:w-[min(44rem,calc(100vw-2rem))]" title={data?.title ?? 'Help article'}>
        <Failure error={error} />
        {quote && <blockquote className="mb-5 rounded-xl bg-brand-soft px-4 py-3 text-[0.95rem] whitespace-pre-line text-brand-text">{quote}</blockquote>}
        {data ? <Markdown headings="h3" text={withoutTitle(data.body_markdown, data.title)} /> : !error && <Skeleton className="h-48" />}
        {data && <p className="mt-5 border-t pt-4"><Link href={`/help/${slug}`} className="font-medium text-brand-text underline underline-offset-4">Open the article as a page</Link></p>}
      </DialogContent>
    </Dialog>
  )
}

/** Many articles begin with their own title, which the page has already. */
export function withoutTitle(text: string, title: string): string {
  const [first = '', ...rest] = text.trimStart().split('\n')
  return first.replace(/^#\s+/, '').trim() === title.trim() ? rest.join('\n') : text
}
