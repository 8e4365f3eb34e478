import type { Location } from '@/lib/api/settings'
import { address } from '@/lib/format'

export const nameOf = ({ label, address_line1 }: Pick<Location, 'label' | 'address_line1'>) => label ?? address_line1

/** What a location may be found by. */
export const wordsOf = (location: Location) => `${location.label} ${address(location)}`

/** So many a menu or a list of the system can hold; more are searched. */
export const FEW = 12

export const LocationName = ({ location }: { location: Location }) => (
  <span className="min-w-0">
    <span className="block truncate">{nameOf(location)}</span>
    <span className="block truncate text-xs text-muted">{location.address_line1}, {location.city}</span>
  </span>
)
