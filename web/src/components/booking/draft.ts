// What somebody who books has said so far. Pure.
import type { Args, Attachment } from '@/lib/database'

/** Tells the server that this browser has begun to book. */
export const BEGUN_COOKIE = 'portal-booking'

export const STEPS = ['service', 'place', 'problem', 'time'] as const
export type Step = (typeof STEPS)[number]

export interface Draft {
  step: Step
  service: string | null
  location: string | null
  problem: string
  attachments: Attachment[]
  /** The start of the chosen window; null while none is chosen. */
  window: string | null
  /** The company may propose a time. */
  flexible: boolean
  /** The last wish that was sent, and its key: the same wish again is the same booking. */
  sent: { wish: string; key: string } | null
}
export const EMPTY: Draft = { step: 'service', service: null, location: null, problem: '', attachments: [], window: null, flexible: false, sent: null }

export function isDraft(kept: unknown): kept is Draft {
  const draft = kept as Draft | null
  return typeof draft === 'object' && draft !== null && STEPS.includes(draft.step) && typeof draft.problem === 'string' && Array.isArray(draft.attachments)
}

export const wishOf = ({ service, location, problem, attachments, window, flexible }: Draft): Args<'create_booking_request'> => ({
  service_type: service!,
  problem_description: problem.trim(),
  location_id: location!,
  ...(flexible ? { flexible_date: true } : { window_start: window! }),
  ...(attachments.length > 0 && { attachments: attachments as never }),
})

/** The key that belongs to a wish: kept while the wish stays the same, however often it is sent, also after a reload. */
export function withKey(draft: Draft, newKey: () => string): NonNullable<Draft['sent']> {
  const wish = JSON.stringify(wishOf(draft))
  return draft.sent?.wish === wish ? draft.sent : { wish, key: newKey() }
}

/** The first step that still lacks something, or the last one. */
export function furthest({ service, location, problem }: Draft): Step {
  if (!service) return 'service'
  if (!location) return 'place'
  return problem.trim() ? 'time' : 'problem'
}
