// The knowledge base as readers have it: whose articles they see, what search finds, and what it refuses.
import { randomUUID } from 'node:crypto'
import { beforeAll, describe, expect, test } from 'vitest'
import type { Database } from './database.types.ts'
import { done, ok, refused, stopped } from './support/answers.ts'
import { change, member, newCompany, newCustomer, staff, type Company, type Member } from './support/company.ts'
import { newArticle, theModel, vectorOf } from './support/articles.ts'
import { sql, value } from './support/database.ts'
import { anonymous, service } from './support/people.ts'
import { until } from './support/waiting.ts'

// Words that no article of the demo has.
const ZEPHYR = 'zephyrfan'

let company: Company
let someone: Member
beforeAll(async () => {
  company = await newCompany()
  someone = await member(await newCustomer(company))
})

interface Asker { portal: Member['portal'] }
type Search = Omit<Partial<Database['portal']['Functions']['search_kb']['Args']>, 'query_embedding'> & { query_embedding?: (number | null)[] }
const find = ({ portal }: Asker, query: string | null, more: Search = {}) =>
  portal.rpc('search_kb', { ...more, query } as never)
const slugs = async (who: Asker, query: string, more: Search = {}) => [...new Set((await ok(find(who, query, more))).map(({ slug }) => slug))]

describe('articles', () => {
  const titlesOf = async ({ portal }: Asker, slug: string) =>
    (await ok(portal.from('kb_articles').select('title').eq('slug', slug))).map(({ title }) => title)

  test('are those of the own company and shared ones, and the own one stands in front of the shared one of its name', async () => {
    const other = await newCompany()
    const mine = await newArticle(company, { slug: 'clogged-drain', title: 'Our own advice' })
    await newArticle(other, { slug: 'elsewhere', title: 'Of another company' })
    expect(await titlesOf(someone, 'clogged-drain')).toEqual(['Our own advice'])
    expect(await titlesOf(someone, 'gas-smell')).toHaveLength(1)
    expect(await titlesOf(someone, 'elsewhere')).toEqual([])
    expect(await titlesOf(await member(await newCustomer(other)), 'clogged-drain')).toEqual(['Slow or clogged drains'])
    expect(await titlesOf(await staff(company, 'technician'), 'clogged-drain')).toEqual(['Our own advice'])
    await change(company, 'kb_articles', { is_published: false }, { id: mine })
    expect(await titlesOf(someone, 'clogged-drain'), 'a draft hides nothing').toEqual(['Slow or clogged drains'])
  })

  test('are the shared ones for people who have not signed in', async () => {
    const slug = `own-${randomUUID()}`
    await newArticle(company, { slug })
    const articles = await ok(anonymous().portal.from('kb_articles').select('org_id,slug'))
    expect(articles.length).toBeGreaterThan(30)
    expect(articles.filter(({ org_id }) => org_id !== null)).toEqual([])
    expect(articles.map((article) => article.slug)).not.toContain(slug)
  })

  test('that are drafts are seen by the office alone, in the table', async () => {
    const slug = `draft-${randomUUID()}`
    await newArticle(company, { slug, is_published: false })
    const csr = await staff(company, 'csr')
    for (const who of [someone, csr]) expect(await titlesOf(who, slug)).toEqual([])
    expect(await ok(csr.tables.from('kb_articles').select('slug').eq('slug', slug))).toEqual([{ slug }])
    expect(await ok(someone.tables.from('kb_articles').select('slug').eq('slug', slug))).toEqual([])
  })

  test('are written by administrators, and are found as soon as they are written', async () => {
    const admin = await staff(company, 'admin')
    const slug = `written-${randomUUID()}`
    const article = { org_id: company.id, slug, title: 'A new device', body_markdown: `## Care\nOil the ${ZEPHYR} twice a year.`, is_published: true }
    await done(admin.tables.from('kb_articles').insert(article))
    expect(await slugs(someone, ZEPHYR)).toContain(slug)
    await stopped(someone.tables.from('kb_articles').insert({ ...article, slug: `${slug}-2` }), '42501', 403)
    await stopped((await staff(company, 'csr')).tables.from('kb_articles').insert({ ...article, slug: `${slug}-3` }), '42501', 403)
  })
})

