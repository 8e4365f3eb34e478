'use client'

import { ChevronsUpDown } from 'lucide-react'
import dynamic from 'next/dynamic'
import { useId, useState } from 'react'
import { Field } from '@/components/ui/field'
import { Select } from '@/components/ui/input'
import type { Location } from '@/lib/api/settings'
import { FEW, nameOf } from './name'

const LocationDialog = dynamic(() => import('./dialog').then((module) => module.LocationDialog))

interface Props {
  label: string
  /** What it is called to choose none of them. */
  none: string
  locations: Location[]
  value: string
  onChange: (id: string) => void
}

/** One of several locations, or none: the system's own list where it is short, otherwise searched. */
export function LocationField({ label, none, locations, value, onChange }: Props) {
  if (locations.length > FEW) return <Searched {...{ label, none, locations, value, onChange }} />
  return (
    <Field label={label} optional>
      <Select value={value} onChange={(event) => onChange(event.target.value)}>
        <option value="">{none}</option>
        {locations.map((location) => <option key={location.id} value={location.id}>{nameOf(location)}</option>)}
      </Select>
    </Field>
  )
}

function Searched({ label, none, locations, value, onChange }: Props) {
  const [isFinding, setFinding] = useState(false)
  const id = useId()
  const chosen = locations.find((location) => location.id === value)
  return (
    <div className="space-y-1.5">
      <p id={`${id}-label`} className="text-sm font-medium">{label}<span className="ml-1.5 font-normal text-muted">optional</span></p>
      <button
        type="button"
        aria-haspopup="dialog"
        aria-labelledby={`${id}-label ${id}-value`}
        onClick={() => setFinding(true)}
        className="flex h-11 w-full items-center justify-between gap-3 rounded-xl border border-input/70 bg-surface px-3.5 text-left"
      >
        <span id={`${id}-value`} className="truncate">{chosen ? nameOf(chosen) : none}</span>
        <ChevronsUpDown className="size-4 shrink-0 text-muted" aria-hidden />
      </button>
      {isFinding && <LocationDialog locations={locations} chosen={value || undefined} none={none} onChoose={(chosen) => onChange(chosen ?? '')} onClose={() => setFinding(false)} />}
    </div>
  )
}
