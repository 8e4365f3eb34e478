// Articles of a company, and the vectors that the gateway's worker makes of them.
import { randomUUID } from 'node:crypto'
import { add, type Company } from './company.ts'
import { sql } from './database.ts'
import { until } from './waiting.ts'

/** A published article, as an administrator would have written it; answers its id. */
export function newArticle(company: Pick<Company, 'id'>, columns: Record<string, unknown>): Promise<string> {
  const article = { slug: `a-${randomUUID()}`, title: 'An article', body_markdown: 'It says something.', is_published: true }
  return add(company, 'kb_articles', { ...article, ...columns })
}

/** The model that answers, as soon as the gateway has embedded the demo's articles. */
export const theModel = () =>
  until('an embedding model that answers', async () => {
    const [active] = await sql<{ model: string; dimensions: number }[]>`
      select model, dimensions from public.kb_embedding_models where state = 'active' and dimensions is not null`
    return active
  }, 100_000)

/** The vector of an article's first passage, as soon as all of its passages have one. */
export async function vectorOf(article: string): Promise<number[]> {
  const { model } = await theModel()
  return until('the article to be embedded', async () => {
    const passages = await sql<{ embedding: number[] | null }[]>`
      select embedding::real[] as embedding from public.kb_article_chunks
      where article_id = ${article} and model = ${model} order by chunk_index`
    return passages.length > 0 && passages.every(({ embedding }) => embedding) ? passages[0]!.embedding! : undefined
  }, 20_000)
}