describe('search by words', () => {
  test('finds passages with the heading that they stand under, the best first', async () => {
    const found = await ok(find(someone, 'How do I test my sump pump?'))
    expect(found[0]).toMatchObject({ slug: 'test-sump-pump', title: 'Test your sump pump before the rain does', text_rank: 1 })
    expect(found.some(({ heading_path }) => heading_path.includes('Test in five minutes'))).toBe(true)
    const scores = found.map(({ score }) => score)
    expect(scores).toEqual([...scores].sort((a, b) => b - a))
    expect(found.length).toBeLessThanOrEqual(8)
    for (const { vector_rank, similarity } of found) expect([vector_rank, similarity]).toEqual([null, null])
  })

  test('follows every change of an article, and quotes no sentence that was taken out', async () => {
    const word = `w${randomUUID().slice(0, 8)}`
    const id = await newArticle(company, { body_markdown: `## One\nThe ${word} is blue.\n\n## Two\nNothing here.` })
    expect(await ok(find(someone, word))).toMatchObject([{ article_id: id, content: expect.stringContaining('is blue') }])
    await change(company, 'kb_articles', { body_markdown: `## One\nThe ${word} is green.` }, { id })
    expect((await ok(find(someone, word))).map(({ content }) => content)).toEqual([expect.stringContaining('is green')])
    await change(company, 'kb_articles', { is_published: false }, { id })
    expect(await ok(find(someone, word))).toEqual([])
    await change(company, 'kb_articles', { is_published: true }, { id })
    expect(await ok(find(someone, word))).toHaveLength(1)
    await sql`delete from public.kb_articles where id = ${id}`
    expect(await ok(find(someone, word))).toEqual([])
  })

  test("never finds another company's passages, and without a log-in no company's", async () => {
    const word = `w${randomUUID().slice(0, 8)}`
    const other = await newCompany()
    await newArticle(other, { slug: 'theirs', body_markdown: `The ${word}.` })
    await newArticle(company, { slug: `ours-${word}`, body_markdown: `The ${word}.` })
    expect(await slugs(someone, word)).toEqual([`ours-${word}`])
    expect(await slugs(await staff(company, 'csr'), word)).toEqual([`ours-${word}`])
    expect(await slugs(await member(await newCustomer(other)), word)).toEqual(['theirs'])
    expect(await slugs(anonymous(), word)).toEqual([])
    expect(await slugs(anonymous(), 'smell of gas')).toContain('gas-smell')
    const suspended = await member(await newCustomer(company), { status: 'suspended' })
    expect(await slugs(suspended, word)).toEqual([])
  })

  test("passes over the shared article that the company's own replaces", async () => {
    const own = await member(await newCustomer(await newCompany()))
    expect(await slugs(own, 'sump pump')).toContain('test-sump-pump')
    await newArticle(own.customer.company, { slug: 'test-sump-pump', title: 'Pumps', body_markdown: 'We test every pump for you. Do not test a sump pump yourself.' })
    const found = (await ok(find(own, 'sump pump'))).filter(({ slug }) => slug === 'test-sump-pump')
    expect(found.map(({ title }) => title)).toEqual(['Pumps'])
  })

  test('can be held to a category, and to a number of passages', async () => {
    const billing = await ok(find(someone, 'visit', { category: 'billing', match_count: 50 }))
    expect(billing.length).toBeGreaterThan(0)
    const of = await ok(someone.portal.from('kb_articles').select('slug').eq('category', 'billing'))
    expect(of.map(({ slug }) => slug)).toEqual(expect.arrayContaining([...new Set(billing.map(({ slug }) => slug))]))
    expect(await ok(find(someone, 'visit', { category: 'no such' }))).toEqual([])
    expect(await ok(find(someone, 'visit', { match_count: 3 }))).toHaveLength(3)
  })

  test('is a read: by GET, filtered, with the secret key not for it', async () => {
    const found = await ok(someone.portal.rpc('search_kb', { query: 'breaker' }, { get: true }).select('slug').eq('slug', 'tripped-breaker').limit(1))
    expect(found).toEqual([{ slug: 'tripped-breaker' }])
    await stopped(service().portal.rpc('search_kb', { query: 'breaker' }), '42501', 403)
  })
})

