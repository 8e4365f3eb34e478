'use client'

import { useQueryClient } from '@tanstack/react-query'
import { Laptop, ShieldCheck, Smartphone } from 'lucide-react'
import { useState, type FormEvent } from 'react'
import { NewPassword } from '@/components/auth/new-password'
import { refusal, type AuthRefusal } from '@/components/auth/refusal'
import { LostDevice } from '@/components/auth/second-step'
import { Failure, Notice } from '@/components/notice'
import { useApi } from '@/components/providers'
import { Badge } from '@/components/ui/badge'
import { Button } from '@/components/ui/button'
import { Card, CardContent, CardHeader, CardTitle } from '@/components/ui/card'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { Skeleton } from '@/components/ui/skeleton'
import { useToast } from '@/components/ui/toast'
import { useRevokeSession, useSessions, useSettings } from '@/lib/api/settings'
import { ago } from '@/lib/format'

export function Security() {
  return (
    <div className="space-y-5">
      <Card aria-labelledby="password">
        <CardHeader><CardTitle id="password">Password</CardTitle></CardHeader>
        <CardContent className="max-w-md"><NewPassword label="Change password" /></CardContent>
      </Card>
      <TwoSteps />
      <Sessions />
    </div>
  )
}

/** Whether Auth refuses because the company has not switched it on, or knows no second steps at all. */
const isOff = ({ code, status }: { code?: string; status?: number }) => code === 'mfa_totp_enroll_not_enabled' || (status === 404 && code !== 'user_not_found')
const NOT_HERE: AuthRefusal = { message: 'Two-step log-in is not switched on here', hint: 'Ask the company, if you want it.' }

interface Enrolment {
  id: string
  picture: string
  secret: string
}

/** The second step of a log-in, as far as this company's Auth offers it. */
function TwoSteps() {
  const [api, queries, tell] = [useApi(), useQueryClient(), useToast()]
  const { security, organization } = useSettings().data ?? {}
  const [enrolment, setEnrolment] = useState<Enrolment>()
  const [refused, setRefused] = useState<AuthRefusal>()
  const [isBusy, setBusy] = useState(false)
  const [code, setCode] = useState('')
  const [problem, setProblem] = useState<string>()
  const again = () => queries.invalidateQueries({ queryKey: ['settings'] })

  const begin = async () => {
    setBusy(true)
    setRefused(undefined)
    // What was begun before and not finished stands in the way.
    const { data: begun } = await api.auth.mfa.listFactors()
    for (const { id, status } of begun?.all ?? []) if (status === 'unverified') await api.auth.mfa.unenroll({ factorId: id })
    const { data, error } = await api.auth.mfa.enroll({ factorType: 'totp' })
    setBusy(false)
    if (error) return setRefused(isOff(error) ? NOT_HERE : refusal(error))
    setProblem(undefined)
    setCode('')
    setEnrolment({ id: data.id, picture: data.totp.qr_code, secret: data.totp.secret })
  }
  const finish = async (event: FormEvent) => {
    event.preventDefault()
    setBusy(true)
    // Auth answers the right code with a new session, which has proven both steps.
    const { error } = await api.auth.mfa.challengeAndVerify({ factorId: enrolment!.id, code: code.trim() })
    setBusy(false)
    if (error) return setProblem(Object.values(refusal(error)).join(' '))
    setEnrolment(undefined)
    tell('Two steps from now on')
    await again()
  }
  const end = async (factorId: string) => {
    setRefused(undefined)
    const { error } = await api.auth.mfa.unenroll({ factorId })
    if (error) return setRefused(refusal(error))
    tell('Your password is enough again')
    await again()
  }
  return (
    <Card aria-labelledby="steps">
      <CardHeader><CardTitle id="steps">Two-step log-in</CardTitle><Badge tone={security?.mfa_enabled ? 'good' : 'neutral'}>{security?.mfa_enabled ? 'On' : 'Off'}</Badge></CardHeader>
      <CardContent className="space-y-4">
        <p className="text-[0.95rem] text-muted">Besides the password, a code from an app on your phone. Whoever learns your password cannot get in.</p>
        {refused && <Notice kind="warn" role="status" title={refused.message}>{refused.hint}</Notice>}
        {security?.factors.map((factor) => (
          <div key={factor.id} className="flex items-center justify-between gap-4 rounded-xl bg-surface-2 px-4 py-3">
            <span className="flex items-center gap-3"><ShieldCheck className="size-5 text-good" aria-hidden />{factor.name ?? 'Authenticator app'}</span>
            <Button variant="ghost" size="sm" onClick={() => void end(factor.id)}>Remove</Button>
          </div>
        ))}
        {enrolment ? (
          <form onSubmit={finish} className="grid gap-5 sm:grid-cols-[auto_1fr]">
            {/* eslint-disable-next-line @next/next/no-img-element */}
            <img src={enrolment.picture} alt="A code to scan with an authenticator app" width={176} height={176} className="rounded-xl bg-white p-2" />
            <div className="space-y-4">
              <p className="text-sm">Scan it with an authenticator app, or enter <code className="inline-block max-w-full break-all">{enrolment.secret}</code> there.</p>
              <Field label="Code from the app" error={problem}><Input inputMode="numeric" autoComplete="one-time-code" required maxLength={10} value={code} onChange={(event) => setCode(event.target.value)} /></Field>
              <Button type="submit" busy={isBusy}>Switch on</Button>
            </div>
          </form>
        ) : security?.mfa_enabled ? <LostDevice phone={organization?.support_phone ?? null} /> : (
          <Button variant="outline" busy={isBusy} disabled={refused === NOT_HERE} onClick={() => void begin()}>Set it up</Button>
        )}
      </CardContent>
    </Card>
  )
}

