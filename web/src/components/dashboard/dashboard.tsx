'use client'

import { CalendarPlus, ChevronRight, Hourglass, MessageSquare, PenLine, Receipt, Sparkles, type LucideIcon } from 'lucide-react'
import type { ReactNode } from 'react'
import { Progress } from '@/components/appointments/progress'
import { AppointmentBadge } from '@/components/appointments/status'
import { AskWidget } from '@/components/assistant/widget'
import { SUBJECTS } from '@/components/assistant/subjects'
import Link from '@/components/link'
import { Failure } from '@/components/notice'
import { usePlace } from '@/components/shell/place'
import { Avatar } from '@/components/ui/avatar'
import { Button } from '@/components/ui/button'
import { Card, CardContent, CardHeader, CardTitle } from '@/components/ui/card'
import { Skeleton } from '@/components/ui/skeleton'
import { ZoneNote } from '@/components/zone'
import { useDashboard, type Dashboard as Facts } from '@/lib/api/dashboard'
import { useSettings } from '@/lib/api/settings'
import { ago, clock, day, hours, money, nearness, plural } from '@/lib/format'

export function Dashboard() {
  const { place } = usePlace()
  const { data, error } = useDashboard(place)
  const settings = useSettings().data
  const firstName = settings?.profile?.full_name?.split(' ')[0]
  return (
    <div className="mx-auto max-w-5xl space-y-6">
      <header>
        <h1 className="text-2xl font-semibold tracking-tight sm:text-[1.75rem]">{firstName ? `Hello, ${firstName}` : 'Hello'}</h1>
        <p className="mt-1.5 text-muted">{place ? `What can we do for you at ${place.label ?? place.address_line1}?` : 'What can we do for you today?'}</p>
      </header>
      <div className="grid grid-cols-3 gap-3">
        <Quick href="/book" icon={CalendarPlus} title="Book a visit" text="Times that are really free" />
        <Quick href="/messages/new" icon={PenLine} title="Write to us" text="The office answers here" />
        <Quick href="/assistant" icon={Sparkles} title="Ask the assistant" text="Day and night, at once" />
      </div>
      <Failure error={error} />
      {!data ? !error && <Waiting /> : (
        <div className="grid grid-cols-1 items-start gap-5 lg:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]">
          <div className="space-y-5">
            <Next facts={data} />
            <div className="grid gap-5 sm:grid-cols-2">
              <Tile href="/messages" icon={MessageSquare} label="Messages" value={data.unread_messages > 0 ? `${data.unread_messages} new` : plural(data.open_threads, 'open conversation')} isNews={data.unread_messages > 0} />
              <Tile
                href="/history?show=bills" icon={Receipt} label="To pay" isNews={data.outstanding_invoices.count > 0}
                value={data.outstanding_invoices.count > 0 ? `${money(data.outstanding_invoices.total_cents, data.outstanding_invoices.currency)}` : 'Nothing'}
                detail={data.outstanding_invoices.count > 0 ? plural(data.outstanding_invoices.count, 'open bill') : undefined}
              />
            </div>
            {data.pending_requests > 0 && (
              <Tile href="/appointments" icon={Hourglass} label="Waiting for confirmation" value={plural(data.pending_requests, 'request')} />
            )}
          </div>
          <div className="space-y-5">
            <AskWidget subject="general_support" />
            <RecentTalks talks={data.recent_ai_conversations} />
          </div>
        </div>
      )}
    </div>
  )
}

function Quick({ href, icon: Icon, title, text }: { href: string; icon: LucideIcon; title: string; text: string }) {
  return (
    <Link href={href} className="flex flex-col items-center gap-2.5 rounded-card border bg-surface p-3 text-center shadow-card transition-colors hover:border-brand-line sm:flex-row sm:gap-3.5 sm:p-4 sm:text-left">
      <span className="grid size-11 shrink-0 place-items-center rounded-xl bg-brand text-brand-ink"><Icon className="size-5" aria-hidden /></span>
      <span>
        <span className="block text-sm font-semibold sm:text-base">{title}</span>
        <span className="hidden text-sm text-muted sm:block">{text}</span>
      </span>
    </Link>
  )
}

