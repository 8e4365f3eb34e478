/** Where a property manager's choice of a location is kept. */
export const PLACE_COOKIE = 'portal-place'