/** What a browser calls itself, as people call it. */
function deviceOf(agent: string | null): string {
  if (!agent) return 'Unknown device'
  const browser = /Edg\//.test(agent) ? 'Edge' : /Firefox\//.test(agent) ? 'Firefox' : /Chrom(e|ium)\//.test(agent) ? 'Chrome' : /Safari\//.test(agent) ? 'Safari' : undefined
  const system = /iPhone|iPad/.test(agent) ? 'iPhone or iPad' : /Android/.test(agent) ? 'Android' : /Windows/.test(agent) ? 'Windows' : /Mac OS/.test(agent) ? 'Mac' : /Linux/.test(agent) ? 'Linux' : undefined
  return [browser, system].filter(Boolean).join(' on ') || agent.split('/')[0]!
}

function Sessions() {
  const { data, error } = useSessions()
  const [revoke, tell] = [useRevokeSession(), useToast()]
  return (
    <Card aria-labelledby="sessions">
      <CardHeader><CardTitle id="sessions">Where you are logged in</CardTitle></CardHeader>
      <CardContent>
        <Failure error={error} />
        {!data && !error && <Skeleton className="h-16" />}
        <ul className="divide-y">
          {data?.map((session) => {
            const Icon = /iPhone|Android/.test(session.user_agent ?? '') ? Smartphone : Laptop
            return (
              <li key={session.id} className="flex items-center gap-3.5 py-3">
                <Icon className="size-5 shrink-0 text-muted" aria-hidden />
                <div className="min-w-0 flex-1">
                  <p className="flex flex-wrap items-center gap-2 font-medium">{deviceOf(session.user_agent)}{session.is_current && <Badge tone="good">This one</Badge>}</p>
                  <p suppressHydrationWarning className="text-sm text-muted">{[session.ip, `seen ${ago(session.last_seen_at ?? session.created_at)}`].filter(Boolean).join(' · ')}</p>
                </div>
                {!session.is_current && <Button variant="outline" size="sm" busy={revoke.isPending && revoke.variables === session.id} onClick={() => revoke.mutate(session.id, { onSuccess: () => tell('That device is logged out'), onError: tell.failure })}>Log out</Button>}
              </li>
            )
          })}
        </ul>
      </CardContent>
    </Card>
  )
}
