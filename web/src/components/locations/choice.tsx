'use client'

import { FinderField, useFinder } from '@/components/finder'
import { ShowMore } from '@/components/more'
import type { Location } from '@/lib/api/settings'
import { plural } from '@/lib/format'
import { LocationName, wordsOf } from './name'

/** Some of several locations: ticked, and searched where there are many. */
export function LocationChoice({ locations, chosen, onChange }: { locations: Location[]; chosen: string[]; onChange: (ids: string[]) => void }) {
  const finder = useFinder(locations, wordsOf)
  return (
    <div className="space-y-2 rounded-xl border p-3">
      <FinderField finder={finder} label="Find a location" />
      <ul className="max-h-60 overflow-y-auto">
        {finder.shown.map((location) => (
          <li key={location.id}>
            <label className="flex min-h-11 cursor-pointer items-center gap-3 rounded-lg px-2 py-1 text-[0.95rem] hover:bg-surface-2">
              <input
                type="checkbox"
                className="size-5 shrink-0 accent-(--brand)"
                checked={chosen.includes(location.id)}
                onChange={({ target }) => onChange(target.checked ? [...chosen, location.id] : chosen.filter((id) => id !== location.id))}
              />
              <LocationName location={location} />
            </label>
          </li>
        ))}
        {finder.more && <li><ShowMore onClick={finder.more} /></li>}
      </ul>
      <p role="status" className="text-sm text-muted">{plural(chosen.length, 'location')} chosen</p>
    </div>
  )
}
