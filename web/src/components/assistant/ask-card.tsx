'use client'

import { ArrowUp, Sparkles } from 'lucide-react'
import { useState, type FormEvent, type ReactNode } from 'react'
import { Failure } from '@/components/notice'
import { Button } from '@/components/ui/button'
import { Card, CardContent, CardHeader, CardTitle } from '@/components/ui/card'
import { Input } from '@/components/ui/input'
import type { Subject } from '@/lib/api/assistant'
import { SUGGESTIONS } from './subjects'

interface Props {
  id: string
  subject: Subject
  hint: string
  isStarting: boolean
  error: unknown
  onAsk: (question: string) => void
  action?: ReactNode
  below?: ReactNode
  /** The conversation, once there is one. */
  children?: ReactNode
}

/** Where the first question is asked; the conversation takes its place. */
export function AskCard({ id, subject, hint, isStarting, error, onAsk, action, below, children }: Props) {
  const [question, setQuestion] = useState('')
  const ask = (text: string) => {
    if (!text.trim()) return
    setQuestion(text.trim())
    onAsk(text.trim())
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    ask(question)
  }
  return (
    <Card id={id} aria-labelledby={`${id}-title`} className="scroll-mt-20 overflow-hidden print:hidden">
      <CardHeader>
        <CardTitle id={`${id}-title`} className="flex items-center gap-2"><Sparkles className="size-4.5 text-brand-text" aria-hidden />Ask the assistant</CardTitle>
        {action}
      </CardHeader>
      {children || (
        <CardContent className="space-y-3.5">
          <p className="text-[0.95rem] text-muted">{hint}</p>
          <form onSubmit={submit} className="flex gap-2">
            <Input aria-label="Your question" placeholder="Ask a question" maxLength={4000} value={question} onChange={(event) => setQuestion(event.target.value)} />
            <Button type="submit" size="icon" aria-label="Ask" busy={isStarting}>{!isStarting && <ArrowUp aria-hidden />}</Button>
          </form>
          <ul className="flex flex-wrap gap-2">
            {SUGGESTIONS[subject].map((text) => <li key={text}><Button variant="soft" size="sm" disabled={isStarting} onClick={() => ask(text)}>{text}</Button></li>)}
          </ul>
          <Failure error={error} />
          {below}
        </CardContent>
      )}
    </Card>
  )
}
