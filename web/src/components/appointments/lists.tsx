'use client'

import { CalendarDays, CalendarPlus, ChevronRight, Hourglass } from 'lucide-react'
import Link from '@/components/link'
import { More } from '@/components/more'
import { Failure } from '@/components/notice'
import { Empty, PageHeader } from '@/components/page'
import { usePlace } from '@/components/shell/place'
import { Tabs } from '@/components/tabs'
import { Button } from '@/components/ui/button'
import { SkeletonRows } from '@/components/ui/skeleton'
import { useAppointments, type Which } from '@/lib/api/appointments'
import { useRequests } from '@/lib/api/booking'
import { plainDay } from '@/lib/format'
import { AppointmentRow } from './row'
import { RequestBadge } from './status'

const TABS = [{ href: '/appointments', label: 'Upcoming' }, { href: '/appointments?show=past', label: 'Past and canceled' }]

export function AppointmentLists({ which }: { which: Which }) {
  const { place } = usePlace()
  const list = useAppointments(which, place)
  const rows = list.data?.pages.flat() ?? []
  const isToCome = which === 'upcoming'
  const requests = useRequests(place, isToCome)
  const open = isToCome ? (requests.data?.pages.flat() ?? []) : []
  return (
    <div className="mx-auto max-w-3xl">
      <PageHeader title="Appointments" lead="Everything that is planned, and everything that was.">
        <Button asChild><Link href="/book"><CalendarPlus aria-hidden />Book a visit</Link></Button>
      </PageHeader>
      <Tabs label="Which appointments" tabs={TABS} current={which === 'past' ? TABS[1]!.href : TABS[0]!.href} />
      {open.length > 0 && (
        <section aria-labelledby="requests" className="mb-6">
          <h2 id="requests" className="mb-3 font-semibold">Waiting for a time</h2>
          <ul className="space-y-3">
            {open.map((request) => (
              <li key={request.id}>
                <Link href={`/requests/${request.id}`} className="flex items-center gap-4 rounded-card border bg-surface p-3.5 shadow-card hover:border-brand-line">
                  <span className="grid size-14 shrink-0 place-items-center rounded-xl bg-warn-soft text-warn"><Hourglass className="size-6" aria-hidden /></span>
                  <span className="min-w-0 flex-1">
                    <span className="flex flex-wrap items-center gap-2.5"><span className="font-semibold">{request.services?.name ?? request.service_type}</span><RequestBadge status={request.status} /></span>
                    <span className="mt-1 block truncate text-[0.95rem] text-muted">
                      {request.preferred_service_date ? `You asked for ${plainDay(request.preferred_service_date)}` : 'Any day'} · {request.locations?.label}
                    </span>
                  </span>
                  <ChevronRight className="size-5 shrink-0 text-muted" aria-hidden />
                </Link>
              </li>
            ))}
          </ul>
          <More list={requests} />
        </section>
      )}
      <Failure error={list.error} className="mb-4" />
      {list.isPending && <SkeletonRows />}
      {rows.length > 0 && <ul className="space-y-3">{rows.map((row) => <li key={row.id}><AppointmentRow appointment={row} href={row.status === 'completed' ? `/history/${row.id}` : undefined} /></li>)}</ul>}
      {list.data && rows.length === 0 && open.length === 0 && (
        isToCome
          ? <Empty icon={CalendarDays} title="Nothing is planned" action={{ href: '/book', label: 'Book a visit' }}>Choose a service and a time that suits you; it takes two minutes.</Empty>
          : <Empty icon={CalendarDays} title="No past appointments yet">When a visit is over, you find it here, with what was done.</Empty>
      )}
      <More list={list} />
    </div>
  )
}
