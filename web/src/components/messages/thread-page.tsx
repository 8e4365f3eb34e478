'use client'

import { ArchiveRestore, Check } from 'lucide-react'
import Link from '@/components/link'
import { Failure } from '@/components/notice'
import { PageHeader } from '@/components/page'
import { Button } from '@/components/ui/button'
import { useToast } from '@/components/ui/toast'
import { useSetThreadStatus, useThread } from '@/lib/api/messages'
import { useSettings } from '@/lib/api/settings'
import { Conversation } from './conversation'

export function ThreadPage({ id }: { id: string }) {
  const { data: thread, error } = useThread(id)
  const [change, tell] = [useSetThreadStatus(id), useToast()]
  const place = useSettings().data?.locations.find((one) => one.id === thread?.location_id)
  if (!thread) return <Failure error={error} />
  const isClosed = thread.status === 'closed'
  const set = (status: 'open' | 'closed') =>
    change.mutate(status, { onSuccess: () => tell(status === 'closed' ? 'The conversation is closed' : 'The conversation is open again'), onError: tell.failure })
  return (
    <div className="mx-auto flex h-[calc(100dvh-12.5rem)] max-w-3xl flex-col lg:h-[calc(100dvh-6rem)]">
      <PageHeader
        back={{ href: '/messages', label: 'Messages' }}
        title={<span className="line-clamp-2 text-xl sm:text-2xl">{thread.subject}</span>}
        lead={(thread.appointment_id || place) && (
          <span className="flex flex-wrap gap-x-3 text-[0.95rem]">
            {place && <span>{place.label}</span>}
            {thread.appointment_id && <Link href={`/appointments/${thread.appointment_id}`} className="font-medium text-brand-text underline underline-offset-4">See the visit</Link>}
          </span>
        )}
      >
        <Button variant="outline" size="sm" busy={change.isPending} onClick={() => set(isClosed ? 'open' : 'closed')}>
          {isClosed ? <><ArchiveRestore aria-hidden />Open again</> : <><Check aria-hidden />Close</>}
        </Button>
      </PageHeader>
      <Conversation threadId={id} className="flex-1 overflow-hidden rounded-card border bg-surface shadow-card" />
    </div>
  )
}
