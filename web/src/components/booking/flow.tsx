'use client'

import { Check } from 'lucide-react'
import { useRouter, useSearchParams } from 'next/navigation'
import { useEffect, useRef } from 'react'
import { AskWidget } from '@/components/assistant/widget'
import { Failure, Notice } from '@/components/notice'
import { PageHeader } from '@/components/page'
import { usePlace } from '@/components/shell/place'
import { Button } from '@/components/ui/button'
import { Skeleton } from '@/components/ui/skeleton'
import { useBook, useServices } from '@/lib/api/booking'
import { useSettings } from '@/lib/api/settings'
import { useDraft } from '@/lib/draft'
import { cn } from '@/lib/utils'
import { EMPTY, STEPS, furthest, isDraft, wishOf, withKey, type Draft, type Step } from './draft'
import { PlaceStep } from './place-step'
import { ProblemStep } from './problem-step'
import { ServiceStep } from './service-step'
import { TimeStep } from './time-step'

const TITLES: Record<Step, string> = { service: 'What do you need?', place: 'Where?', problem: 'What is it about?', time: 'When?' }
const SHORT: Record<Step, string> = { service: 'Service', place: 'Place', problem: 'Details', time: 'Time' }

/** From a service to a visit in four steps; what was entered survives a reload, and a second click books nothing twice. */
export function BookingFlow() {
  const router = useRouter()
  const asked = useSearchParams()
  const { place } = usePlace()
  const { data: settings } = useSettings()
  const services = useServices()
  const book = useBook()
  const { draft, setDraft, isRestored, forget } = useDraft<Draft>(`booking:${settings?.account?.id}`, EMPTY, isDraft)
  const heading = useRef<HTMLHeadingElement>(null)
  const put = (change: Partial<Draft>) => {
    book.reset()
    setDraft({ ...draft, ...change })
  }
  const go = (step: Step, change: Partial<Draft> = {}) => {
    put({ ...change, step })
    requestAnimationFrame(() => {
      window.scrollTo({ top: 0 })
      heading.current?.focus()
    })
  }

  // What a link from elsewhere names is filled in, once.
  useEffect(() => {
    const [service, location] = [asked.get('service'), asked.get('location') ?? place ?? null]
    if (!isRestored || !(service || location)) return
    setDraft((kept) => {
      const filled = { ...kept, service: service ?? kept.service, location: asked.get('location') ?? kept.location ?? location }
      return service ? { ...filled, step: furthest(filled) } : filled
    })
  // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [isRestored])

  const submit = () => {
    if (book.isPending || book.isSuccess) return
    const sent = withKey(draft, () => crypto.randomUUID())
    setDraft({ ...draft, sent })
    book.mutate({ ...wishOf(draft), idempotency_key: sent.key }, {
      onSuccess: ({ id }) => {
        forget()
        router.replace(`/book/${id}`)
      },
    })
  }

  const service = services.data?.find(({ code }) => code === draft.service)
  const location = settings?.locations.find(({ id }) => id === draft.location)
  const at = STEPS.indexOf(draft.step)
  const reachable = STEPS.indexOf(furthest(draft))
  return (
    <div className="mx-auto grid max-w-5xl grid-cols-1 items-start gap-8 lg:grid-cols-[minmax(0,1fr)_20rem]">
      <div>
        <PageHeader title="Book a visit" />
        <ol className="mb-7 grid grid-cols-4 gap-2" aria-label="Steps">
          {STEPS.map((step, number) => (
            <li key={step}>
              <button
                type="button"
                disabled={number > reachable || book.isPending}
                aria-current={step === draft.step ? 'step' : undefined}
                onClick={() => go(step)}
                className="group w-full text-left"
              >
                <span className={cn('mb-2 block h-1.5 rounded-full', number <= at ? 'bg-brand' : 'bg-line')} />
                <span className={cn('flex items-center gap-1.5 text-sm', step === draft.step ? 'font-semibold' : 'text-muted')}>
                  {number < at && <Check className="size-3.5 shrink-0" aria-hidden />}
                  {SHORT[step]}
                </span>
              </button>
            </li>
          ))}
        </ol>
        <h2 ref={heading} tabIndex={-1} className="mb-4 text-xl font-semibold tracking-tight outline-none">{TITLES[draft.step]}</h2>
        {service?.safety_notice && draft.step !== 'service' && <Notice kind="bad" title="Your safety comes first" className="mb-5">{service.safety_notice}</Notice>}
        <Failure error={services.error} />
        {!isRestored || !settings || !services.data ? (
          <div role="status" aria-label="Loading" className="space-y-3">{[1, 2, 3, 4].map((one) => <Skeleton key={one} className="h-24 rounded-card" />)}</div>
        ) : draft.step === 'service' ? (
          <ServiceStep services={services.data} value={draft.service} onChoose={(code) => go('place', { service: code, ...(code !== draft.service && { window: null }) })} />
        ) : draft.step === 'place' ? (
          <PlaceStep locations={settings.locations} value={draft.location} onChoose={(id) => go('problem', { location: id, ...(id !== draft.location && { window: null }) })} />
        ) : draft.step === 'problem' ? (
          <ProblemStep draft={draft} onChange={put} onDone={() => go('time')} />
        ) : (
          <TimeStep draft={draft} service={service} location={location} onChange={put} onBook={submit} error={book.error} isBusy={book.isPending || book.isSuccess} />
        )}
        {at > 0 && <Button variant="ghost" className="mt-4 -ml-3" disabled={book.isPending} onClick={() => go(STEPS[at - 1]!)}>Back</Button>}
      </div>
      <aside className="lg:sticky lg:top-9" aria-label="Help with booking">
        <AskWidget subject="pre_booking" hint="Not sure which service it is, or whether it can wait?" />
      </aside>
    </div>
  )
}
