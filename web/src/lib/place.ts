// Which of several locations somebody looks at, and what belongs there.
import type { Location } from './api/settings'

/** Where the choice is kept. */
export const PLACE_COOKIE = 'portal-place'

/** The chosen location, as long as it is one of these: a choice of yesterday, or of whoever sat here before, is none. */
export const placeAmong = (locations: Location[] | undefined, id: string | undefined) => locations?.find((one) => one.is_active && one.id === id)

/** A location, and whose it is. */
export type Place = Pick<Location, 'id' | 'customer_id'>

/** The API's filter for what is told of at a location: what is there, and what is for its customer as a whole. */
export const isAt = ({ id, customer_id }: Place) => `location_id.eq.${id},and(location_id.is.null,customer_id.eq.${customer_id})`
