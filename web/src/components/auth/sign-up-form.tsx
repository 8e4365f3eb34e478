'use client'

import { zodResolver } from '@hookform/resolvers/zod'
import { MailCheck } from 'lucide-react'
import { useState } from 'react'
import { useForm } from 'react-hook-form'
import * as z from 'zod/mini'
import Link from '@/components/link'
import { Notice } from '@/components/notice'
import { useApi } from '@/components/providers'
import { Button } from '@/components/ui/button'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { email, fullName, newPassword, phone } from '@/lib/forms'
import { refusal, type AuthRefusal } from './refusal'

const SignUp = z.object({ full_name: fullName, email, phone, password: newPassword })

interface Props {
  company: string
  /** Where to go on once the e-mail address is confirmed. */
  next: string
  title?: string
}

/** Makes a log-in. What belongs to it at the company is decided after the address is confirmed. */
export function SignUpForm({ company, next, title = 'Create an account' }: Props) {
  const api = useApi()
  const [problem, setProblem] = useState<AuthRefusal>()
  const [sentTo, setSentTo] = useState<string>()
  const { register, handleSubmit, formState } = useForm({
    resolver: zodResolver(SignUp), defaultValues: { full_name: '', email: '', phone: '', password: '' },
  })
  const { errors } = formState

  const signUp = handleSubmit(async ({ email, password, full_name, phone }) => {
    setProblem(undefined)
    const emailRedirectTo = `${window.location.origin}/auth/confirm?next=${encodeURIComponent(next)}`
    // Where the link in the e-mail leads is said twice: templates with a token's hash know no redirect.
    const { data, error } = await api.auth.signUp({ email, password, options: { emailRedirectTo, data: { full_name, phone, next } } })
    if (error) return setProblem(refusal(error))
    if (data.session) return window.location.assign(next)
    setSentTo(email)
  })

  if (sentTo) {
    return (
      <div role="status" className="space-y-4">
        <span className="grid size-12 place-items-center rounded-full bg-brand-soft text-brand-text"><MailCheck className="size-6" aria-hidden /></span>
        <h1 className="text-3xl font-semibold tracking-tight">Look into your inbox</h1>
        <p className="text-muted">We have sent an e-mail to <strong className="text-foreground">{sentTo}</strong>. Open the link in it to confirm your address, and you are in.</p>
        <p className="text-sm text-muted">Nothing there after a few minutes? Look into the spam folder, or <button className="text-brand-text underline" onClick={() => setSentTo(undefined)}>try again</button>.</p>
      </div>
    )
  }
  return (
    <>
      <h1 className="text-3xl font-semibold tracking-tight">{title}</h1>
      <p className="mt-2 text-muted">For customers of {company}. Were you here before? Use the e-mail address that we know, and your history is there too.</p>
      <form onSubmit={signUp} noValidate className="mt-7 space-y-5">
        {problem && <Notice kind="bad" role="alert" title={problem.message}>{problem.hint}</Notice>}
        <Field label="Your name" error={errors.full_name?.message}><Input autoComplete="name" {...register('full_name')} /></Field>
        <Field label="E-mail" error={errors.email?.message}><Input type="email" inputMode="email" autoComplete="username" {...register('email')} /></Field>
        <Field label="Phone" optional hint="So that the technician can reach you." error={errors.phone?.message}>
          <Input type="tel" autoComplete="tel" {...register('phone')} />
        </Field>
        <Field label="Password" hint="At least 8 characters." error={errors.password?.message}>
          <Input type="password" autoComplete="new-password" {...register('password')} />
        </Field>
        <Button type="submit" busy={formState.isSubmitting} className="w-full">Create account</Button>
      </form>
      <p className="mt-8 border-t pt-6 text-center text-muted">
        Have an account already?{' '}
        <Link href={next === '/signup' ? '/login' : `/login?next=${encodeURIComponent(next)}`} className="font-semibold text-brand-text underline underline-offset-4">Log in</Link>
      </p>
    </>
  )
}
