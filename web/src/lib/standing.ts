// Who is looking: what the account says, or why there is none. Asked once per request.
import 'server-only'
import { headers } from 'next/headers'
import { redirect } from 'next/navigation'
import { cache } from 'react'
import { getApi, isSignedIn } from './supabase/server'
import { settingsQuery, type Organization, type Settings } from './api/settings'
import { asApiError, unwrap } from './errors'
import { visitedOrg } from './org'
import { PATH_HEADER, logInAgainAt, secondStepAt } from './paths'

export type Standing =
  | { kind: 'signed-out' }
  /** The password was given, and the code of the second step not yet. */
  | { kind: 'second-step' }
  /** Several companies, and none is chosen. */
  | { kind: 'choose' }
  | { kind: 'no-account' }
  /** Somebody who works for the company: this portal is not for them. */
  | { kind: 'staff'; settings: Settings }
  | { kind: 'customer'; settings: Settings }

export const getStanding = cache(async (): Promise<Standing> => {
  if (!(await isSignedIn())) return { kind: 'signed-out' }
  try {
    const settings = await (settingsQuery(await getApi()).queryFn as unknown as () => Promise<Settings>)()
    return { kind: settings.account ? 'customer' : 'staff', settings }
  } catch (error) {
    const { reason, isSignedOut, needsSecondStep } = asApiError(error)
    if (needsSecondStep) return { kind: 'second-step' }
    if (isSignedOut) return { kind: 'signed-out' }
    if (reason === 'org_required') return { kind: 'choose' }
    if (reason === 'no_active_account') return { kind: 'no-account' }
    throw error
  }
})

/** Leads to the log-in, and back to this page after it. */
export const toLogIn = async (): Promise<never> => redirect(logInAgainAt((await headers()).get(PATH_HEADER)))

/** Leads to the second step of the log-in, and back to this page after it. */
export const toSecondStep = async (): Promise<never> => redirect(secondStepAt((await headers()).get(PATH_HEADER)))

/** For pages beyond the portal's own that need to know who is there: whoever owes the second step takes it first. */
export async function afterSecondStep() {
  if ((await getStanding()).kind === 'second-step') await toSecondStep()
}

export type Company = Pick<Organization, 'slug' | 'name' | 'brand_color' | 'logo_url' | 'support_phone' | 'support_email'>

/** The company whose name and colour the page wears; nothing where neither the account nor the address says. */
export const getCompany = cache(async (): Promise<Company | null> => {
  const standing = await getStanding().catch(() => null)
  if (standing && 'settings' in standing) return standing.settings.organization
  const slug = await visitedOrg()
  if (!slug) return null
  const found = await unwrap((await getApi()).rpc('company', { org_slug: slug })).catch(() => [])
  return found[0] ?? null
})
