'use client'

import { ChevronsUpDown, MapPin } from 'lucide-react'
import dynamic from 'next/dynamic'
import { usePathname } from 'next/navigation'
import { useState } from 'react'
import {
  DropdownMenu, DropdownMenuContent, DropdownMenuLabel, DropdownMenuRadioGroup, DropdownMenuRadioItem, DropdownMenuTrigger,
} from '@/components/ui/dropdown-menu'
import { useSettings, type Location } from '@/lib/api/settings'
import { cn } from '@/lib/utils'
import { usePlace } from './place'

const ALL = 'all'
/** As many as a menu can hold; more are searched. */
const IN_MENU = 12

// Few look after so many places; the others need not load it.
const LocationFinder = dynamic(() => import('./location-finder').then((module) => module.LocationFinder))

/** For whoever looks after more than one place. `only`: the pages that it stands on. */
export function LocationSwitch({ className, only }: { className?: string; only?: string[] }) {
  const path = usePathname()
  const { place, choose } = usePlace()
  const [isFinding, setFinding] = useState(false)
  const locations = useSettings().data?.locations.filter(({ is_active }) => is_active) ?? []
  if (locations.length < 2 || (only && !only.includes(path))) return null
  const frame = cn('flex h-11 w-full items-center gap-2.5 rounded-xl border bg-surface px-3 text-left text-[0.95rem]', className)
  const label = (
    <>
      <span className="sr-only">Show: </span>
      <MapPin className="size-4.5 shrink-0 text-muted" aria-hidden />
      <span className="min-w-0 flex-1 truncate">{place ? nameOf(place) : `All ${locations.length} locations`}</span>
      <ChevronsUpDown className="size-4 shrink-0 text-muted" aria-hidden />
    </>
  )
  if (locations.length > IN_MENU) {
    return (
      <>
        <button type="button" aria-haspopup="dialog" className={frame} onClick={() => setFinding(true)}>{label}</button>
        {isFinding && <LocationFinder locations={locations} chosen={place?.id} onChoose={choose} onClose={() => setFinding(false)} />}
      </>
    )
  }
  return (
    <DropdownMenu>
      <DropdownMenuTrigger className={frame}>{label}</DropdownMenuTrigger>
      <DropdownMenuContent align="start" className="w-72">
        <DropdownMenuLabel>Show</DropdownMenuLabel>
        <DropdownMenuRadioGroup value={place?.id ?? ALL} onValueChange={(value) => choose(value === ALL ? undefined : value)}>
          <DropdownMenuRadioItem value={ALL}>All locations</DropdownMenuRadioItem>
          {locations.map((location) => <DropdownMenuRadioItem key={location.id} value={location.id}><LocationName location={location} /></DropdownMenuRadioItem>)}
        </DropdownMenuRadioGroup>
      </DropdownMenuContent>
    </DropdownMenu>
  )
}

const nameOf = (location: Location) => location.label ?? location.address_line1

export const LocationName = ({ location }: { location: Location }) => (
  <span className="min-w-0">
    <span className="block truncate">{nameOf(location)}</span>
    <span className="block truncate text-xs text-muted">{location.address_line1}, {location.city}</span>
  </span>
)
