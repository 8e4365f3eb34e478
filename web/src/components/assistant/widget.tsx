'use client'

import { ArrowUp, Sparkles } from 'lucide-react'
import dynamic from 'next/dynamic'
import Link from 'next/link'
import { useState, type FormEvent } from 'react'
import { Failure } from '@/components/notice'
import { Button } from '@/components/ui/button'
import { Card, CardContent, CardHeader, CardTitle } from '@/components/ui/card'
import { Input } from '@/components/ui/input'
import { Skeleton } from '@/components/ui/skeleton'
import { useStartTalk, type Subject } from '@/lib/api/assistant'
import { SUGGESTIONS } from './subjects'

// Whoever asks nothing loads nothing of it.
const Chat = dynamic(() => import('./chat').then((module) => module.Chat), { loading: () => <Skeleton className="m-5 h-40" /> })

/** The assistant beside something else: the first question begins a conversation right here. */
export function AskWidget({ subject, appointmentId, hint }: { subject: Subject; appointmentId?: string; hint?: string }) {
  const start = useStartTalk()
  const [question, setQuestion] = useState('')
  const ask = (text: string) => {
    if (!text.trim()) return
    setQuestion(text.trim())
    start.mutate({ subject, appointmentId })
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    ask(question)
  }
  const talk = start.data
  return (
    <Card aria-labelledby={`ask-${subject}`} className="overflow-hidden print:hidden">
      <CardHeader>
        <CardTitle id={`ask-${subject}`} className="flex items-center gap-2"><Sparkles className="size-4.5 text-brand-text" aria-hidden />Ask the assistant</CardTitle>
        {talk && <Link href={`/assistant/${talk.id}`} className="text-sm font-medium text-brand-text hover:underline">Open as page</Link>}
      </CardHeader>
      {talk ? (
        <Chat id={talk.id} said={NOTHING} first={question} className="max-h-[34rem]" />
      ) : (
        <CardContent className="space-y-3.5">
          <p className="text-[0.95rem] text-muted">{hint ?? 'It answers from our help articles, with sources; a person is one click away.'}</p>
          <form onSubmit={submit} className="flex gap-2">
            <Input aria-label="Your question" placeholder="Ask a question" maxLength={4000} value={question} onChange={(event) => setQuestion(event.target.value)} />
            <Button type="submit" size="icon" aria-label="Ask" busy={start.isPending}>{!start.isPending && <ArrowUp aria-hidden />}</Button>
          </form>
          <ul className="flex flex-wrap gap-2">
            {SUGGESTIONS[subject].map((text) => <li key={text}><Button variant="soft" size="sm" disabled={start.isPending} onClick={() => ask(text)}>{text}</Button></li>)}
          </ul>
          <Failure error={start.error} />
        </CardContent>
      )}
    </Card>
  )
}

const NOTHING: never[] = []