describe('search by meaning', () => {
  let model: { model: string; dimensions: number }
  beforeAll(async () => {
    // The gateway of the stack embeds the demo's articles when it starts.
    model = await theModel()
  }, 120_000)

  test('the worker embeds what is written, and search finds it by its vector alone', async () => {
    const id = await newArticle(company, { body_markdown: 'The compressor hums because its capacitor is worn.' })
    const query_embedding = await vectorOf(id)
    const [first] = await ok(find(someone, null, { query_embedding }))
    expect(first).toMatchObject({ article_id: id, vector_rank: 1, text_rank: null, similarity: expect.closeTo(1, 3) })
    const both = await ok(find(someone, 'capacitor worn', { query_embedding, embedding_model: model.model }))
    expect(both[0]).toMatchObject({ article_id: id, vector_rank: 1, text_rank: 1 })
  })

  test('a passage that says the same keeps its id and its vector; only what changed is embedded again', async () => {
    const passages = (id: string) => sql`
      select id, content, embedding::text from public.kb_article_chunks where article_id = ${id} and model = ${model.model} order by chunk_index`
    const id = await newArticle(company, { body_markdown: '## One\nThe first part stays.\n\n## Two\nThe second part goes.' })
    await vectorOf(id)
    const before = await passages(id)
    expect(before).toHaveLength(2)
    await change(company, 'kb_articles', { body_markdown: '## Zero\nBefore all.\n\n## One\nThe first part stays.\n\n## Two\nThe second part came.' }, { id })
    const after = await passages(id)
    expect(after).toHaveLength(3)
    expect(after[1]).toEqual(before[0])
    expect(after.map(({ id }) => id)).not.toContain(before[1]!.id)
    await until('the changed passages to be embedded', async () => ((await passages(id)).every(({ embedding }) => embedding) ? true : undefined), 20_000)
  })

  test('fills up to match_count, however little the words fit', async () => {
    const query_embedding = Array.from({ length: model.dimensions }, (_, i) => Math.cos(i))
    for (const match_count of [1, 8, 50]) {
      expect(await ok(find(someone, 'xyzzy', { query_embedding, match_count }))).toHaveLength(match_count)
    }
    const count = await value<number>(sql`
      select count(*)::int as count from public.kb_article_chunks c join public.kb_articles a on a.id = c.article_id
      where c.model = ${model.model} and a.org_id is null and a.category = 'emergencies'`)
    expect(count).toBeGreaterThan(10)
    const all = await ok(find(someone, 'xyzzy', { query_embedding, match_count: 50, category: 'emergencies' }))
    expect(all).toHaveLength(Math.min(50, count))
  })

  test('with a model that there is not is refused', async () => {
    const more = { query_embedding: [1, 2, 3], embedding_model: 'of-yesterday' }
    expect(await refused(find(someone, 'sump pump', more), 'PT400', 'invalid_input')).toMatchObject({ argument: 'embedding_model' })
  })

  test('refuses what is no vector of the model, with both numbers', async () => {
    const { message } = (await find(someone, 'pump', { query_embedding: [0.1, 0.2] })).error!
    for (const count of [2, model.dimensions]) expect(message).toMatch(new RegExp(`\\b${count}\\b`))
    await refused(find(someone, 'pump', { query_embedding: [0.1, 0.2] }), 'PT400', 'dimension_mismatch')
    await refused(find(someone, 'pump', { query_embedding: Array(model.dimensions).fill(0) }), 'PT400', 'invalid_input')
    await refused(find(someone, 'pump', { query_embedding: [null, ...Array(model.dimensions - 1).fill(1)] }), 'PT400', 'invalid_input')
  })
})

describe('search', () => {
  test.each([
    ['no passages', { query: 'pump', match_count: 0 }],
    ['too many passages', { query: 'pump', match_count: 51 }],
  ])('refuses %s', async (_, question) => {
    for (const { portal } of [someone, anonymous()]) {
      expect(await refused(portal.rpc('search_kb', question), 'PT400', 'invalid_input')).toMatchObject({ argument: 'match_count' })
    }
  })

  test.each([['', 'nothing'], [' \t\n', 'white space'], ['the of and', 'words that are everywhere'], ['?!#', 'signs'], [null, 'null']])(
    'for %j, %s, finds nothing', async (query: string | null, _: string) => {
      for (const who of [someone, anonymous()]) expect(await ok(find(who, query))).toEqual([])
    },
  )

  test.each(["pump's & valve | ! <-> (", ':*', '"sump pump" -filter', 'x'.repeat(100_000), 'sump\u0001pump', '🔧 sump'])('takes %.40j for words, not for a language', async (query) => {
    expect(Array.isArray(await ok(find(someone, query)))).toBe(true)
  })
})

describe('what lies beneath', () => {
  test('passages can be read as far as their articles, and written by nobody', async () => {
    const id = await newArticle(company, {})
    const theirs = await newArticle(await newCompany(), {})
    const read = async (who: Pick<Member, 'tables'>, of: string) => (await ok(who.tables.from('kb_article_chunks').select('id').eq('article_id', of))).length
    expect(await read(someone, id)).toBeGreaterThan(0)
    expect(await read(someone, theirs)).toBe(0)
    expect(await read(anonymous(), id)).toBe(0)
    await stopped(someone.tables.from('kb_article_chunks').select('content_hash'), '42501', 403)
    for (const who of [someone, await staff(company, 'admin'), service()]) {
      await stopped(who.tables.from('kb_article_chunks').update({ content: 'Call 555.' }).eq('article_id', id), '42501', 403)
      await stopped(who.tables.from('kb_article_chunks').delete().eq('article_id', id), '42501', 403)
    }
  })

  test('everybody may read which model answers, and nobody but the owner which articles wait', async () => {
    const active = (who: Pick<Member, 'tables'>) => ok(who.tables.from('kb_embedding_models').select('model').eq('state', 'active'))
    for (const who of [someone, anonymous()]) expect(await active(who)).toHaveLength(1)
    await stopped(someone.tables.from('kb_embedding_jobs').select('model'), '42501', 403)
    await stopped(someone.tables.from('kb_embedding_models').insert({ model: 'mine', dimensions: 3, state: 'active' } as never), '42501', 403)
  })
})
