// Reading ahead on the server: pages arrive with their data in them, and browsers go on from there.
import 'server-only'
import { HydrationBoundary, dehydrate, type FetchInfiniteQueryOptions, type FetchQueryOptions, type QueryKey } from '@tanstack/react-query'
import { cookies, headers } from 'next/headers'
import { notFound } from 'next/navigation'
import { cache, type ReactNode } from 'react'
import type { Api } from './database'
import { asApiError, unwrap } from './errors'
import { PLACE_COOKIE, placeAmong, type Place } from './place'
import { makeQueryClient } from './query'
import { getStanding, toLogIn, toSecondStep } from './standing'
import { getApi, isSignedIn } from './supabase/server'

const getQueryClient = cache(() => makeQueryClient())

// The options of a query, whatever it reads.
type Query = FetchQueryOptions<any, any, any, any>
type List = FetchInfiniteQueryOptions<any, any, any, any, any>
const isList = (query: Query | List): query is List => 'initialPageParam' in query

/** Whether a browser opens the page anew. Where it goes on from another, its scripts are there to read what they lack themselves. */
const isOpenedAnew = async () => (await headers()).get('sec-fetch-dest') !== 'empty'

/**
 * Where the live stream stands before anything that changes is read: the browser listens from there on and need not read it all
 * again. Nothing where nobody listens.
 */
export const getLivePosition = cache(async (): Promise<string | undefined> => {
  if (!(await isOpenedAnew()) || !(await isSignedIn())) return undefined
  return unwrap((await getApi()).rpc('live_position')).catch(() => undefined)
})

/** What queries may be about: the company, and the location that is looked at. */
interface About {
  orgId?: string
  place?: Place
}
async function getAbout(): Promise<About> {
  const standing = await getStanding()
  return 'settings' in standing ? { orgId: standing.settings.organization.id, place: await chosenPlace() } : {}
}

/**
 * Renders its children with these queries answered, so that the first paint is the whole page. Going from page to page waits
 * for none of them: the page comes at once, with what is known or its skeleton. What fails here is tried again in the browser,
 * which shows why.
 */
export async function Prefetch({ queries, children }: { queries: (api: Api, about: About) => (Query | List)[]; children: ReactNode }) {
  const [client, api] = [getQueryClient(), await getApi()]
  let wanted: (Query | List)[] = []
  if (await isOpenedAnew()) {
    const [about] = await Promise.all([getAbout(), getLivePosition()])
    wanted = queries(api, about)
  }
  await Promise.all(wanted.map((query) => (isList(query) ? client.prefetchInfiniteQuery(query) : client.prefetchQuery(query))))
  return <HydrationBoundary state={dehydrate(client)}>{children}</HydrationBoundary>
}

/** For the browser to go on with, for it is read already. */
export function know<T>({ queryKey }: { queryKey: QueryKey }, data: T) {
  getQueryClient().setQueryData(queryKey, data)
}

/** Reads what a page cannot do without. Absent and somebody else's are the same page: not found. */
export async function load<T>(query: FetchQueryOptions<T, Error, T, any>): Promise<T> {
  try {
    await getLivePosition()
    return await getQueryClient().fetchQuery(query)
  } catch (error) {
    const { isAbsent, isSignedOut, needsSecondStep } = asApiError(error)
    if (isAbsent) notFound()
    if (needsSecondStep) return toSecondStep()
    if (isSignedOut) return toLogIn()
    throw error
  }
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** The id in an address; what cannot be one is not found. */
export async function idOf(params: Promise<{ id: string }>): Promise<string> {
  const { id } = await params
  return UUID.test(id) ? id.toLowerCase() : notFound()
}

/** The location that a property manager has chosen to look at. */
export async function chosenPlace(): Promise<Place | undefined> {
  const [standing, kept] = [await getStanding(), (await cookies()).get(PLACE_COOKIE)?.value]
  return 'settings' in standing ? placeAmong(standing.settings.locations, kept) : undefined
}
