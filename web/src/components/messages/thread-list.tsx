'use client'

import { MessageSquare, PenLine } from 'lucide-react'
import Link from '@/components/link'
import { More } from '@/components/more'
import { Failure } from '@/components/notice'
import { Empty, PageHeader } from '@/components/page'
import { usePlace } from '@/components/shell/place'
import { Badge } from '@/components/ui/badge'
import { Button } from '@/components/ui/button'
import { SkeletonRows } from '@/components/ui/skeleton'
import { useThreads, type Thread } from '@/lib/api/messages'
import { useSettings } from '@/lib/api/settings'
import { ago } from '@/lib/format'
import { cn } from '@/lib/utils'

export function ThreadList() {
  const { place } = usePlace()
  const list = useThreads(place)
  const rows = list.data?.pages.flat() ?? []
  return (
    <div className="mx-auto max-w-3xl">
      <PageHeader title="Messages" lead="With the office and your technician.">
        <Button asChild><Link href="/messages/new"><PenLine aria-hidden />New message</Link></Button>
      </PageHeader>
      <Failure error={list.error} className="mb-4" />
      {list.isPending && <SkeletonRows className="h-20" />}
      {rows.length > 0 && <ul className="overflow-hidden rounded-card border bg-surface shadow-card">{rows.map((thread) => <Row key={thread.id} thread={thread} />)}</ul>}
      {list.data && rows.length === 0 && (
        <Empty icon={MessageSquare} title={place ? 'No messages about this location' : 'No messages yet'} action={{ href: '/messages/new', label: 'Write to us' }}>A question about a visit or a bill? Write to us, and we answer here.</Empty>
      )}
      <More list={list} />
    </div>
  )
}

function Row({ thread }: { thread: Thread }) {
  const locations = useSettings().data?.locations ?? []
  const { id, subject, status, last_message_at, last_message_preview, unread_count, location_id } = thread
  const isUnread = (unread_count ?? 0) > 0
  const place = locations.length > 1 ? locations.find((one) => one.id === location_id)?.label : undefined
  return (
    <li className="border-b last:border-0">
      <Link href={`/messages/${id}`} className="flex gap-3.5 px-4 py-3.5 hover:bg-surface-2 sm:px-5">
        <span aria-hidden className={cn('mt-2 size-2.5 shrink-0 rounded-full', isUnread ? 'bg-brand' : 'bg-transparent')} />
        <span className="min-w-0 flex-1">
          <span className="flex items-baseline justify-between gap-3">
            <span className={cn('truncate', isUnread ? 'font-semibold' : 'font-medium')}>{subject}</span>
            <time suppressHydrationWarning dateTime={last_message_at ?? undefined} className="shrink-0 text-sm text-muted">{ago(last_message_at)}</time>
          </span>
          <span className={cn('mt-0.5 block truncate text-[0.95rem]', isUnread ? 'text-foreground' : 'text-muted')}>{last_message_preview}</span>
          <span className="mt-1.5 flex flex-wrap items-center gap-2 empty:hidden">
            {isUnread && <Badge tone="brand">{unread_count} new</Badge>}
            {status === 'closed' && <Badge>Closed</Badge>}
            {place && <span className="text-sm text-muted">{place}</span>}
          </span>
        </span>
      </Link>
    </li>
  )
}
