'use client'

import { zodResolver } from '@hookform/resolvers/zod'
import { useForm } from 'react-hook-form'
import * as z from 'zod/mini'
import { LocationChoice } from '@/components/locations/choice'
import { Failure } from '@/components/notice'
import { Button } from '@/components/ui/button'
import { Dialog, DialogContent, DialogFooter } from '@/components/ui/dialog'
import { Field } from '@/components/ui/field'
import { Input, Select } from '@/components/ui/input'
import { useToast } from '@/components/ui/toast'
import { useInviteContact, useSettings, type Location } from '@/lib/api/settings'
import { email, fullName } from '@/lib/forms'
import { date } from '@/lib/format'

const ROLES = { customer: 'Books and follows visits', billing_contact: 'Sees visits and bills', property_manager: 'All of it, and invites others' } as const
const Invite = z.object({
  full_name: fullName,
  email,
  role: z.enum(['customer', 'billing_contact', 'property_manager']),
  // Without a list: at every location.
  location_ids: z.optional(z.array(z.string()).check(z.minLength(1, 'Choose at least one location.'))),
})

export function InviteDialog({ open, onClose }: { open: boolean; onClose: () => void }) {
  const [invite, tell] = [useInviteContact(), useToast()]
  const { account, locations = [] } = useSettings().data ?? {}
  const { register, handleSubmit, reset, formState, watch, setValue } = useForm({
    resolver: zodResolver(Invite),
    defaultValues: { full_name: '', email: '', role: 'customer' as const, location_ids: undefined },
  })
  const send = handleSubmit(async (who) => {
    const sent = await invite.mutateAsync(who).catch(() => null)
    if (!sent) return
    reset()
    onClose()
    tell('The invitation is on its way', `${who.email} can accept it until ${date(sent.expires_at)}.`)
  })
  return (
    <Dialog open={open} onOpenChange={(isOpen) => !isOpen && onClose()}>
      <DialogContent title="Invite somebody" description="They get an e-mail with a link that works once.">
        <form onSubmit={send} noValidate className="space-y-5">
          <Field label="Name" error={formState.errors.full_name?.message}><Input {...register('full_name')} /></Field>
          <Field label="E-mail" error={formState.errors.email?.message}><Input type="email" {...register('email')} /></Field>
          <Field label="What they may do"><Select {...register('role')}>{Object.entries(ROLES).map(([role, text]) => <option key={role} value={role}>{text}</option>)}</Select></Field>
          <Where
            // An invitation is for one customer's locations; others may have let this person in as well.
            locations={locations.filter(({ customer_id, is_active }) => customer_id === account?.customer_id && is_active)}
            chosen={watch('location_ids')}
            error={formState.errors.location_ids?.message}
            onChange={(ids) => setValue('location_ids', ids, { shouldValidate: formState.isSubmitted })}
          />
          <Failure error={invite.error} />
          <DialogFooter><Button variant="ghost" onClick={onClose}>Not now</Button><Button type="submit" busy={formState.isSubmitting}>Send the invitation</Button></DialogFooter>
        </form>
      </DialogContent>
    </Dialog>
  )
}

interface WhereProps {
  locations: Location[]
  /** Nothing: at every location. */
  chosen: string[] | undefined
  error: string | undefined
  onChange: (ids: string[] | undefined) => void
}

function Where({ locations, chosen, error, onChange }: WhereProps) {
  if (locations.length < 2) return null
  const choice = (label: string, ids: string[] | undefined) => (
    <label className="flex min-h-11 cursor-pointer items-center gap-3">
      <input type="radio" name="where" className="size-5 accent-(--brand)" checked={(chosen === undefined) === (ids === undefined)} onChange={() => onChange(ids)} />
      {label}
    </label>
  )
  return (
    <fieldset>
      <legend className="mb-1 text-sm font-medium">Where</legend>
      {choice('At every location, also those to come', undefined)}
      {choice('At some of them', [])}
      {chosen && <LocationChoice locations={locations} chosen={chosen} onChange={onChange} />}
      {error && <p role="alert" className="mt-1.5 text-sm font-medium text-bad">{error}</p>}
    </fieldset>
  )
}
