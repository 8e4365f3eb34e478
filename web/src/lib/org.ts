// Which company this portal speaks for: the one that the address names, else the one that was chosen, else the one that
// the settings name. After sign-in the account itself decides.
import 'server-only'
import { cookies, headers } from 'next/headers'
import { cache } from 'react'
import { config } from './config'
import { CHOSEN_ORG_COOKIE, VISITED_ORG_COOKIE } from './supabase/shared'

const SLUG = /^[a-z0-9]+(-[a-z0-9]+)*$/

/** The company in the host name, where the portal has one address per company. */
function inHost(host: string | null): string | undefined {
  const [before, after] = (config().portalUrl ?? '').replace(/^https?:\/\//, '').replace(/\/$/, '').split('{org}')
  if (after === undefined || !host?.startsWith(before!) || !host.endsWith(after)) return undefined
  const slug = host.slice(before!.length, host.length - after.length)
  return SLUG.test(slug) ? slug : undefined
}

const inCookie = async (name: string) => {
  const slug = (await cookies()).get(name)?.value
  return slug && SLUG.test(slug) ? slug : undefined
}

/** The company that requests to the API name; nothing where the person's only account says it. */
export const chosenOrg = cache(async () => inHost((await headers()).get('host')) ?? (await inCookie(CHOSEN_ORG_COOKIE)))

/** The company whose name and colour people see before they sign in, and where they sign up. */
export const visitedOrg = cache(
  async () => inHost((await headers()).get('host')) ?? (await inCookie(VISITED_ORG_COOKIE)) ?? config().org,
)
