import { keepPreviousData, queryOptions, useQuery } from '@tanstack/react-query'
import { useApi } from '@/components/providers'
import type { Api, Result, Row } from '../database'
import { ApiError, unwrap } from '../errors'
import { everything } from '../query'

export type Article = Row<'kb_articles'>
export type Found = Result<'search_kb'>

export const articlesQuery = (api: Api) =>
  queryOptions({
    queryKey: ['articles'],
    queryFn: () =>
      everything((from, to) =>
        unwrap(api.from('kb_articles').select('id, slug, title, category, updated_at').order('category').order('title').order('id').range(from, to))),
    staleTime: 5 * 60_000,
  })
export const useArticles = () => useQuery(articlesQuery(useApi()))

export const articleQuery = (api: Api, slug: string) =>
  queryOptions({
    queryKey: ['articles', slug],
    queryFn: async () => {
      const found = await unwrap(api.from('kb_articles').select('*').eq('slug', slug).limit(1))
      if (!found[0]) throw new ApiError({ message: 'There is no such article.', hint: 'Search for it on the help page.', code: 'PT404' }, 404)
      return found[0]
    },
    staleTime: 5 * 60_000,
  })
export const useArticle = (slug: string) => useQuery(articleQuery(useApi(), slug))

export function useSearch(query: string) {
  const api = useApi()
  return useQuery({
    queryKey: ['search', query],
    queryFn: () => unwrap(api.rpc('search_kb', { query, match_count: 12 })),
    enabled: query.length > 1,
    placeholderData: keepPreviousData,
    staleTime: 60_000,
  })
}
