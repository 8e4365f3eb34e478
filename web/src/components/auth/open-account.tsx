'use client'

import { zodResolver } from '@hookform/resolvers/zod'
import { useEffect, useState } from 'react'
import { useForm } from 'react-hook-form'
import * as z from 'zod/mini'
import { Failure } from '@/components/notice'
import { useApi } from '@/components/providers'
import { Button } from '@/components/ui/button'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { unwrap } from '@/lib/errors'
import { fullName, phone, words } from '@/lib/forms'
import { leave } from '@/lib/leave'

const Account = z.object({ full_name: fullName, phone, reference: words(60) })

/** The second half of a sign-up: what the confirmed log-in is to the company. */
export function OpenAccount({ org, company }: { org: string; company: string }) {
  const api = useApi()
  const [problem, setProblem] = useState<unknown>()
  const { register, handleSubmit, reset, formState } = useForm({
    resolver: zodResolver(Account), defaultValues: { full_name: '', phone: '', reference: '' },
  })

  useEffect(() => {
    void api.auth.getUser().then(({ data }) => {
      const { full_name = '', phone = '' } = (data.user?.user_metadata ?? {}) as { full_name?: string; phone?: string }
      reset({ full_name, phone, reference: '' })
    })
  }, [api, reset])

  const open = handleSubmit(async ({ full_name, phone, reference }) => {
    setProblem(undefined)
    try {
      await unwrap(api.rpc('sign_up', { org_slug: org, full_name, phone: phone || undefined, reference: reference || undefined }).single())
      window.location.assign('/')
      await new Promise(() => {})
    } catch (error) {
      setProblem(error)
    }
  })

  return (
    <>
      <h1 className="text-3xl font-semibold tracking-tight">Open your account</h1>
      <p className="mt-2 text-muted">Your e-mail address is confirmed. One more step, and you can book at {company}.</p>
      <form onSubmit={open} noValidate className="mt-7 space-y-5">
        <Failure error={problem} />
        <Field label="Your name" error={formState.errors.full_name?.message}><Input autoComplete="name" {...register('full_name')} /></Field>
        <Field label="Phone" optional error={formState.errors.phone?.message}><Input type="tel" autoComplete="tel" {...register('phone')} /></Field>
        <Field label="Job or quote reference" optional hint="From an e-mail or bill of ours: it finds your earlier visits." error={formState.errors.reference?.message}>
          <Input autoComplete="off" {...register('reference')} />
        </Field>
        <Button type="submit" busy={formState.isSubmitting} className="w-full">Open account</Button>
      </form>
      <Button variant="ghost" className="mt-4" onClick={() => void leave(api)}>Log out</Button>
    </>
  )
}
