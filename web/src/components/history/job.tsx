'use client'

import { CalendarPlus, Download, FileText, Image as Picture, MessageSquare, Printer } from 'lucide-react'
import type { ReactNode } from 'react'
import { AppointmentBadge, InvoiceBadge, QuoteBadge } from '@/components/appointments/status'
import Link from '@/components/link'
import { Failure } from '@/components/notice'
import { PageHeader } from '@/components/page'
import { Button } from '@/components/ui/button'
import { Card, CardContent, CardHeader, CardTitle } from '@/components/ui/card'
import { Skeleton } from '@/components/ui/skeleton'
import { useToast } from '@/components/ui/toast'
import { useJob, useOpenDocument, type Doc, type JobDetail } from '@/lib/api/documents'
import { useSettings } from '@/lib/api/settings'
import { address, date, day, hours, money, plainDate, size } from '@/lib/format'
import { openSoon } from '@/lib/open'

export function Job({ id }: { id: string }) {
  const { data, error } = useJob(id)
  const settings = useSettings().data
  if (!data) return error ? <Failure error={error} /> : <Skeleton className="h-96 rounded-card" />
  const { job, notes, parts, documents, quotes, invoices, equipment } = data
  const place = settings?.locations.find((one) => one.id === job.location_id)
  return (
    <article className="mx-auto max-w-3xl">
      <p className="hidden print:mb-4 print:block">{settings?.organization.name}</p>
      <PageHeader
        back={{ href: '/history', label: 'History' }}
        title={job.service_name ?? job.service_type}
        lead={<span className="flex flex-wrap items-center gap-x-3 gap-y-1"><AppointmentBadge status={job.status} /><span>Reference {job.reference}</span></span>}
      >
        <Button variant="outline" size="sm" onClick={() => window.print()}><Printer aria-hidden />Print</Button>
        <Button asChild variant="outline" size="sm"><Link href={`/book?service=${job.service_type}&location=${job.location_id}`}><CalendarPlus aria-hidden />Book again</Link></Button>
      </PageHeader>
      <div className="space-y-5">
        <Card aria-label="The visit">
          <CardContent className="py-5">
            <dl className="grid gap-x-6 gap-y-4 sm:grid-cols-3">
              <Fact label="When">{day(job.completed_at ?? job.window_start, job.timezone)}<span className="block text-muted">{hours(job.window_start, job.window_end, job.timezone)}</span></Fact>
              <Fact label="Technician">{job.technician_name}</Fact>
              <Fact label="Where">{job.location_label}{place && <span className="block text-muted">{address(place)}</span>}</Fact>
            </dl>
            {job.job_summary && <p className="mt-5 border-t pt-4 whitespace-pre-line">{job.job_summary}</p>}
          </CardContent>
        </Card>
        {notes.length > 0 && (
          <Section title="What the technician noted">
            <ul className="space-y-4">
              {notes.map((note) => <li key={note.id}><p className="whitespace-pre-line">{note.body}</p><p className="mt-1 text-sm text-muted">{[note.author_name, date(note.created_at, job.timezone)].filter(Boolean).join(', ')}</p></li>)}
            </ul>
          </Section>
        )}
        {documents.length > 0 && <Section title="Documents"><ul className="-mx-2">{documents.map((one) => <DocumentRow key={one.id} document={one} zone={job.timezone} />)}</ul></Section>}
        <Money invoices={invoices} quotes={quotes} />
        {parts.length > 0 && (
          <Section title="Parts">
            <ul className="divide-y">{parts.map((part) => <li key={part.id} className="flex justify-between gap-4 py-2"><span>{part.name}{part.sku && <span className="ml-2 text-sm text-muted">{part.sku}</span>}</span><span className="shrink-0 text-muted">{part.quantity} {part.unit}</span></li>)}</ul>
          </Section>
        )}
        {equipment.length > 0 && (
          <Section title="Equipment here">
            <ul className="divide-y">
              {equipment.map((one) => (
                <li key={one.id} className="py-2">
                  <span className="font-medium">{[one.manufacturer, one.model].filter(Boolean).join(' ') || one.kind}</span>
                  <span className="block text-sm text-muted">{[one.kind.replaceAll('_', ' '), one.serial_number && `No. ${one.serial_number}`, one.installed_on && `installed ${plainDate(one.installed_on)}`].filter(Boolean).join(' · ')}</span>
                </li>
              ))}
            </ul>
          </Section>
        )}
        <Button asChild variant="ghost" className="print:hidden"><Link href={`/appointments/${id}`}><MessageSquare aria-hidden />Timeline and messages of this visit</Link></Button>
      </div>
    </article>
  )
}

