'use client'

import { useEffect, useState, type FormEvent, type ReactNode } from 'react'
import { Notice } from '@/components/notice'
import { useApi } from '@/components/providers'
import { Button } from '@/components/ui/button'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import type { Api } from '@/lib/database'
import { refusal, type AuthRefusal } from './refusal'

/** The authenticator app that the person has set up; null for people with another kind of second step, or none. */
async function appOf({ auth }: Api): Promise<{ id: string | null; problem?: AuthRefusal }> {
  const { data, error } = await auth.mfa.listFactors()
  if (error) return { id: null, problem: refusal(error) }
  return { id: data.totp[0]?.id ?? null }
}

interface Props {
  /** What is done once the code was right. */
  onVerified: () => Promise<void> | void
  /** What else there is to do, beside the button. */
  children?: ReactNode
}

/** The second step of a log-in: the code that an authenticator app shows. */
export function OneTimeCode({ onVerified, children }: Props) {
  const api = useApi()
  const [factorId, setFactorId] = useState<string | null>()
  const [problem, setProblem] = useState<AuthRefusal>()
  const [isBusy, setBusy] = useState(false)

  useEffect(() => {
    let isHere = true
    void appOf(api).then(({ id, problem }) => {
      if (!isHere) return
      setFactorId(id)
      setProblem(problem)
    })
    return () => void (isHere = false)
  }, [api])

  const verify = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    // The form keeps what is typed, so that nothing is lost of what was typed before the page was ready.
    const code = String(new FormData(event.currentTarget).get('code')).trim()
    setBusy(true)
    setProblem(undefined)
    // Where the first look at the factors failed, a second one is made now.
    const known = factorId ? { id: factorId } : await appOf(api)
    setFactorId(known.id)
    const { error } = known.id ? await api.auth.mfa.challengeAndVerify({ factorId: known.id, code }) : { error: null }
    if (known.id && !error) return onVerified()
    setProblem(error ? refusal(error) : 'problem' in known ? known.problem : undefined)
    setBusy(false)
  }

  return (
    <form onSubmit={verify} className="space-y-5">
      {factorId === null && !problem && (
        <Notice kind="warn" role="status" title="This log-in has no authenticator app">Its second step is another one, which is not asked for here. Please call the office.</Notice>
      )}
      <Field label="Code" hint="The six digits that your authenticator app shows." error={problem && `${problem.message} ${problem.hint}`}>
        <Input inputMode="numeric" autoComplete="one-time-code" autoFocus required maxLength={10} name="code" />
      </Field>
      <div className="flex flex-wrap items-center justify-end gap-3">
        {children}
        {/* Not before this page can check it: a browser that is still loading scripts would send the form by itself. */}
        <Button type="submit" busy={isBusy} disabled={factorId === undefined}>Go on</Button>
      </div>
    </form>
  )
}
