'use client'

import { zodResolver } from '@hookform/resolvers/zod'
import { useState } from 'react'
import { useForm } from 'react-hook-form'
import * as z from 'zod/mini'
import { Notice } from '@/components/notice'
import { useApi } from '@/components/providers'
import { Button } from '@/components/ui/button'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { useToast } from '@/components/ui/toast'
import { newPassword } from '@/lib/forms'
import { refusal, type AuthRefusal } from './refusal'

const Password = z
  .object({ password: newPassword, again: z.string() })
  .check(z.refine(({ password, again }) => password === again, { path: ['again'], error: 'This is not the same password.' }))

export function NewPassword({ label, then }: { label: string; then?: string }) {
  const [api, tell] = [useApi(), useToast()]
  const [problem, setProblem] = useState<AuthRefusal>()
  const { register, handleSubmit, reset, formState } = useForm({ resolver: zodResolver(Password), defaultValues: { password: '', again: '' } })
  const { errors } = formState

  const save = handleSubmit(async ({ password }) => {
    setProblem(undefined)
    const { error } = await api.auth.updateUser({ password })
    if (error) return setProblem(refusal(error))
    reset()
    if (then) return window.location.assign(then)
    tell('Your password is changed')
  })
  return (
    <form onSubmit={save} noValidate className="space-y-5">
      {problem && <Notice kind="bad" role="alert" title={problem.message}>{problem.hint}</Notice>}
      <Field label="New password" hint="At least 8 characters." error={errors.password?.message}><Input type="password" autoComplete="new-password" {...register('password')} /></Field>
      <Field label="The same again" error={errors.again?.message}><Input type="password" autoComplete="new-password" {...register('again')} /></Field>
      <Button type="submit" busy={formState.isSubmitting}>{label}</Button>
    </form>
  )
}
