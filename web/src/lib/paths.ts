// Where to go on.

/** The page that asks for the second step of a log-in, and goes on at `next`. */
export const secondStepAt = (next: string | null | undefined) => (!next || next === '/' ? '/login/code' : `/login/code?next=${encodeURIComponent(next)}`)
/** The log-in, for whoever has a session that the API does not take: it says so, and goes on at `next`. */
export const logInAgainAt = (next: string | null | undefined) => `/login?ended=yes${!next || next === '/' ? '' : `&next=${encodeURIComponent(next)}`}`
/** In what src/proxy.ts tells the pages of a request: which page it is for. */
export const PATH_HEADER = 'x-portal-path'

/** A path of this portal to go on at, and never another address. */
export const safePath = (path: string | null | undefined) => (path && /^\/(?![/\\])/.test(path) ? path : '/')
