'use client'

import { useState } from 'react'
import Link from '@/components/link'
import { useStartTalk, type Subject } from '@/lib/api/assistant'
import { AskCard } from './ask-card'
import { ChatOnDemand } from './chat-on-demand'

/** The assistant beside something else: the first question begins a conversation right here. */
export function AskWidget({ subject, appointmentId, hint }: { subject: Subject; appointmentId?: string; hint?: string }) {
  const start = useStartTalk()
  const [first, setFirst] = useState('')
  const ask = (text: string) => {
    setFirst(text)
    start.mutate({ subject, appointmentId })
  }
  const talk = start.data
  return (
    <AskCard
      id={`ask-${subject}`}
      subject={subject}
      hint={hint ?? 'It answers from our help articles, with sources; a person is one click away.'}
      isStarting={start.isPending}
      error={start.error}
      onAsk={ask}
      action={talk && <Link href={`/assistant/${talk.id}`} className="text-sm font-medium text-brand-text hover:underline">Open as page</Link>}
    >
      {talk && <ChatOnDemand id={talk.id} first={first} />}
    </AskCard>
  )
}
