'use client'

import Link from '@/components/link'
import { Markdown } from '@/components/markdown'
import { Failure } from '@/components/notice'
import { PageHeader } from '@/components/page'
import { Button } from '@/components/ui/button'
import { useArticle } from '@/lib/api/knowledge'
import { date } from '@/lib/format'
import { withoutTitle } from './article'

export function ArticlePage({ slug, isSignedIn }: { slug: string; isSignedIn: boolean }) {
  const { data, error } = useArticle(slug)
  if (!data) return <Failure error={error} />
  return (
    <article className="mx-auto max-w-2xl">
      <PageHeader back={{ href: '/help', label: 'Help' }} title={data.title} lead={<span className="text-sm">Last changed {date(data.updated_at, 'UTC')}</span>} />
      <Markdown headings="h2" className="text-[1.05rem]" text={withoutTitle(data.body_markdown, data.title)} />
      <footer className="mt-10 flex flex-wrap items-center gap-3 border-t pt-6 print:hidden">
        <p className="mr-auto font-medium">Still a question?</p>
        {isSignedIn
          ? <><Button asChild variant="outline"><Link href="/assistant">Ask the assistant</Link></Button><Button asChild><Link href="/messages/new">Write to us</Link></Button></>
          : <><Button asChild variant="outline"><Link href="/help#ask">Ask the assistant</Link></Button><Button asChild><Link href="/login?next=%2Fmessages%2Fnew">Log in and write to us</Link></Button></>}
      </footer>
    </article>
  )
}
