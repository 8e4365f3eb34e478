'use client'

import { useEffect, type FormEvent } from 'react'
import { AttachButton, AttachmentEditor, useAttachments } from '@/components/messages/attachments'
import { Button } from '@/components/ui/button'
import { Card, CardContent } from '@/components/ui/card'
import { Field } from '@/components/ui/field'
import { Textarea } from '@/components/ui/input'
import type { Draft } from './draft'

interface Props {
  draft: Draft
  onChange: (change: Partial<Draft>) => void
  onDone: () => void
}

export function ProblemStep({ draft, onChange, onDone }: Props) {
  const files = useAttachments(draft.attachments)
  useEffect(() => {
    if (files.files !== draft.attachments) onChange({ attachments: files.files })
  // The draft follows the files, and not the other way around.
  // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [files.files])
  const submit = (event: FormEvent) => {
    event.preventDefault()
    onDone()
  }
  return (
    <Card>
      <CardContent className="py-5">
        <form onSubmit={submit} className="space-y-5">
          <Field label="Describe it in your own words" hint="What happens, since when, which device? The technician reads it before coming.">
            <Textarea required maxLength={4000} className="min-h-36" value={draft.problem} onChange={(event) => onChange({ problem: event.target.value })} />
          </Field>
          <div className="space-y-2">
            <p className="text-sm font-medium">Photos <span className="ml-1 font-normal text-muted">optional</span></p>
            <p className="text-sm text-muted">The type plate and the trouble itself help most. Up to 10 pictures, films or PDFs.</p>
            <AttachmentEditor files={files} />
            <AttachButton files={files} label="Add photos" />
          </div>
          <Button type="submit" className="w-full sm:w-auto" disabled={!draft.problem.trim() || files.pending > 0}>Choose a time</Button>
        </form>
      </CardContent>
    </Card>
  )
}
