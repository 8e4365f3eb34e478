'use client'

import { ChevronsUpDown, MapPin } from 'lucide-react'
import dynamic from 'next/dynamic'
import { usePathname } from 'next/navigation'
import { useState, type ComponentProps } from 'react'
import { FEW, nameOf } from '@/components/locations/name'
import { useToast } from '@/components/ui/toast'
import { useSettings, type Location } from '@/lib/api/settings'
import { useOnDemand, useSoon } from '@/lib/soon'
import { cn } from '@/lib/utils'
import { usePlace } from './place'

const menu = () => import('./location-menu-open').then((module) => module.OpenLocationMenu)
const PARTS = [menu]
// Few look after so many places; the others need not load it.
const LocationDialog = dynamic(() => import('@/components/locations/dialog').then((module) => module.LocationDialog))

/** For whoever looks after more than one place. `only`: the pages that it stands on. */
export function LocationSwitch({ className, only }: { className?: string; only?: string[] }) {
  const path = usePathname()
  const { place, choose } = usePlace()
  const locations = useSettings().data?.locations.filter(({ is_active }) => is_active) ?? []
  if (locations.length < 2 || (only && !only.includes(path))) return null
  const props = { locations, chosen: place, onChoose: choose, className }
  return locations.length > FEW ? <Search {...props} /> : <Menu {...props} />
}

interface Props {
  locations: Location[]
  chosen: Location | undefined
  onChoose: (id: string | undefined) => void
  className?: string
}

function Search({ onChoose, ...props }: Props) {
  const [isFinding, setFinding] = useState(false)
  return (
    <>
      <LocationButton {...props} aria-haspopup="dialog" onClick={() => setFinding(true)} />
      {isFinding && <LocationDialog locations={props.locations} chosen={props.chosen?.id} none={allOf(props.locations)} onChoose={onChoose} onClose={() => setFinding(false)} />}
    </>
  )
}

function Menu({ onChoose, ...props }: Props) {
  const [Open, want] = useOnDemand(menu)
  const tell = useToast()
  useSoon(PARTS)
  if (Open) return <Open {...props} onChoose={onChoose} />
  return <LocationButton {...props} aria-haspopup="menu" aria-expanded={false} onClick={() => void want().catch(tell.failure)} />
}

export function LocationButton({ locations, chosen, className, ...props }: Omit<Props, 'onChoose'> & ComponentProps<'button'>) {
  return (
    <button type="button" {...props} className={cn('flex h-11 w-full items-center gap-2.5 rounded-xl border bg-surface px-3 text-left text-[0.95rem]', className)}>
      <span className="sr-only">Show: </span>
      <MapPin className="size-4.5 shrink-0 text-muted" aria-hidden />
      <span className="min-w-0 flex-1 truncate">{chosen ? nameOf(chosen) : allOf(locations)}</span>
      <ChevronsUpDown className="size-4 shrink-0 text-muted" aria-hidden />
    </button>
  )
}

const allOf = (locations: Location[]) => `All ${locations.length} locations`
