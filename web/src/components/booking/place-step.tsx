'use client'

import { ChevronRight, House, Plus } from 'lucide-react'
import { useState } from 'react'
import { FinderField, useFinder } from '@/components/finder'
import { wordsOf } from '@/components/locations/name'
import { ShowMore } from '@/components/more'
import { AddressForm } from '@/components/settings/address-form'
import { Button } from '@/components/ui/button'
import { Card, CardContent } from '@/components/ui/card'
import type { Location } from '@/lib/api/settings'
import { address } from '@/lib/format'

export function PlaceStep({ locations, value, onChoose }: { locations: Location[]; value: string | null; onChoose: (id: string) => void }) {
  const bookable = locations.filter(({ can_book, is_active }) => can_book && is_active)
  const [isNew, setNew] = useState(bookable.length === 0)
  const finder = useFinder(bookable, wordsOf)
  if (isNew) {
    return (
      <Card>
        <CardContent className="py-5">
          <AddressForm label="Go on" onDone={onChoose} onCancel={bookable.length > 0 ? () => setNew(false) : undefined} />
        </CardContent>
      </Card>
    )
  }
  return (
    <div className="space-y-3">
      <FinderField finder={finder} label="Find a location" />
      <ul className="space-y-3">
        {finder.shown.map((location) => (
          <li key={location.id}>
            <button
              type="button"
              aria-pressed={location.id === value}
              onClick={() => onChoose(location.id)}
              className="flex w-full items-center gap-4 rounded-card border bg-surface p-4 text-left shadow-card transition-colors hover:border-brand-line aria-pressed:border-brand"
            >
              <span className="grid size-11 shrink-0 place-items-center rounded-full bg-surface-2 text-muted"><House className="size-5" aria-hidden /></span>
              <span className="min-w-0 flex-1">
                <span className="block font-semibold">{location.label ?? location.address_line1}</span>
                <span className="block text-[0.95rem] text-muted">{address(location)}</span>
              </span>
              <ChevronRight className="size-5 shrink-0 text-muted" aria-hidden />
            </button>
          </li>
        ))}
      </ul>
      {finder.more && <ShowMore onClick={finder.more} />}
      <Button variant="outline" className="w-full" onClick={() => setNew(true)}><Plus aria-hidden />Another address</Button>
    </div>
  )
}
