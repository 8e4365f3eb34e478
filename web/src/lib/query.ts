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
