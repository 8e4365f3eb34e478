/** Where the session is kept. */
export const SESSION_COOKIE = 'portal-session'
/** Which company a person of several has chosen. */
export const CHOSEN_ORG_COOKIE = 'portal-as'
/** Which company's portal a visitor has opened, where one address serves several. */
export const VISITED_ORG_COOKIE = 'portal-org'

/** Names the company for people who have accounts at several. */
export const orgHeader = (org: string | undefined): Record<string, string> => (org ? { 'x-portal-org': org } : {})
