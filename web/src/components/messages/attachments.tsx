'use client'

import { FileText, Film, Image as Picture, Paperclip, X } from 'lucide-react'
import { useId, useRef, useState, type ChangeEvent } from 'react'
import { Failure } from '@/components/notice'
import { Button } from '@/components/ui/button'
import { Skeleton } from '@/components/ui/skeleton'
import { useToast } from '@/components/ui/toast'
import { ACCEPTED, MOST_FILES, useUpload } from '@/lib/api/attachments'
import { useOpenAttachment } from '@/lib/api/documents'
import type { Attachment } from '@/lib/database'
import { plural, size } from '@/lib/format'
import { openSoon } from '@/lib/open'
import { cn } from '@/lib/utils'

const iconOf = (type = '') => (type.startsWith('image/') ? Picture : type.startsWith('video/') ? Film : FileText)

/** Files that were sent; each opens through a link that works for minutes. */
export function AttachmentList({ attachments, className }: { attachments: Attachment[] | null | undefined; className?: string }) {
  const [open, tell] = [useOpenAttachment(), useToast()]
  if (!attachments?.length) return null
  return (
    <ul className={cn('flex flex-wrap gap-2', className)}>
      {attachments.map((file) => {
        const Icon = iconOf(file.mime_type)
        return (
          <li key={file.path}>
            <button
              type="button"
              onClick={() => openSoon(open.mutateAsync(file)).catch(tell.failure)}
              className="flex max-w-64 items-center gap-2 rounded-lg border bg-surface px-3 py-2 text-left text-sm text-foreground hover:bg-surface-2"
            >
              <Icon className="size-4 shrink-0 text-muted" aria-hidden />
              <span className="truncate">{file.name ?? 'Attachment'}</span>
              {file.size_bytes && <span className="shrink-0 text-muted">{size(file.size_bytes)}</span>}
            </button>
          </li>
        )
      })}
    </ul>
  )
}

/** Uploads at once and one by one; what is there can be sent, what failed is said. */
export function useAttachments(initial: Attachment[] = []) {
  const upload = useUpload()
  const [files, setFiles] = useState(initial)
  const [pending, setPending] = useState(0)
  const [error, setError] = useState<unknown>()
  const add = async (chosen: File[]) => {
    setError(undefined)
    for (const file of chosen.slice(0, MOST_FILES - files.length)) {
      setPending((count) => count + 1)
      try {
        const stored = await upload(file)
        setFiles((others) => [...others, stored])
      } catch (problem) {
        setError(problem)
      } finally {
        setPending((count) => count - 1)
      }
    }
  }
  const remove = (path: string) => setFiles((all) => all.filter((file) => file.path !== path))
  return { files, setFiles, pending, error, add, remove }
}
type Files = ReturnType<typeof useAttachments>

export function AttachmentEditor({ files: { files, pending, error, remove } }: { files: Files }) {
  if (files.length + pending === 0 && !error) return null
  return (
    <div className="space-y-2">
      <Failure error={error} />
      <ul className="flex flex-wrap gap-2" aria-label={plural(files.length, 'file')}>
        {files.map((file) => {
          const Icon = iconOf(file.mime_type)
          return (
            <li key={file.path} className="flex items-center gap-2 rounded-lg border bg-surface py-1 pr-1 pl-3 text-sm">
              <Icon className="size-4 shrink-0 text-muted" aria-hidden />
              <span className="max-w-44 truncate">{file.name}</span>
              <button type="button" aria-label={`Remove ${file.name}`} onClick={() => remove(file.path)} className="grid size-8 place-items-center rounded-md text-muted hover:bg-surface-2"><X className="size-4" aria-hidden /></button>
            </li>
          )
        })}
        {Array.from({ length: pending }, (_, at) => <li key={at}><Skeleton className="h-10 w-36" /></li>)}
      </ul>
      {pending > 0 && <p role="status" className="sr-only">Uploading {plural(pending, 'file')}</p>}
    </div>
  )
}

export function AttachButton({ files, label, compact }: { files: Files; label: string; compact?: boolean }) {
  const [id, input] = [useId(), useRef<HTMLInputElement>(null)]
  const change = (event: ChangeEvent<HTMLInputElement>) => {
    void files.add([...(event.target.files ?? [])])
    event.target.value = ''
  }
  const isFull = files.files.length + files.pending >= MOST_FILES
  return (
    <>
      <input ref={input} id={id} type="file" multiple accept={ACCEPTED} onChange={change} className="hidden" tabIndex={-1} aria-hidden />
      <Button variant={compact ? 'ghost' : 'outline'} size={compact ? 'icon' : 'default'} disabled={isFull} aria-label={compact ? label : undefined} onClick={() => input.current?.click()}>
        <Paperclip aria-hidden />{!compact && label}
      </Button>
    </>
  )
}
