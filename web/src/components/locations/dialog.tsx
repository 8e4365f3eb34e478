'use client'

import { Check } from 'lucide-react'
import type { ReactNode } from 'react'
import { FinderField, useFinder } from '@/components/finder'
import { ShowMore } from '@/components/more'
import { Dialog, DialogContent } from '@/components/ui/dialog'
import type { Location } from '@/lib/api/settings'
import { LocationName, wordsOf } from './name'

interface Props {
  locations: Location[]
  chosen: string | undefined
  /** What it is called to choose none of them. */
  none: string
  onChoose: (id: string | undefined) => void
  onClose: () => void
}

/** The choice among more locations than a menu can hold. */
export function LocationDialog({ locations, chosen, none, onChoose, onClose }: Props) {
  const finder = useFinder(locations, wordsOf)
  const take = (id: string | undefined) => {
    onChoose(id)
    onClose()
  }
  return (
    <Dialog open onOpenChange={(open) => !open && onClose()}>
      <DialogContent title="Which location?" className="h-[min(40rem,92dvh)]">
        <div className="space-y-2">
          <FinderField finder={finder} label="Find a location" />
          <ul>
            {!finder.words.trim() && <li><Choice isChosen={!chosen} onClick={() => take(undefined)}>{none}</Choice></li>}
            {finder.shown.map((location) => (
              <li key={location.id}><Choice isChosen={location.id === chosen} onClick={() => take(location.id)}><LocationName location={location} /></Choice></li>
            ))}
          </ul>
          {finder.more && <ShowMore onClick={finder.more} />}
        </div>
      </DialogContent>
    </Dialog>
  )
}

const Choice = ({ isChosen, onClick, children }: { isChosen: boolean; onClick: () => void; children: ReactNode }) => (
  <button
    type="button"
    aria-pressed={isChosen}
    onClick={onClick}
    className="flex min-h-11 w-full items-center justify-between gap-2.5 rounded-lg px-2.5 py-1.5 text-left text-[0.95rem] hover:bg-surface-2 aria-pressed:bg-brand-soft aria-pressed:font-medium aria-pressed:text-brand-text"
  >
    {children}
    {isChosen && <Check className="size-4.5 shrink-0" aria-hidden />}
  </button>
)
