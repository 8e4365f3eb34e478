'use client'

import { zodResolver } from '@hookform/resolvers/zod'
import { useForm } from 'react-hook-form'
import * as z from 'zod/mini'
import { Failure } from '@/components/notice'
import { Button } from '@/components/ui/button'
import { Card, CardContent, CardHeader, CardTitle } from '@/components/ui/card'
import { Field } from '@/components/ui/field'
import { Input, Select } from '@/components/ui/input'
import { useToast } from '@/components/ui/toast'
import { useSettings, useUpdateProfile, type Settings } from '@/lib/api/settings'
import { phone as formatPhone } from '@/lib/format'
import { fullName, phone } from '@/lib/forms'

const LANGUAGES: [string, string][] = [['en', 'English'], ['es', 'Español']]
const Form = z.object({ full_name: fullName, phone, preferred_language: z.string() })

export function Profile() {
  const settings = useSettings().data
  return settings ? <ProfileForm settings={settings} /> : null
}

function ProfileForm({ settings: { profile, account, organization } }: { settings: Settings }) {
  const [update, tell] = [useUpdateProfile(), useToast()]
  const { register, handleSubmit, reset, formState } = useForm({
    resolver: zodResolver(Form),
    defaultValues: { full_name: profile?.full_name ?? '', phone: formatPhone(profile?.phone), preferred_language: profile?.preferred_language ?? 'en' },
  })
  const languages = LANGUAGES.some(([code]) => code === profile?.preferred_language) || !profile ? LANGUAGES : [...LANGUAGES, [profile.preferred_language, profile.preferred_language] as [string, string]]
  const save = handleSubmit(async ({ full_name, phone, preferred_language }) => {
    const stored = await update.mutateAsync({ full_name, phone: phone || undefined, preferred_language }).catch(() => null)
    if (!stored) return
    reset({ full_name: stored.full_name, phone: formatPhone(stored.phone), preferred_language: stored.preferred_language })
    tell('Your profile is saved')
  })
  return (
    <div className="space-y-5">
      <Card aria-labelledby="you">
        <CardHeader><CardTitle id="you">You</CardTitle></CardHeader>
        <CardContent>
          <form onSubmit={save} noValidate className="grid gap-5 sm:grid-cols-2">
            <Field label="Name" error={formState.errors.full_name?.message}><Input autoComplete="name" {...register('full_name')} /></Field>
            <Field label="Phone" hint="So that the technician can reach you." error={formState.errors.phone?.message}><Input type="tel" autoComplete="tel" {...register('phone')} /></Field>
            <Field label="E-mail" hint="What you log in with."><Input value={profile?.email ?? ''} readOnly disabled /></Field>
            <Field label="Language of messages"><Select {...register('preferred_language')}>{languages.map(([code, name]) => <option key={code} value={code}>{name}</option>)}</Select></Field>
            <Failure error={update.error} className="sm:col-span-2" />
            <div className="sm:col-span-2"><Button type="submit" busy={formState.isSubmitting} disabled={!formState.isDirty}>Save</Button></div>
          </form>
        </CardContent>
      </Card>
      <Card aria-labelledby="account">
        <CardHeader><CardTitle id="account">Your account</CardTitle></CardHeader>
        <CardContent>
          <dl className="grid gap-4 sm:grid-cols-2">
            <div><dt className="text-sm text-muted">Customer</dt><dd className="font-medium">{account?.customer_name ?? profile?.full_name}</dd></div>
            <div><dt className="text-sm text-muted">At</dt><dd className="font-medium">{organization.name}</dd></div>
          </dl>
        </CardContent>
      </Card>
    </div>
  )
}
