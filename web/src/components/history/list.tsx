'use client'

import { ChevronRight, ClipboardList, FileText, MapPin, Receipt, ShieldCheck } from 'lucide-react'
import { DayLeaf } from '@/components/appointments/row'
import { InvoiceBadge } from '@/components/appointments/status'
import Link from '@/components/link'
import { More } from '@/components/more'
import { Failure } from '@/components/notice'
import { Empty, PageHeader } from '@/components/page'
import { usePlace } from '@/components/shell/place'
import { Tabs } from '@/components/tabs'
import { Badge } from '@/components/ui/badge'
import { Card, CardContent, CardHeader, CardTitle } from '@/components/ui/card'
import { SkeletonRows } from '@/components/ui/skeleton'
import { useHistory, useInvoices, useMemberships, useWarranties } from '@/lib/api/documents'
import { useSettings } from '@/lib/api/settings'
import type { Row } from '@/lib/database'
import { date, money, plainDate, plural } from '@/lib/format'

export type Show = 'visits' | 'bills' | 'cover'
const TABS: { show: Show; href: string; label: string }[] = [
  { show: 'visits', href: '/history', label: 'Visits' },
  { show: 'bills', href: '/history?show=bills', label: 'Open bills' },
  { show: 'cover', href: '/history?show=cover', label: 'Plans and warranties' },
]

export function HistoryPages({ show }: { show: Show }) {
  return (
    <div className="mx-auto max-w-3xl">
      <PageHeader title="History" lead="What was done, with the documents that belong to it." />
      <Tabs label="History" tabs={TABS} current={TABS.find((tab) => tab.show === show)!.href} />
      {show === 'bills' ? <Bills /> : show === 'cover' ? <Cover /> : <Visits />}
    </div>
  )
}

function Visits() {
  const { place } = usePlace()
  const list = useHistory(place)
  const rows = list.data?.pages.flat() ?? []
  return (
    <>
      <Failure error={list.error} className="mb-4" />
      {list.isPending && <SkeletonRows />}
      {list.data && rows.length === 0 && <Empty icon={ClipboardList} title="No visits yet" action={{ href: '/book', label: 'Book a visit' }}>After the first visit you find its report, photos and bill here.</Empty>}
      <ul className="space-y-3">
        {rows.map(({ id, completed_at, window_start, service_name, service_type, location_label, timezone, technician_name, job_summary, document_count, total_cents, currency }) => (
          <li key={id}>
            <Link href={`/history/${id}`} className="group flex items-center gap-4 rounded-card border bg-surface p-3.5 shadow-card transition-colors hover:border-brand-line">
              <DayLeaf at={completed_at ?? window_start} zone={timezone} />
              <span className="min-w-0 flex-1">
                <span className="flex items-baseline justify-between gap-3">
                  <span className="font-semibold">{service_name ?? service_type}</span>
                  {total_cents != null && <span className="shrink-0 font-medium">{money(total_cents, currency ?? undefined)}</span>}
                </span>
                {job_summary && <span className="mt-0.5 block truncate text-[0.95rem] text-muted">{job_summary}</span>}
                <span className="mt-1 flex flex-wrap gap-x-4 gap-y-1 text-sm text-muted">
                  <span>{date(completed_at ?? window_start, timezone)}</span>
                  {technician_name && <span>{technician_name}</span>}
                  {location_label && <span className="inline-flex items-center gap-1"><MapPin className="size-3.5" aria-hidden />{location_label}</span>}
                  {Boolean(document_count) && <span className="inline-flex items-center gap-1"><FileText className="size-3.5" aria-hidden />{plural(document_count!, 'document')}</span>}
                </span>
              </span>
              <ChevronRight className="size-5 shrink-0 text-muted" aria-hidden />
            </Link>
          </li>
        ))}
      </ul>
      <More list={list} />
    </>
  )
}