const Fact = ({ label, children }: { label: string; children: ReactNode }) => (
  <div><dt className="text-sm text-muted">{label}</dt><dd className="font-medium [&_span]:font-normal">{children}</dd></div>
)

function Section({ title, children }: { title: string; children: ReactNode }) {
  const id = title.toLowerCase().replaceAll(' ', '-')
  return (
    <Card aria-labelledby={id} className="break-inside-avoid">
      <CardHeader><CardTitle id={id}>{title}</CardTitle></CardHeader>
      <CardContent>{children}</CardContent>
    </Card>
  )
}

function DocumentRow({ document, zone }: { document: Doc; zone: string | null }) {
  const [open, tell] = [useOpenDocument(), useToast()]
  const Icon = document.mime_type.startsWith('image/') ? Picture : FileText
  return (
    <li>
      <button
        type="button"
        disabled={open.isPending}
        onClick={() => openSoon(open.mutateAsync(document.id)).catch(tell.failure)}
        className="flex w-full items-center gap-3.5 rounded-lg px-2 py-2.5 text-left hover:bg-surface-2"
      >
        <span className="grid size-10 shrink-0 place-items-center rounded-lg bg-surface-2 text-muted"><Icon className="size-5" aria-hidden /></span>
        <span className="min-w-0 flex-1">
          <span className="block truncate font-medium"><span className="sr-only">Open </span>{document.title}</span>
          <span className="block text-sm text-muted">{[document.kind.replaceAll('_', ' '), size(document.size_bytes), date(document.created_at, zone)].filter(Boolean).join(' · ')}</span>
        </span>
        <Download className="size-5 shrink-0 text-muted print:hidden" aria-hidden />
      </button>
    </li>
  )
}

function Money({ invoices, quotes }: Pick<JobDetail, 'invoices' | 'quotes'>) {
  if (invoices.length + quotes.length === 0) return null
  return (
    <Section title="Bills and quotes">
      <ul className="divide-y">
        {invoices.map((bill) => (
          <li key={bill.id} className="flex items-center justify-between gap-4 py-2.5">
            <span>
              <span className="flex flex-wrap items-center gap-2.5"><span className="font-medium">Bill {bill.number}</span><InvoiceBadge status={bill.status} /></span>
              <span className="block text-sm text-muted">{bill.due_at && bill.balance_cents ? `Due ${date(bill.due_at, 'UTC')}` : bill.issued_at && date(bill.issued_at, 'UTC')}</span>
            </span>
            <span className="text-right font-medium">{money(bill.total_cents, bill.currency)}{Boolean(bill.balance_cents) && bill.balance_cents !== bill.total_cents && <span className="block text-sm font-normal text-muted">{money(bill.balance_cents, bill.currency)} open</span>}</span>
          </li>
        ))}
        {quotes.map((quote) => (
          <li key={quote.id} className="flex items-center justify-between gap-4 py-2.5">
            <span>
              <span className="flex flex-wrap items-center gap-2.5"><span className="font-medium">Quote {quote.number}</span><QuoteBadge status={quote.status} /></span>
              <span className="block text-sm text-muted">{quote.expires_at && `Valid until ${date(quote.expires_at, 'UTC')}`}</span>
            </span>
            <span className="font-medium">{money(quote.total_cents, quote.currency)}</span>
          </li>
        ))}
      </ul>
    </Section>
  )
}
