'use client'

import { useState, type FormEvent } from 'react'
import { useApi } from '@/components/providers'
import { Button } from '@/components/ui/button'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { refusal } from './refusal'

/** The second step of a log-in: the code that an authenticator app shows. */
export function OneTimeCode({ factorId, onVerified }: { factorId: string; onVerified: () => Promise<void> }) {
  const api = useApi()
  const [code, setCode] = useState('')
  const [problem, setProblem] = useState<string>()
  const [isBusy, setBusy] = useState(false)
  const verify = async (event: FormEvent) => {
    event.preventDefault()
    setBusy(true)
    const { error } = await api.auth.mfa.challengeAndVerify({ factorId, code: code.trim() })
    if (!error) return onVerified()
    setProblem(refusal(error).message)
    setBusy(false)
  }
  return (
    <form onSubmit={verify} className="space-y-5">
      <h1 className="text-3xl font-semibold tracking-tight">One more step</h1>
      <Field label="Code" hint="The six digits that your authenticator app shows." error={problem}>
        <Input inputMode="numeric" autoComplete="one-time-code" autoFocus required maxLength={10} value={code} onChange={(event) => setCode(event.target.value)} />
      </Field>
      <Button type="submit" busy={isBusy} className="w-full">Go on</Button>
    </form>
  )
}
