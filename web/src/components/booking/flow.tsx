'use client'

import { Check } from 'lucide-react'
import dynamic from 'next/dynamic'
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
import { keep } from '@/lib/cookie'
import { useDraft } from '@/lib/draft'
import { useSoon } from '@/lib/soon'
import { cn } from '@/lib/utils'
import { BEGUN_COOKIE, EMPTY, STEPS, furthest, isDraft, wishOf, withKey, type Draft, type Step } from './draft'
import { ServiceStep } from './service-step'

const placeStep = () => import('./place-step').then((module) => module.PlaceStep)
const problemStep = () => import('./problem-step').then((module) => module.ProblemStep)
const timeStep = () => import('./time-step').then((module) => module.TimeStep)
const [PlaceStep, ProblemStep, TimeStep] = [dynamic(placeStep, { loading: Waiting }), dynamic(problemStep, { loading: Waiting }), dynamic(timeStep, { loading: Waiting })]
const NEXT_STEPS = [placeStep, problemStep, timeStep]

const TITLES: Record<Step, string> = { service: 'What do you need?', place: 'Where?', problem: 'What is it about?', time: 'When?' }
const SHORT: Record<Step, string> = { service: 'Service', place: 'Place', problem: 'Details', time: 'Time' }

/**
 * From a service to a visit in four steps; what was entered survives a reload, and a second click books nothing twice.
 * `isBegun`: whether this browser keeps a draft, which the server cannot show.
 */
export function BookingFlow({ isBegun }: { isBegun: boolean }) {
  const router = useRouter()
  const asked = useSearchParams()
  const { place } = usePlace()
  const { data: settings } = useSettings()
  const services = useServices()
  const book = useBook()
  const { draft, setDraft, isRestored, forget } = useDraft<Draft>(`booking:${settings?.account?.id}`, EMPTY, isDraft)
  useSoon(NEXT_STEPS)
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

  const hasBegun = draft.service !== null
  useEffect(() => { if (isRestored) keep(BEGUN_COOKIE, hasBegun ? 'yes' : null) }, [isRestored, hasBegun])

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
        {(isBegun && !isRestored) || !settings || !services.data ? (
          <Waiting />
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

function Waiting() {
  return <div role="status" aria-label="Loading" className="space-y-3">{[1, 2, 3, 4].map((one) => <Skeleton key={one} className="h-24 rounded-card" />)}</div>
}
