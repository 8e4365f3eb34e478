'use client'

import { createContext, use, useState, type ReactNode } from 'react'
import { keep } from '@/lib/cookie'
import { PLACE_COOKIE } from '@/lib/place'

/** Which of several locations a property manager looks at; without one, all of them. */
interface Place {
  place: string | undefined
  choose: (id: string | undefined) => void
}
const Context = createContext<Place>({ place: undefined, choose: () => {} })
export const usePlace = () => use(Context)

export function PlaceProvider({ initial, children }: { initial?: string; children: ReactNode }) {
  const [place, setPlace] = useState(initial)
  const choose = (id: string | undefined) => {
    setPlace(id)
    keep(PLACE_COOKIE, id ?? null)
  }
  return <Context value={{ place, choose }}>{children}</Context>
}
