'use client'

import { ArrowUp, Check, CheckCheck, CircleAlert, Clock, RotateCw } from 'lucide-react'
import dynamic from 'next/dynamic'
import { useEffect, useMemo, useRef, useState, type FormEvent, type KeyboardEvent } from 'react'
import { Failure } from '@/components/notice'
import { Button } from '@/components/ui/button'
import { Textarea } from '@/components/ui/input'
import { Skeleton } from '@/components/ui/skeleton'
import { useMarkRead, useMessages, useSend, type Draft, type Message } from '@/lib/api/messages'
import type { Attachment } from '@/lib/database'
import { asApiError } from '@/lib/errors'
import { clock, day } from '@/lib/format'
import { useSettings } from '@/lib/api/settings'
import { useViewerZone } from '@/components/zone'
import { useDraft } from '@/lib/draft'
import { cn } from '@/lib/utils'
import { AttachButton, AttachmentEditor, AttachmentList, useAttachments } from './attachments'

// Only what the assistant hands over is Markdown.
const Markdown = dynamic(() => import('@/components/markdown').then((module) => module.Markdown))

const isText = (kept: unknown): kept is string => typeof kept === 'string'

/** What was said, what is on its way, and the place to write: the same on its own page and on an appointment's. */
export function Conversation({ threadId, className }: { threadId: string; className?: string }) {
  const list = useMessages(threadId)
  const send = useSend(threadId)
  const { mutate: markRead } = useMarkRead(threadId)
  // The server does not know the reader's clock; the company's stands in for it.
  const [viewer, office] = [useViewerZone(), useSettings().data?.organization.timezone]
  const zone = viewer ?? office
  const [drafts, setDrafts] = useState<Draft[]>([])
  const messages = useMemo(() => (list.data?.pages.flat() ?? []).toReversed(), [list.data])
  const log = useRef<HTMLDivElement>(null)

  const stored = useMemo(() => new Set(messages.map(({ client_message_id }) => client_message_id)), [messages])
  const waiting = drafts.filter(({ client_message_id }) => !stored.has(client_message_id))
  const last = messages.at(-1)

  useEffect(() => {
    if (last && !last.is_mine && document.visibilityState === 'visible') markRead()
  }, [last, markRead])
  // Browsers answer it with a promise by now, which is no clean-up.
  useEffect(() => void log.current?.scrollTo({ top: 0 }), [last?.id, waiting.length])

  const submit = (body: string, attachments: Attachment[], id = crypto.randomUUID() as string) => {
    const draft: Draft = { body, attachments, client_message_id: id, sent_at: new Date().toISOString(), state: 'sending' }
    const put = (change: Partial<Draft>) => setDrafts((all) => all.map((one) => (one.client_message_id === id ? { ...one, ...change } : one)))
    setDrafts((all) => [...all.filter((one) => one.client_message_id !== id), draft])
    // The same id again is the same message: it arrives once, however often it is sent.
    send.mutate({ body, attachments, clientMessageId: id }, { onError: (error) => put({ state: 'failed', error: asApiError(error) }) })
  }

  return (
    <div className={cn('flex min-h-0 flex-col', className)}>
      {/* Turned around, for a browser to begin at its end: that is where nothing scrolls. */}
      <div ref={log} role="log" aria-label="Messages" tabIndex={0} className="flex min-h-0 flex-1 flex-col-reverse overflow-y-auto">
        <div className="mb-auto space-y-1 px-4 py-4 sm:px-5">
          <Failure error={list.error} />
          {list.isPending && <div className="space-y-4"><Skeleton className="h-14 w-2/3" /><Skeleton className="ml-auto h-14 w-1/2" /></div>}
          {list.hasNextPage && (
            <div className="flex justify-center pb-3"><Button variant="outline" size="sm" busy={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>Earlier messages</Button></div>
          )}
          {messages.map((message, at) => (
            <Stored key={message.id} message={message} before={messages[at - 1]} isLast={message.id === last?.id && waiting.length === 0} zone={zone} />
          ))}
          {waiting.map((draft) => (
            <Waiting key={draft.client_message_id} draft={draft} onRetry={() => submit(draft.body, draft.attachments, draft.client_message_id!)} />
          ))}
        </div>
      </div>
      <Composer name={`message:${threadId}`} onSend={submit} />
    </div>
  )
}

function Stored({ message, before, isLast, zone }: { message: Message; before?: Message; isLast: boolean; zone: string | undefined }) {
  const { body, attachments, is_mine, sender_type, sender_name, sent_at, read_at } = message
  const isNewDay = !before || day(before.sent_at, zone) !== day(sent_at, zone)
  const goesOn = before && !isNewDay && before.sender_name === sender_name && before.is_mine === is_mine
  return (
    <>
      {isNewDay && <p className="pt-4 pb-2 text-center text-xs font-medium text-muted">{day(sent_at, zone)}</p>}
      {sender_type === 'system' ? (
        <div className="mx-auto my-3 max-w-xl rounded-xl border border-dashed px-4 py-3 text-sm text-muted">
          {sender_name && <p className="mb-1 text-xs font-semibold">{sender_name}</p>}
          <Markdown text={body} className="text-sm" />
        </div>
      ) : (
        <Bubble isMine={Boolean(is_mine)} isApart={!goesOn}>
          {!is_mine && !goesOn && <p className="mb-0.5 text-xs font-semibold text-brand-text">{sender_name}</p>}
          <p className="break-words whitespace-pre-line">{body}</p>
          <AttachmentList attachments={attachments as unknown as Attachment[]} className="mt-2" />
          <p className={cn('mt-1 flex items-center justify-end gap-1 text-[0.7rem]', is_mine ? 'text-brand-ink' : 'text-muted')}>
            <time dateTime={sent_at}>{clock(sent_at, zone)}</time>
            {is_mine && (read_at ? <CheckCheck className="size-3.5" aria-label="Seen" /> : <Check className="size-3.5" aria-label="Sent" />)}
          </p>
        </Bubble>
      )}
      {isLast && is_mine && read_at && <p className="text-right text-xs text-muted">Seen {clock(read_at, zone)}</p>}
    </>
  )
}

function Waiting({ draft, onRetry }: { draft: Draft; onRetry: () => void }) {
  const hasFailed = draft.state === 'failed'
  return (
    <div>
      <Bubble isMine isApart>
        <p className="break-words whitespace-pre-line">{draft.body}</p>
        <AttachmentList attachments={draft.attachments} className="mt-2" />
        <p className="mt-1 flex items-center justify-end gap-1 text-[0.7rem] text-brand-ink">
          {hasFailed ? <><CircleAlert className="size-3.5" aria-hidden />Not sent</> : <><Clock className="size-3.5" aria-hidden />Sending …</>}
        </p>
      </Bubble>
      {hasFailed && (
        <div role="alert" className="mt-1 text-right text-sm text-bad">
          {draft.error?.message}{' '}
          <button type="button" onClick={onRetry} className="inline-flex items-center gap-1 py-1 font-semibold underline"><RotateCw className="size-3.5" aria-hidden />Send again</button>
        </div>
      )}
    </div>
  )
}

function Bubble({ isMine, isApart, children }: { isMine: boolean; isApart: boolean; children: React.ReactNode }) {
  return (
    <div className={cn('flex', isMine ? 'justify-end' : 'justify-start', isApart && 'pt-2')}>
      <div className={cn('max-w-[85%] rounded-2xl px-3.5 py-2 sm:max-w-[75%]', isMine ? 'rounded-br-md bg-brand text-brand-ink' : 'rounded-bl-md bg-surface-2')}>{children}</div>
    </div>
  )
}

interface ComposerProps {
  /** Under which name what is half written is kept. */
  name: string
  onSend: (body: string, attachments: Attachment[]) => void
  placeholder?: string
  isBusy?: boolean
}

export function Composer({ name, onSend, placeholder = 'Write a message', isBusy }: ComposerProps) {
  const { draft: body, setDraft: setBody, forget } = useDraft<string>(name, '', isText)
  const files = useAttachments()
  const canSend = body.trim() !== '' && files.pending === 0 && !isBusy
  const submit = (event?: FormEvent) => {
    event?.preventDefault()
    if (!canSend) return
    onSend(body.trim(), files.files)
    forget()
    files.setFiles([])
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const hasKeyboard = window.matchMedia('(pointer: fine)').matches
    if (event.key === 'Enter' && !event.shiftKey && !event.nativeEvent.isComposing && hasKeyboard) {
      event.preventDefault()
      submit()
    }
  }
  return (
    <form onSubmit={submit} className="space-y-2 border-t p-3">
      <AttachmentEditor files={files} />
      <div className="flex items-end gap-1.5">
        <AttachButton compact files={files} label="Attach photos or files" />
        <Textarea
          aria-label={placeholder} placeholder={placeholder} rows={1} maxLength={10_000} className="max-h-40 min-h-11 resize-none"
          value={body} onChange={(event) => setBody(event.target.value)} onKeyDown={onKeyDown}
        />
        <Button type="submit" size="icon" aria-label="Send" disabled={!canSend}><ArrowUp aria-hidden /></Button>
      </div>
    </form>
  )
}
