'use client'

import { useSearchParams } from 'next/navigation'
import Link from '@/components/link'
import { Failure, Notice } from '@/components/notice'
import { PageHeader } from '@/components/page'
import { Button } from '@/components/ui/button'
import { Skeleton } from '@/components/ui/skeleton'
import { useSaid, useTalk } from '@/lib/api/assistant'
import { Chat } from './chat'
import { SUBJECTS, SUGGESTIONS } from './subjects'

export function TalkPage({ id }: { id: string }) {
  const [talk, said] = [useTalk(id), useSaid(id)]
  // A question on its way from another page is asked once: not again after a reload, when it is stored already.
  const first = useSearchParams().get('ask') ?? undefined
  if (!talk.data || !said.data) return <>{talk.error || said.error ? <Failure error={talk.error ?? said.error} /> : <Skeleton className="h-96 rounded-card" />}</>
  const isNew = !said.data.some(({ role }) => role === 'user')
  return (
    <div className="mx-auto flex h-[calc(100dvh-12.5rem)] max-w-3xl flex-col lg:h-[calc(100dvh-6rem)]">
      <PageHeader back={{ href: '/assistant', label: 'Assistant' }} title={SUBJECTS[talk.data.context_type]} />
      {talk.data.status === 'escalated' && talk.data.thread_id && (
        <Notice className="mb-4" title="A person has taken over">
          <Button asChild size="sm" className="mt-2"><Link href={`/messages/${talk.data.thread_id}`}>Go on there</Link></Button>
        </Notice>
      )}
      <Chat key={id} id={id} said={said.data} first={isNew ? first : undefined} suggestions={SUGGESTIONS[talk.data.context_type]} className="flex-1 overflow-hidden rounded-card border bg-surface shadow-card" />
    </div>
  )
}
