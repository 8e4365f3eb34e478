'use client'

import { useRouter } from 'next/navigation'
import type { FormEvent } from 'react'
import { LocationField } from '@/components/locations/field'
import { Failure } from '@/components/notice'
import { PageHeader } from '@/components/page'
import { usePlace } from '@/components/shell/place'
import { Button } from '@/components/ui/button'
import { Card, CardContent } from '@/components/ui/card'
import { Field } from '@/components/ui/field'
import { Input, Textarea } from '@/components/ui/input'
import { useCreateThread } from '@/lib/api/messages'
import { useSettings } from '@/lib/api/settings'
import { useDraft } from '@/lib/draft'
import { AttachButton, AttachmentEditor, useAttachments } from './attachments'

interface Draft {
  subject: string
  body: string
  locationId: string
  /** One per message: sent twice, it is one conversation. */
  id: string
}
const isDraft = (kept: unknown): kept is Draft => typeof (kept as Draft | null)?.body === 'string' && typeof (kept as Draft).id === 'string'

export function NewThread() {
  const router = useRouter()
  const { place } = usePlace()
  const settings = useSettings().data
  const locations = settings?.locations.filter(({ is_active }) => is_active) ?? []
  const create = useCreateThread()
  const files = useAttachments()
  const { draft, setDraft, forget } = useDraft<Draft>(`new-thread:${settings?.account?.id}`, { subject: '', body: '', locationId: place?.id ?? '', id: '' }, isDraft)
  const put = (change: Partial<Draft>) => setDraft({ ...draft, ...change })

  const send = (event: FormEvent) => {
    event.preventDefault()
    const id = draft.id || crypto.randomUUID()
    put({ id })
    create.mutate(
      { subject: draft.subject, body: draft.body, locationId: draft.locationId || undefined, attachments: files.files, clientMessageId: id },
      { onSuccess: ({ thread_id }) => (forget(), router.replace(`/messages/${thread_id}`)) },
    )
  }
  return (
    <div className="mx-auto max-w-2xl">
      <PageHeader back={{ href: '/messages', label: 'Messages' }} title="Write to us" lead="We answer here, and tell you by e-mail." />
      <Card>
        <CardContent className="py-5">
          <form onSubmit={send} className="space-y-5">
            <Field label="Subject" optional><Input maxLength={200} value={draft.subject} onChange={(event) => put({ subject: event.target.value })} /></Field>
            {locations.length > 1 && (
              <LocationField label="About which location?" none="All of them, or none" locations={locations} value={draft.locationId} onChange={(locationId) => put({ locationId })} />
            )}
            <Field label="Message"><Textarea required rows={6} maxLength={10_000} className="min-h-36" value={draft.body} onChange={(event) => put({ body: event.target.value })} /></Field>
            <AttachmentEditor files={files} />
            <Failure error={create.error} />
            <div className="flex flex-wrap justify-between gap-3">
              <AttachButton files={files} label="Attach files" />
              <Button type="submit" busy={create.isPending || create.isSuccess} disabled={!draft.body.trim() || files.pending > 0}>Send</Button>
            </div>
          </form>
        </CardContent>
      </Card>
    </div>
  )
}
