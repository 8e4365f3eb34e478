'use client'

import { zodResolver } from '@hookform/resolvers/zod'
import { useState } from 'react'
import { useForm } from 'react-hook-form'
import * as z from 'zod/mini'
import Link from '@/components/link'
import { Notice } from '@/components/notice'
import { useApi } from '@/components/providers'
import { Button } from '@/components/ui/button'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { isLetIn } from '@/lib/enter'
import { email } from '@/lib/forms'
import { secondStepAt } from '@/lib/paths'
import { refusal, type AuthRefusal } from './refusal'

const Login = z.object({ email, password: z.string().check(z.minLength(1, 'Enter your password.')) })

/** `hasEnded`: there was a session, and it is not taken any more. */
export function LoginForm({ next, hasEnded }: { next: string; hasEnded: boolean }) {
  const api = useApi()
  const [problem, setProblem] = useState<AuthRefusal>()
  const { register, handleSubmit, formState } = useForm({ resolver: zodResolver(Login), defaultValues: { email: '', password: '' } })

  const logIn = handleSubmit(async (given) => {
    setProblem(undefined)
    const { error } = await api.auth.signInWithPassword(given)
    if (error) return setProblem(refusal(error))
    // A new page, so that it wears this company's name and colour.
    window.location.assign((await isLetIn(api)) ? next : secondStepAt(next))
    await new Promise(() => {})
  })

  return (
    <>
      <h1 className="text-3xl font-semibold tracking-tight">Log in</h1>
      <p className="mt-2 text-muted">Your appointments, messages and bills in one place.</p>
      <form onSubmit={logIn} noValidate className="mt-7 space-y-5">
        {hasEnded && !problem && <Notice title="Please log in again">Your session has ended.</Notice>}
        {problem && <Notice kind="bad" role="alert" title={problem.message}>{problem.hint}</Notice>}
        <Field label="E-mail" error={formState.errors.email?.message}>
          <Input type="email" autoComplete="username" inputMode="email" {...register('email')} />
        </Field>
        <Field label="Password" error={formState.errors.password?.message}>
          <Input type="password" autoComplete="current-password" {...register('password')} />
        </Field>
        <div className="flex flex-col gap-4">
          <Button type="submit" busy={formState.isSubmitting}>Log in</Button>
          <Link href="/forgot-password" className="self-center py-1 text-sm font-medium text-brand-text underline-offset-4 hover:underline">Forgot your password?</Link>
        </div>
      </form>
      <p className="mt-8 border-t pt-6 text-center text-muted">
        New here? <Link href="/signup" className="font-semibold text-brand-text underline underline-offset-4">Create an account</Link>
      </p>
    </>
  )
}
