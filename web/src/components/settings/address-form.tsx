'use client'

import { zodResolver } from '@hookform/resolvers/zod'
import { useState } from 'react'
import { useForm } from 'react-hook-form'
import { Failure } from '@/components/notice'
import { Button } from '@/components/ui/button'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { useAddLocation, useUpdateLocation, type Location } from '@/lib/api/settings'
import { Address, NO_ADDRESS, filled } from '@/lib/forms'

interface Props {
  label: string
  /** The location to change; without it a new one is added. */
  location?: Location
  onDone: (id: string) => void
  onCancel?: () => void
}

const known = (location: Location): Address => ({
  label: location.label ?? '', address_line1: location.address_line1, address_line2: location.address_line2 ?? '', city: location.city,
  region: location.region ?? '', postal_code: location.postal_code,
})

export function AddressForm({ label, location, onDone, onCancel }: Props) {
  const [add, change] = [useAddLocation(), useUpdateLocation()]
  const [key] = useState(() => crypto.randomUUID())
  const { register, handleSubmit, formState } = useForm({ resolver: zodResolver(Address), defaultValues: location ? known(location) : NO_ADDRESS })
  const { errors } = formState

  const save = handleSubmit(async ({ label, ...place }) => {
    try {
      const stored = location
        ? await change.mutateAsync({ location_id: location.id, label: label || undefined, address: { ...place, address_line2: place.address_line2 || null, region: place.region || null } })
        : await add.mutateAsync({ address: filled({ ...place, label }), key })
      onDone(stored.id!)
    } catch {
      // Shown below.
    }
  })
  return (
    <form onSubmit={save} noValidate className="grid gap-5 sm:grid-cols-6">
      <Field label="What do you call it?" optional hint="Such as Home, Cabin or Unit 4." className="sm:col-span-6"><Input {...register('label')} /></Field>
      <Field label="Street and number" error={errors.address_line1?.message} className="sm:col-span-4"><Input autoComplete="address-line1" {...register('address_line1')} /></Field>
      <Field label="Unit" optional className="sm:col-span-2"><Input autoComplete="address-line2" {...register('address_line2')} /></Field>
      <Field label="City" error={errors.city?.message} className="sm:col-span-3"><Input autoComplete="address-level2" {...register('city')} /></Field>
      <Field label="State" optional className="sm:col-span-1"><Input autoComplete="address-level1" {...register('region')} /></Field>
      <Field label="Postal code" error={errors.postal_code?.message} className="sm:col-span-2"><Input autoComplete="postal-code" {...register('postal_code')} /></Field>
      <Failure error={add.error ?? change.error} className="sm:col-span-6" />
      <div className="flex flex-wrap gap-3 sm:col-span-6">
        <Button type="submit" busy={formState.isSubmitting}>{label}</Button>
        {onCancel && <Button variant="ghost" onClick={onCancel}>Back</Button>}
      </div>
    </form>
  )
}
