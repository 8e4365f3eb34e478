'use client'

import { useState } from 'react'
import { Failure } from '@/components/notice'
import { Card, CardContent, CardHeader, CardTitle } from '@/components/ui/card'
import { Skeleton } from '@/components/ui/skeleton'
import { useCreateThread, useThreadAbout } from '@/lib/api/messages'
import { Composer, Conversation } from './conversation'
import type { Attachment } from '@/lib/database'

/** The conversation about an appointment, on its page; the first message begins it. */
export function ThreadAbout({ appointmentId }: { appointmentId: string }) {
  const thread = useThreadAbout(appointmentId)
  const create = useCreateThread()
  const [id] = useState(() => crypto.randomUUID())
  const begin = (body: string, attachments: Attachment[]) => create.mutate({ body, attachments, appointmentId, clientMessageId: id })
  const threadId = thread.data?.id ?? create.data?.thread_id
  return (
    <Card aria-labelledby="thread" className="overflow-hidden print:hidden">
      <CardHeader><CardTitle id="thread">Messages about this visit</CardTitle></CardHeader>
      {thread.isPending ? <CardContent><Skeleton className="h-24" /></CardContent> : threadId ? (
        <Conversation threadId={threadId} className="mt-2 max-h-[32rem]" />
      ) : (
        <>
          <CardContent>
            <p className="text-muted">A gate code, a question, a photo? Write to us here; the technician sees it too.</p>
            <Failure error={create.error} className="mt-3" />
          </CardContent>
          <Composer name={`about:${appointmentId}`} onSend={begin} isBusy={create.isPending} />
        </>
      )}
    </Card>
  )
}
