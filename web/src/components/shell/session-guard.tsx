'use client'

import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useState, type FormEvent } from 'react'
import { OneTimeCode } from '@/components/auth/one-time-code'
import { LostDevice } from '@/components/auth/second-step'
import { SESSION_LOST, useApi } from '@/components/providers'
import { Button } from '@/components/ui/button'
import { Dialog, DialogContent, DialogFooter } from '@/components/ui/dialog'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { useSettings } from '@/lib/api/settings'
import type { Api } from '@/lib/database'
import { isLetIn } from '@/lib/enter'
import { isLeaving, leave } from '@/lib/leave'

/** What is asked for. */
type Step = 'password' | 'code'

const WORDS = {
  password: ['Please log in again', 'Your session has ended. What you entered on this page is still here; go on where you were.'],
  code: ['One more step', 'Your log-in has a second step. What you entered on this page is still here; go on where you were.'],
} as const

/** Whether this browser's session has proven the second step by now: what was refused was asked before. */
async function hasTwoSteps({ auth }: Api) {
  const { data } = await auth.mfa.getAuthenticatorAssuranceLevel()
  return data?.currentLevel === 'aal2'
}

/** When the session ends or is not enough while somebody is at work, asks for what is missing right here: the page and all that was entered stay. */
export function SessionGuard({ email }: { email: string | null }) {
  const [api, queries] = [useApi(), useQueryClient()]
  const supportPhone = useSettings().data?.organization.support_phone ?? null
  const [step, setStep] = useState<Step>()

  useEffect(() => {
    // Once a step is asked for, what other requests learn meanwhile changes nothing.
    const lost = (first: Step) => !isLeaving() && setStep((step) => step ?? first)
    const heard = async (event: Event) => {
      if ((event as CustomEvent<string>).detail !== 'second_factor_required') return lost('password')
      if (await hasTwoSteps(api)) return void queries.invalidateQueries()
      lost('code')
    }
    window.addEventListener(SESSION_LOST, heard)
    const { data } = api.auth.onAuthStateChange((event) => {
      if (event === 'SIGNED_OUT') lost('password')
      // The code was given here, in the settings or in another window.
      if (event === 'MFA_CHALLENGE_VERIFIED') setStep(undefined)
    })
    return () => {
      window.removeEventListener(SESSION_LOST, heard)
      data.subscription.unsubscribe()
    }
  }, [api, queries])

  const goOn = () => {
    setStep(undefined)
    void queries.invalidateQueries()
  }
  const [title, description] = WORDS[step ?? 'password']
  return (
    <Dialog open={step !== undefined}>
      <DialogContent binding title={title} description={description}>
        {step === 'code' ? (
          <>
            <OneTimeCode onVerified={async () => { await isLetIn(api); goOn() }}><Button variant="ghost" onClick={() => void leave(api)}>Use another log-in</Button></OneTimeCode>
            <LostDevice phone={supportPhone} className="mt-5 border-t pt-4" />
          </>
        ) : <PasswordAgain email={email} onSignedIn={async () => ((await isLetIn(api)) ? goOn() : setStep('code'))} />}
      </DialogContent>
    </Dialog>
  )
}

function PasswordAgain({ email, onSignedIn }: { email: string | null; onSignedIn: () => Promise<void> }) {
  const api = useApi()
  const [password, setPassword] = useState('')
  const [problem, setProblem] = useState<string>()
  const [isBusy, setBusy] = useState(false)

  const signIn = async (event: FormEvent) => {
    event.preventDefault()
    setBusy(true)
    const { error } = await api.auth.signInWithPassword({ email: email ?? '', password })
    if (!error) await onSignedIn()
    setBusy(false)
    if (error) setProblem(error.status ? 'This password is not right.' : 'We could not reach the server. Please try again.')
  }
  return (
    <form onSubmit={signIn} className="space-y-4">
      <Field label="E-mail"><Input type="email" value={email ?? ''} readOnly autoComplete="username" /></Field>
      <Field label="Password" error={problem}>
        <Input type="password" autoComplete="current-password" required autoFocus value={password} onChange={(event) => setPassword(event.target.value)} />
      </Field>
      <DialogFooter>
        <Button variant="ghost" onClick={() => window.location.assign('/login')}>Use another log-in</Button>
        <Button type="submit" busy={isBusy}>Log in</Button>
      </DialogFooter>
    </form>
  )
}
