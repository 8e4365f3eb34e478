'use client'

import { useChat } from '@ai-sdk/react'
import { useQueryClient } from '@tanstack/react-query'
import { DefaultChatTransport } from 'ai'
import { ArrowUp, Headset, RotateCw, Sparkles, ThumbsDown, ThumbsUp, TriangleAlert } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { useEffect, useMemo, useRef, useState, type FormEvent, type KeyboardEvent } from 'react'
import { Failure, Notice } from '@/components/notice'
import { useHere } from '@/components/providers'
import { Button } from '@/components/ui/button'
import { Textarea } from '@/components/ui/input'
import { useToast } from '@/components/ui/toast'
import { useEscalate, useReportAnswer, type Said } from '@/lib/api/assistant'
import { ApiError, asApiError, type ErrorBody } from '@/lib/errors'
import { phone } from '@/lib/format'
import { cn } from '@/lib/utils'
import { Answer } from './answer'
import { fromStored, textOf, type ChatMessage, type Offer } from './message'
import { Reach, useVisitor } from './visitor'

interface Props {
  id: string
  said: Said[]
  /** Asked at once, as the first question. */
  first?: string
  suggestions?: string[]
  className?: string
}

/** A conversation with the assistant, by the gateway's stream. A person is always one click away. */
export function Chat({ id, said, first, suggestions = [], className }: Props) {
  const { api, config, org } = useHere()
  const [queries, visitor] = [useQueryClient(), useVisitor()]
  const token = visitor?.token
  const transport = useMemo(
    () =>
      new DefaultChatTransport<ChatMessage>({
        api: `${config.gatewayUrl}/ai/conversations/${id}/messages`,
        headers: async (): Promise<Record<string, string>> => {
          if (token) return { 'x-portal-session': token, apikey: config.publishableKey }
          const { data } = await api.auth.getSession()
          return { Authorization: `Bearer ${data.session?.access_token ?? ''}`, apikey: config.publishableKey, ...(org && { 'x-portal-org': org }) }
        },
        credentials: 'omit',
        // The conversation is stored there; only the last question counts.
        prepareSendMessagesRequest: ({ messages, trigger }) => ({ body: { id, trigger, messages: messages.filter(({ role }) => role === 'user').slice(-1) } }),
      }),
    [api, config, id, org, token],
  )
  const [before] = useState(() => visitor?.kept ?? said.map(fromStored))
  const { messages, sendMessage, regenerate, status, error, stop } = useChat<ChatMessage>({
    id, transport, messages: before, generateId: () => crypto.randomUUID(),
    onFinish: () => void queries.invalidateQueries({ queryKey: ['talks'] }),
  })
  const isBusy = status === 'submitted' || status === 'streaming'

  const asked = useRef(false)
  useEffect(() => {
    if (asked.current) return
    asked.current = true
    const last = before.findLast(({ role }) => role !== 'system')
    if (first && !last) void sendMessage({ text: first })
    // The page was left before the answer came: the same question has the same answer.
    else if (visitor && last?.role === 'user') void regenerate()
  }, [first, before, visitor, sendMessage, regenerate])

  useEffect(() => {
    if (messages.length > 0 && status !== 'streaming') visitor?.keep(messages)
  // Kept when something was asked or answered, not with every word.
  // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [status])

  const end = useRef<HTMLDivElement>(null)
  useEffect(() => void end.current?.scrollIntoView({ block: 'nearest' }), [messages, status])

  const shown = messages.filter(({ role }) => role !== 'system')
  const welcome = messages.find(({ role }) => role === 'system')
  const isEmpty = shown.length === 0 && !isBusy
  return (
    <div className={cn('flex min-h-0 flex-col', className)}>
      <div role="log" aria-label="Conversation with the assistant" aria-busy={isBusy} tabIndex={0} className="min-h-0 flex-1 space-y-4 overflow-y-auto px-4 py-4 sm:px-5">
        {welcome && isEmpty && <Bubble><p className="whitespace-pre-line">{textOf(welcome)}</p></Bubble>}
        {isEmpty && (
          <ul className="flex flex-wrap gap-2">
            {suggestions.map((text) => <li key={text}><Button variant="soft" size="sm" onClick={() => void sendMessage({ text })}>{text}</Button></li>)}
          </ul>
        )}
        {shown.map((message, at) => <Turn key={message.id} talkId={id} message={message} isRunning={isBusy && at === shown.length - 1} />)}
        {status === 'submitted' && <Bubble><span role="status" className="text-muted">Looking it up …</span></Bubble>}
        {error && <Refused talkId={id} error={readError(error)} onRetry={() => void regenerate()} />}
        <div ref={end} />
      </div>
      <Ask talkId={id} isBusy={isBusy} onAsk={(text) => void sendMessage({ text })} onStop={() => void stop()} />
    </div>
  )
}

/** The stream tells its errors as the API's four keys in a text. */
function readError(error: Error): ApiError {
  try {
    return new ApiError(JSON.parse(error.message) as ErrorBody, 500)
  } catch {
    return asApiError(error)
  }
}

function Bubble({ mine, children }: { mine?: boolean; children: React.ReactNode }) {
  if (mine) return <div className="flex justify-end"><div className="max-w-[85%] rounded-2xl rounded-br-md bg-brand px-3.5 py-2 break-words whitespace-pre-line text-brand-ink">{children}</div></div>
  return (
    <div className="flex gap-3">
      <span aria-hidden className="mt-0.5 grid size-8 shrink-0 place-items-center rounded-full bg-brand-soft text-brand-text"><Sparkles className="size-4" /></span>
      <div className="min-w-0 flex-1 pt-1">{children}</div>
    </div>
  )
}

function Turn({ talkId, message, isRunning }: { talkId: string; message: ChatMessage; isRunning: boolean }) {
  if (message.role === 'user') return <Bubble mine>{textOf(message)}</Bubble>
  const offers = message.parts.flatMap((part) => (part.type === 'data-offer-human' ? [part.data] : []))
  const text = textOf(message)
  if (!text) return null
  return (
    <Bubble>
      <span className="sr-only">Assistant: </span>
      {offers.some(({ reason }) => reason === 'safety') && <p role="alert" className="mb-2 inline-flex items-center gap-2 rounded-lg bg-bad-soft px-3 py-1.5 font-semibold text-bad"><TriangleAlert className="size-4.5" aria-hidden />Your safety comes first</p>}
      <Answer text={text} citations={message.metadata?.citations ?? []} />
      {message.metadata?.finish_reason === 'interrupted' && !isRunning && <p className="mt-2 text-sm text-muted">This answer was cut off.</p>}
      {offers.map((offer) => <HumanOffer key={offer.reason} talkId={talkId} offer={offer} />)}
      {!isRunning && message.metadata?.message_id && <Helpful messageId={message.metadata.message_id} said={message.metadata.is_helpful ?? null} />}
    </Bubble>
  )
}

function Helpful({ messageId, said }: { messageId: string; said: boolean | null }) {
  const [report, tell] = [useReportAnswer(useVisitor()?.token), useToast()]
  const [helpful, setHelpful] = useState(said)
  const say = (value: boolean) => {
    setHelpful(value)
    report.mutate({ messageId, helpful: value }, { onError: tell.failure })
  }
  return (
    <div className="mt-2 flex items-center gap-1 text-muted" role="group" aria-label="Did this help?">
      {([[true, ThumbsUp, 'It helped'], [false, ThumbsDown, 'It did not help']] as const).map(([value, Icon, label]) => (
        <button key={label} type="button" aria-label={label} aria-pressed={helpful === value} onClick={() => say(value)} className="grid size-8 place-items-center rounded-md hover:bg-surface-2 aria-pressed:text-brand-text">
          <Icon className="size-4" aria-hidden />
        </button>
      ))}
    </div>
  )
}

function HumanOffer({ talkId, offer }: { talkId: string; offer: Offer }) {
  return (
    <div className="mt-3 flex flex-wrap items-center gap-3 rounded-xl bg-surface-2 px-4 py-3">
      <p className="min-w-40 flex-1 text-[0.95rem]">{offer.reason === 'safety' ? 'Are you safe? A person can take it from here.' : 'Would you rather talk to a person?'}</p>
      {offer.phone && <Button asChild size="sm" variant={offer.reason === 'safety' ? 'default' : 'outline'}><a href={`tel:${offer.phone}`}>Call {phone(offer.phone)}</a></Button>}
      {!offer.can_escalate && offer.email && <Button asChild size="sm" variant="outline"><a href={`mailto:${offer.email}`}>Write an e-mail</a></Button>}
      {offer.can_escalate && <ToPerson talkId={talkId} reason={offer.reason} />}
    </div>
  )
}

/** Hands the conversation to a person; it goes on among the messages. */
export function ToPerson({ talkId, reason, label = 'Talk to a person', variant = 'outline' }: { talkId: string; reason?: string; label?: string; variant?: 'outline' | 'ghost' }) {
  const router = useRouter()
  const [escalate, tell, visitor] = [useEscalate(), useToast(), useVisitor()]
  if (visitor) return <div className="px-1"><Reach company={visitor.company} /></div>
  const go = () =>
    escalate.mutate({ id: talkId, reason }, {
      onSuccess: (thread) => {
        tell('A person takes over', 'We have told the office what you asked; the answer comes here.')
        router.push(`/messages/${thread}`)
      },
      onError: tell.failure,
    })
  return <Button size="sm" variant={variant} busy={escalate.isPending} onClick={go}><Headset aria-hidden />{label}</Button>
}

function Refused({ talkId, error, onRetry }: { talkId: string; error: ApiError; onRetry: () => void }) {
  const [router, visitor] = [useRouter(), useVisitor()]
  const thread = error.facts.thread_id
  if (error.reason === 'conversation_escalated' || error.reason === 'human_took_over') {
    return (
      <Notice title={error.message}>
        {typeof thread === 'string' && <Button size="sm" className="mt-2" onClick={() => router.push(`/messages/${thread}`)}>Go on with a person</Button>}
      </Notice>
    )
  }
  return (
    <Failure error={error}>
      <div className="mt-2 flex flex-wrap gap-2">
        {visitor && [404, 410].includes(error.status)
          ? <Button size="sm" variant="outline" onClick={visitor.forget}>Begin anew</Button>
          : <Button size="sm" variant="outline" onClick={onRetry}><RotateCw aria-hidden />Try again</Button>}
        <ToPerson talkId={talkId} reason="no_answer" />
      </div>
    </Failure>
  )
}

function Ask({ talkId, isBusy, onAsk, onStop }: { talkId: string; isBusy: boolean; onAsk: (text: string) => void; onStop: () => void }) {
  const [text, setText] = useState('')
  const submit = (event?: FormEvent) => {
    event?.preventDefault()
    if (!text.trim() || isBusy) return
    onAsk(text.trim())
    setText('')
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing || !window.matchMedia('(pointer: fine)').matches) return
    event.preventDefault()
    submit()
  }
  return (
    <form onSubmit={submit} className="border-t p-3">
      <div className="flex items-end gap-2">
        <Textarea aria-label="Your question" placeholder="Ask a question" rows={1} maxLength={4000} className="max-h-32 min-h-11 resize-none" value={text} onChange={(event) => setText(event.target.value)} onKeyDown={onKeyDown} />
        {isBusy ? <Button variant="outline" onClick={onStop}>Stop</Button> : <Button type="submit" size="icon" aria-label="Ask" disabled={!text.trim()}><ArrowUp aria-hidden /></Button>}
      </div>
      <div className="mt-1.5 flex flex-wrap items-center justify-between gap-x-4 gap-y-1">
        <p className="px-1 text-xs text-muted">Answers come from our help articles and can be wrong. In danger, call 911.</p>
        <ToPerson talkId={talkId} variant="ghost" />
      </div>
    </form>
  )
}
