// How reads are kept and repeated, the same on the server and in browsers.
import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query'
import { asApiError } from './errors'

export function makeQueryClient(onError?: (error: unknown) => void): QueryClient {
  return new QueryClient({
    queryCache: new QueryCache({ onError }),
    mutationCache: new MutationCache({ onError }),
    defaultOptions: {
      queries: {
        // News comes by the live stream; this is for what it does not tell.
        staleTime: 30_000,
        // A refusal stays one; what a bad connection did may work the next time.
        retry: (count, error) => asApiError(error).isPassing && count < 3,
        networkMode: 'offlineFirst',
      },
      mutations: { networkMode: 'always' },
    },
  })
}

/** How many rows a list shows at once. */
export const PAGE = 20

/** Where the next page of a list begins: after the last row of a full page. */
export const nextOffset = (last: unknown[], pages: unknown[][]) => (last.length < PAGE ? undefined : pages.length * PAGE)

/** So many rows one read brings of a list that is shown whole; the API would answer up to a thousand. */
const WHOLE = 500

/** All rows of a list that is shown whole, however many there are. */
export async function everything<T>(read: (from: number, to: number) => Promise<T[]>): Promise<T[]> {
  const rows: T[] = []
  for (;;) {
    const more = await read(rows.length, rows.length + WHOLE - 1)
    rows.push(...more)
    if (more.length < WHOLE) return rows
  }
}
