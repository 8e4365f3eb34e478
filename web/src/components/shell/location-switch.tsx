'use client'

import { ChevronsUpDown, MapPin } from 'lucide-react'
import { usePathname } from 'next/navigation'
import {
  DropdownMenu, DropdownMenuContent, DropdownMenuLabel, DropdownMenuRadioGroup, DropdownMenuRadioItem, DropdownMenuTrigger,
} from '@/components/ui/dropdown-menu'
import { useSettings } from '@/lib/api/settings'
import { cn } from '@/lib/utils'
import { usePlace } from './place'

const ALL = 'all'

/** For whoever looks after more than one place. `only`: the pages that it stands on. */
export function LocationSwitch({ className, only }: { className?: string; only?: string[] }) {
  const path = usePathname()
  const { place, choose } = usePlace()
  const locations = useSettings().data?.locations.filter(({ is_active }) => is_active) ?? []
  if (locations.length < 2 || (only && !only.includes(path))) return null
  const chosen = locations.find(({ id }) => id === place)
  return (
    <DropdownMenu>
      <DropdownMenuTrigger className={cn('flex h-11 w-full items-center gap-2.5 rounded-xl border bg-surface px-3 text-left text-[0.95rem]', className)}>
        <span className="sr-only">Show: </span>
        <MapPin className="size-4.5 shrink-0 text-muted" aria-hidden />
        <span className="min-w-0 flex-1 truncate">{chosen ? (chosen.label ?? chosen.address_line1) : `All ${locations.length} locations`}</span>
        <ChevronsUpDown className="size-4 shrink-0 text-muted" aria-hidden />
      </DropdownMenuTrigger>
      <DropdownMenuContent align="start" className="w-72">
        <DropdownMenuLabel>Show</DropdownMenuLabel>
        <DropdownMenuRadioGroup value={chosen?.id ?? ALL} onValueChange={(value) => choose(value === ALL ? undefined : value)}>
          <DropdownMenuRadioItem value={ALL}>All locations</DropdownMenuRadioItem>
          {locations.map((location) => (
            <DropdownMenuRadioItem key={location.id} value={location.id}>
              <span className="min-w-0">
                <span className="block truncate">{location.label ?? location.address_line1}</span>
                <span className="block truncate text-xs text-muted">{location.address_line1}, {location.city}</span>
              </span>
            </DropdownMenuRadioItem>
          ))}
        </DropdownMenuRadioGroup>
      </DropdownMenuContent>
    </DropdownMenu>
  )
}
