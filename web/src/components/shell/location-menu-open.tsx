'use client'

import type { ComponentProps } from 'react'
import { LocationName } from '@/components/locations/name'
import {
  DropdownMenu, DropdownMenuContent, DropdownMenuLabel, DropdownMenuRadioGroup, DropdownMenuRadioItem, DropdownMenuTrigger,
} from '@/components/ui/dropdown-menu'
import { LocationButton } from './location-switch'

const ALL = 'all'

/** The menu of locations: comes open, for somebody has asked for it. */
export function OpenLocationMenu({ onChoose, ...props }: ComponentProps<typeof LocationButton> & { onChoose: (id: string | undefined) => void }) {
  return (
    <DropdownMenu defaultOpen>
      <DropdownMenuTrigger asChild><LocationButton {...props} /></DropdownMenuTrigger>
      <DropdownMenuContent align="start" className="w-72">
        <DropdownMenuLabel>Show</DropdownMenuLabel>
        <DropdownMenuRadioGroup value={props.chosen?.id ?? ALL} onValueChange={(value) => onChoose(value === ALL ? undefined : value)}>
          <DropdownMenuRadioItem value={ALL}>All locations</DropdownMenuRadioItem>
          {props.locations.map((location) => <DropdownMenuRadioItem key={location.id} value={location.id}><LocationName location={location} /></DropdownMenuRadioItem>)}
        </DropdownMenuRadioGroup>
      </DropdownMenuContent>
    </DropdownMenu>
  )
}
