'use client'

import { createContext, use, useState, type ReactNode } from 'react'
import { keep } from '@/lib/cookie'
import { useSettings, type Location } from '@/lib/api/settings'
import { PLACE_COOKIE, placeAmong } from '@/lib/place'

/** Which of several locations a property manager looks at; without one, all of them. */
interface Place {
  place: string | undefined
  choose: (id: string | undefined) => void
}
const Context = createContext<Place>({ place: undefined, choose: () => {} })

export function usePlace(): { place: Location | undefined; choose: Place['choose'] } {
  const [{ place, choose }, settings] = [use(Context), useSettings().data]
  return { place: placeAmong(settings?.locations, place), choose }
}

export function PlaceProvider({ initial, children }: { initial?: string; children: ReactNode }) {
  const [place, setPlace] = useState(initial)
  const choose = (id: string | undefined) => {
    setPlace(id)
    keep(PLACE_COOKIE, id ?? null)
  }
  return <Context value={{ place, choose }}>{children}</Context>
}
