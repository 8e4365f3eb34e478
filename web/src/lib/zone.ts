/** Where the zone of whoever looks is kept, so that the server knows it. */
export const ZONE_COOKIE = 'portal-zone'

/** A zone's name as browsers tell it, such as America/Chicago; nothing for what is none. */
export function asZone(name: string | undefined): string | undefined {
  try {
    return name && new Intl.DateTimeFormat('en-US', { timeZone: name }).resolvedOptions().timeZone
  } catch {
    return undefined
  }
}
