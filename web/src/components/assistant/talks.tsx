'use client'

import { ArrowUp, ChevronRight, MessagesSquare, Sparkles } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { useState, type FormEvent } from 'react'
import Link from '@/components/link'
import { More } from '@/components/more'
import { Failure } from '@/components/notice'
import { Empty, PageHeader } from '@/components/page'
import { Badge } from '@/components/ui/badge'
import { Button } from '@/components/ui/button'
import { Card, CardContent } from '@/components/ui/card'
import { Textarea } from '@/components/ui/input'
import { SkeletonRows } from '@/components/ui/skeleton'
import { useStartTalk, useTalks } from '@/lib/api/assistant'
import { ago } from '@/lib/format'
import { SUBJECTS, SUGGESTIONS } from './subjects'

export function Talks() {
  const router = useRouter()
  const [list, start] = [useTalks(), useStartTalk()]
  const [question, setQuestion] = useState('')
  const rows = list.data?.pages.flat() ?? []
  const ask = (text: string) =>
    text.trim() && start.mutate({ subject: 'general_support' }, { onSuccess: ({ id }) => router.push(`/assistant/${id}?ask=${encodeURIComponent(text.trim())}`) })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    ask(question)
  }
  const isBusy = start.isPending || start.isSuccess
  return (
    <div className="mx-auto max-w-3xl">
      <PageHeader title="Assistant" lead="It knows our help articles and your appointments, and says where it has it from. A person is one click away.">
        <Button asChild variant="outline"><Link href="/messages/new">Write to a person</Link></Button>
      </PageHeader>
      <Card className="mb-8">
        <CardContent className="space-y-3.5 py-5">
          <form onSubmit={submit} className="space-y-3">
            <Textarea aria-label="Your question" placeholder="What would you like to know?" maxLength={4000} value={question} onChange={(event) => setQuestion(event.target.value)} />
            <div className="flex flex-wrap items-center justify-between gap-3">
              <ul className="flex flex-wrap gap-2">
                {SUGGESTIONS.general_support.map((text) => <li key={text}><Button variant="soft" size="sm" disabled={isBusy} onClick={() => ask(text)}>{text}</Button></li>)}
              </ul>
              <Button type="submit" busy={isBusy} disabled={!question.trim()}>Ask<ArrowUp aria-hidden /></Button>
            </div>
          </form>
          <Failure error={start.error} />
        </CardContent>
      </Card>
      <h2 className="mb-3 text-lg font-semibold tracking-tight">Earlier conversations</h2>
      <Failure error={list.error} />
      {list.isPending && <SkeletonRows rows={3} className="h-16" />}
      {list.data && rows.length === 0 && <Empty icon={MessagesSquare} title="No questions yet">What you ask, you find here again.</Empty>}
      {rows.length > 0 && (
        <ul className="overflow-hidden rounded-card border bg-surface shadow-card">
          {rows.map((talk) => (
            <li key={talk.id} className="border-b last:border-0">
              <Link href={talk.thread_id ? `/messages/${talk.thread_id}` : `/assistant/${talk.id}`} className="flex items-center gap-3.5 px-4 py-3.5 hover:bg-surface-2">
                <Sparkles className="size-5 shrink-0 text-muted" aria-hidden />
                <span className="min-w-0 flex-1">
                  <span className="block truncate font-medium">{talk.ai_messages[0]?.content ?? SUBJECTS[talk.context_type]}</span>
                  {talk.status === 'escalated' && <Badge tone="brand">With a person</Badge>}
                </span>
                <span suppressHydrationWarning className="shrink-0 text-sm text-muted">{ago(talk.started_at)}</span>
                <ChevronRight className="size-5 shrink-0 text-muted" aria-hidden />
              </Link>
            </li>
          ))}
        </ul>
      )}
      <More list={list} />
    </div>
  )
}
