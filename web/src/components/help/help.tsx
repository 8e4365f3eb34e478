'use client'

import { ChevronRight, Search, SearchX } from 'lucide-react'
import { useRouter, useSearchParams } from 'next/navigation'
import { useDeferredValue, useState } from 'react'
import { VisitorWidget } from '@/components/assistant/visitor-widget'
import Link from '@/components/link'
import { Failure } from '@/components/notice'
import { Empty, PageHeader } from '@/components/page'
import { Button } from '@/components/ui/button'
import { Input } from '@/components/ui/input'
import { SkeletonRows } from '@/components/ui/skeleton'
import { useArticles, useSearch, type Found } from '@/lib/api/knowledge'
import type { Company } from '@/lib/standing'
import { cn } from '@/lib/utils'

const CATEGORIES: Record<string, string> = { hvac: 'Heating and cooling', electrical: 'Electrical', plumbing: 'Plumbing', billing: 'Bills and payment', portal_usage: 'Using the portal', safety: 'Safety', general: 'General' }
const nameOf = (category: string | null) => CATEGORIES[category ?? 'general'] ?? category![0]!.toUpperCase() + category!.slice(1).replaceAll('_', ' ')

/** `company`: whose assistant visitors can ask; those who are signed in have it elsewhere. */
export function Help({ isSignedIn, company }: { isSignedIn: boolean; company?: Company }) {
  const [router, asked] = [useRouter(), useSearchParams()]
  const [words, setWords] = useState(asked.get('q') ?? '')
  const query = useDeferredValue(words.trim())
  const change = (text: string) => {
    setWords(text)
    router.replace(text.trim() ? `/help?q=${encodeURIComponent(text.trim())}` : '/help', { scroll: false })
  }
  return (
    <div className={cn('mx-auto', company ? 'max-w-5xl' : 'max-w-3xl')}>
      <PageHeader title="Help" lead="Answers to what people ask most, and what to do until we are there." />
      <div role="search" className="relative mb-8">
        <Search className="pointer-events-none absolute top-1/2 left-4 size-5 -translate-y-1/2 text-muted" aria-hidden />
        <Input type="search" aria-label="Search the help articles" placeholder="No heat, filter, invoice …" className="h-13 pl-12 text-lg" value={words} onChange={(event) => change(event.target.value)} />
      </div>
      <div className={cn(company && 'flex flex-col gap-7 lg:grid lg:grid-cols-[minmax(0,3fr)_minmax(0,2fr)] lg:items-start')}>
        <div>{query.length > 1 ? <Results query={query} isSignedIn={isSignedIn} /> : <All />}</div>
        {company && <div className={cn('lg:sticky lg:top-6 lg:order-none', query.length < 2 && 'order-first')}><VisitorWidget company={company} /></div>}
      </div>
    </div>
  )
}

function All() {
  const { data, error } = useArticles()
  if (error) return <Failure error={error} />
  if (!data) return <SkeletonRows className="h-14" />
  const categories = [...new Set(data.map(({ category }) => category))]
  return (
    <div className="space-y-7">
      {categories.map((category) => (
        <section key={category} aria-labelledby={`category-${category}`}>
          <h2 id={`category-${category}`} className="mb-3 text-lg font-semibold tracking-tight">{nameOf(category)}</h2>
          <ul className="overflow-hidden rounded-card border bg-surface shadow-card">
            {data.filter((article) => article.category === category).map(({ slug, title }) => (
              <li key={slug} className="border-b last:border-0">
                <Link href={`/help/${slug}`} className="flex min-h-13 items-center justify-between gap-4 px-4 py-3 hover:bg-surface-2">{title}<ChevronRight className="size-5 shrink-0 text-muted" aria-hidden /></Link>
              </li>
            ))}
          </ul>
        </section>
      ))}
    </div>
  )
}

function Results({ query, isSignedIn }: { query: string; isSignedIn: boolean }) {
  const { data, error } = useSearch(query)
  if (error) return <Failure error={error} />
  if (!data) return <SkeletonRows />
  // The best passage of each article.
  const best = [...new Map([...data].reverse().map((passage: Found) => [passage.slug, passage])).values()].reverse()
  if (best.length === 0) {
    return <Empty icon={SearchX} title={`Nothing about “${query}”`} action={isSignedIn ? { href: '/messages/new', label: 'Write to us' } : undefined}>Try other words, or ask us.</Empty>
  }
  return (
    <>
      <p role="status" className="sr-only">{best.length} articles found</p>
      <ul className="space-y-3">
        {best.map(({ slug, title, content }) => (
          <li key={slug}>
            <Link href={`/help/${slug}`} className="block rounded-card border bg-surface p-4 shadow-card hover:border-brand-line">
              <span className="font-semibold text-brand-text">{title}</span>
              <span className="mt-1 line-clamp-2 text-[0.95rem] text-muted">{content.replace(/[#*_`>]/g, '')}</span>
            </Link>
          </li>
        ))}
      </ul>
      {isSignedIn && <p className="mt-6 text-center text-muted">Not what you were looking for? <Button asChild variant="link"><Link href="/assistant">Ask the assistant</Link></Button></p>}
    </>
  )
}