function Bills() {
  const { place } = usePlace()
  const locations = useSettings().data?.locations ?? []
  const list = useInvoices(place)
  const rows = list.data?.pages.flat() ?? []
  // Where a bill is from is worth saying to those with several places.
  const labelOf = (id: string | null | undefined) => (locations.length > 1 ? locations.find((one) => one.id === id)?.label : undefined)
  return (
    <>
      <Failure error={list.error} className="mb-4" />
      {list.isPending && <SkeletonRows rows={2} className="h-16" />}
      {list.data && rows.length === 0 && <Empty icon={Receipt} title={place ? 'Nothing to pay here' : 'Nothing to pay'}>New bills stand here, and among the documents of their visit.</Empty>}
      {rows.length > 0 && (
        <ul className="overflow-hidden rounded-card border bg-surface shadow-card">
          {rows.map((bill) => <li key={bill.id} className="border-b last:border-0"><Bill bill={bill} where={labelOf(bill.location_id ?? bill.appointments?.location_id)} /></li>)}
        </ul>
      )}
      <More list={list} />
    </>
  )
}

function Bill({ bill, where }: { bill: Row<'invoices'>; where: string | null | undefined }) {
  const content = (
    <>
      <Receipt className="size-5 shrink-0 text-muted" aria-hidden />
      <span className="min-w-0 flex-1">
        <span className="flex flex-wrap items-center gap-2.5"><span className="font-medium">Bill {bill.number}</span><InvoiceBadge status={bill.status} /></span>
        <span className="block text-sm text-muted">{[bill.due_at && `Due ${date(bill.due_at, 'UTC')}`, where].filter(Boolean).join(' · ')}</span>
      </span>
      <span className="text-right">
        <span className="block font-semibold">{money(bill.balance_cents, bill.currency)}</span>
        {bill.balance_cents !== bill.total_cents && <span className="block text-sm text-muted">of {money(bill.total_cents, bill.currency)}</span>}
      </span>
    </>
  )
  const frame = 'flex items-center gap-3.5 px-4 py-3.5'
  if (!bill.appointment_id) return <div className={frame}>{content}</div>
  return <Link href={`/history/${bill.appointment_id}`} className={`${frame} hover:bg-surface-2`}>{content}<ChevronRight className="size-5 shrink-0 text-muted" aria-hidden /></Link>
}

function Cover() {
  const { place } = usePlace()
  const [memberships, warranties] = [useMemberships(place), useWarranties(place)]
  const [plans, promises] = [memberships.data?.pages.flat() ?? [], warranties.data?.pages.flat() ?? []]
  const isThere = memberships.data && warranties.data
  return (
    <div className="space-y-5">
      <Failure error={memberships.error ?? warranties.error} />
      {(memberships.isPending || warranties.isPending) && <SkeletonRows rows={2} />}
      {isThere && plans.length + promises.length === 0 && <Empty icon={ShieldCheck} title="No memberships or warranties">What protects your equipment is listed here.</Empty>}
      {plans.map((plan) => (
        <Card key={plan.id}>
          <CardHeader><CardTitle>{plan.plan_name}</CardTitle><Badge tone={plan.status === 'active' ? 'good' : 'neutral'}>{plan.status === 'active' ? 'In force' : plan.status}</Badge></CardHeader>
          <CardContent className="text-[0.95rem]">
            <p>{money(plan.price_cents, plan.currency)} {plan.billing_interval && `a ${plan.billing_interval.replace(/ly$/, '')}`}{plan.renews_on && <> · renews {plainDate(plan.renews_on)}</>}</p>
            {plan.benefits && <p className="mt-2 whitespace-pre-line text-muted">{plan.benefits}</p>}
          </CardContent>
        </Card>
      ))}
      <More list={memberships} label="Show more plans" />
      {promises.map((warranty) => (
        <Card key={warranty.id}>
          <CardHeader><CardTitle>{warranty.title}</CardTitle><span className="text-sm text-muted">{warranty.ends_on ? `until ${plainDate(warranty.ends_on)}` : 'without end'}</span></CardHeader>
          <CardContent className="text-[0.95rem]">
            {warranty.provider && <p>By {warranty.provider}</p>}
            {warranty.coverage && <p className="text-muted">{warranty.coverage}</p>}
          </CardContent>
        </Card>
      ))}
      <More list={warranties} label="Show more warranties" />
    </div>
  )
}