function Next({ facts: { next_appointment: next, upcoming_count } }: { facts: Facts }) {
  if (!next) {
    return (
      <Card aria-labelledby="next">
        <CardContent className="py-6">
          <h2 id="next" className="text-lg font-semibold tracking-tight">Nothing is planned</h2>
          <p className="mt-1 text-muted">Is something due for a check, or does it need a repair? Choose a time that suits you.</p>
          <Button asChild className="mt-4"><Link href="/book">Book a visit</Link></Button>
        </CardContent>
      </Card>
    )
  }
  const { timezone: zone, window_start, window_end, eta, technician_name } = next
  const near = nearness(window_start, zone)
  return (
    <Card aria-labelledby="next" className="overflow-hidden">
      <div className="border-b border-brand-line/60 bg-brand-soft px-5 py-4">
        <div className="flex items-center justify-between gap-3">
          <h2 id="next" className="text-sm font-semibold text-brand-text">Next visit</h2>
          <AppointmentBadge status={next.status} />
        </div>
        <p className="mt-2 text-2xl font-semibold tracking-tight"><span suppressHydrationWarning>{near && `${near}, `}</span>{near ? day(window_start, zone).replace(/^\w+, /, '') : day(window_start, zone)}</p>
        <p className="text-lg">{hours(window_start, window_end, zone)} <ZoneNote zone={zone} at={window_start} /></p>
      </div>
      <CardContent className="space-y-5 py-5">
        {['en_route', 'on_site'].includes(next.status) && <Progress status={next.status} />}
        {eta && <p role="status" className="font-semibold text-brand-text">Expected at {clock(eta, zone)}</p>}
        <div className="flex items-center gap-3">
          <Avatar name={technician_name} image={next.technician_avatar} />
          <div className="min-w-0">
            <p className="font-semibold">{next.service_name}</p>
            <p className="truncate text-[0.95rem] text-muted">{[technician_name, next.location_label].filter(Boolean).join(' · ')}</p>
          </div>
        </div>
        <div className="flex flex-wrap items-center gap-3">
          <Button asChild><Link href={`/appointments/${next.id}`}>View or change</Link></Button>
          {upcoming_count > 1 && <Button asChild variant="ghost"><Link href="/appointments">All {upcoming_count} visits<ChevronRight aria-hidden /></Link></Button>}
        </div>
      </CardContent>
    </Card>
  )
}

function Tile({ href, icon: Icon, label, value, detail, isNews }: { href: string; icon: LucideIcon; label: string; value: ReactNode; detail?: string; isNews?: boolean }) {
  return (
    <Link href={href} className="flex items-center gap-3.5 rounded-card border bg-surface p-4 shadow-card transition-colors hover:border-brand-line">
      <span className={`grid size-11 shrink-0 place-items-center rounded-full ${isNews ? 'bg-brand-soft text-brand-text' : 'bg-surface-2 text-muted'}`}><Icon className="size-5" aria-hidden /></span>
      <span className="min-w-0 flex-1">
        <span className="block text-sm text-muted">{label}</span>
        <span className="block truncate font-semibold">{value}</span>
        {detail && <span className="block text-sm text-muted">{detail}</span>}
      </span>
      <ChevronRight className="size-5 shrink-0 text-muted" aria-hidden />
    </Link>
  )
}

/** Where a conversation with the assistant stands, if it is worth a word. */
const STANDS: Partial<Record<Facts['recent_ai_conversations'][number]['status'], string>> = { escalated: 'with a person now', ended: 'ended' }

function RecentTalks({ talks }: { talks: Facts['recent_ai_conversations'] }) {
  if (talks.length === 0) return null
  return (
    <Card aria-labelledby="talks">
      <CardHeader><CardTitle id="talks">Recent questions</CardTitle></CardHeader>
      <CardContent className="px-2.5 py-2.5">
        <ul>
          {talks.map((talk) => (
            <li key={talk.id}>
              <Link href={talk.thread_id ? `/messages/${talk.thread_id}` : `/assistant/${talk.id}`} className="block rounded-lg px-2.5 py-2 hover:bg-surface-2">
                <span className="line-clamp-2 font-medium break-words">{talk.first_question ?? SUBJECTS[talk.context_type]}</span>
                <span className="block text-sm text-muted"><span suppressHydrationWarning>{ago(talk.started_at)}</span>{STANDS[talk.status] && ` · ${STANDS[talk.status]}`}</span>
              </Link>
            </li>
          ))}
        </ul>
      </CardContent>
    </Card>
  )
}

const Waiting = () => (
  <div role="status" aria-label="Loading" className="grid gap-5 lg:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]">
    <div className="space-y-5"><Skeleton className="h-72 rounded-card" /><Skeleton className="h-20 rounded-card" /></div>
    <Skeleton className="h-72 rounded-card" />
  </div>
)
