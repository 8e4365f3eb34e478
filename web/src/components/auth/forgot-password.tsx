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
import { email } from '@/lib/forms'
import { refusal, type AuthRefusal } from './refusal'

export function ForgotPassword() {
  const api = useApi()
  const [problem, setProblem] = useState<AuthRefusal>()
  const [sentTo, setSentTo] = useState<string>()
  const { register, handleSubmit, formState } = useForm({ resolver: zodResolver(z.object({ email })), defaultValues: { email: '' } })

  const ask = handleSubmit(async ({ email }) => {
    setProblem(undefined)
    const redirectTo = `${window.location.origin}/auth/confirm?next=${encodeURIComponent('/reset-password')}`
    const { error } = await api.auth.resetPasswordForEmail(email, { redirectTo })
    if (error) return setProblem(refusal(error))
    setSentTo(email)
  })
  return (
    <>
      <h1 className="text-3xl font-semibold tracking-tight">Set a new password</h1>
      <p className="mt-2 text-muted">We send you a link by e-mail. With it you choose a new password.</p>
      <form onSubmit={ask} noValidate className="mt-7 space-y-5">
        {problem && <Notice kind="bad" role="alert" title={problem.message}>{problem.hint}</Notice>}
        {sentTo && <Notice kind="good" role="status" title="The e-mail is on its way">If {sentTo} has an account here, the link arrives within minutes.</Notice>}
        <Field label="E-mail" error={formState.errors.email?.message}><Input type="email" autoComplete="username" inputMode="email" {...register('email')} /></Field>
        <Button type="submit" busy={formState.isSubmitting} className="w-full">Send the link</Button>
      </form>
      <p className="mt-8 text-center"><Link href="/login" className="font-medium text-brand-text underline-offset-4 hover:underline">Back to log in</Link></p>
    </>
  )
}
