'use client'

import { useState, type FormEvent } from 'react'
import { OneTimeCode } from '@/components/auth/one-time-code'
import { LostDevice } from '@/components/auth/second-step'
import { useApi } from '@/components/providers'
import { Button } from '@/components/ui/button'
import { Dialog, DialogContent, DialogFooter } from '@/components/ui/dialog'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { useSettings } from '@/lib/api/settings'
import { isLetIn } from '@/lib/enter'
import { leave } from '@/lib/leave'

/** What is asked for. */
export type Step = 'password' | 'code'

const WORDS = {
  password: ['Please log in again', 'Your session has ended. What you entered on this page is still here; go on where you were.'],
  code: ['One more step', 'Your log-in has a second step. What you entered on this page is still here; go on where you were.'],
} as const

interface Props {
  step: Step
  email: string | null
  /** The password was right, and is not enough. */
  onNeedsCode: () => void
  onDone: () => void
}

export function LogInAgain({ step, email, onNeedsCode, onDone }: Props) {
  const api = useApi()
  const supportPhone = useSettings().data?.organization.support_phone ?? null
  const [title, description] = WORDS[step]
  return (
    <Dialog open>
      <DialogContent binding title={title} description={description}>
        {step === 'code' ? (
          <>
            <OneTimeCode onVerified={async () => { await isLetIn(api); onDone() }}><Button variant="ghost" onClick={() => void leave(api)}>Use another log-in</Button></OneTimeCode>
            <LostDevice phone={supportPhone} className="mt-5 border-t pt-4" />
          </>
        ) : <PasswordAgain email={email} onSignedIn={async () => ((await isLetIn(api)) ? onDone() : onNeedsCode())} />}
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
