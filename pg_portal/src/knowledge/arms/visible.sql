-- The passages that a caller may find: of their organization $1 and shared ones, but none of a shared article whose slug
-- the organization has an article of its own for. $2 model, $3 question, $4 category or null, $5 how many, $6 embedding.
-- What is needed once stands in sub-selects, so that it is not worked out for every passage.
with replaced as materialized (
  select s.id
  from public.kb_articles s
  where s.org_id is null and s.is_published
    and exists (select from public.kb_articles own where own.org_id = $1 and own.slug = s.slug and own.is_published)
),
words as materialized (
  select replace(plainto_tsquery('pg_catalog.english', $3)::text, ''' & ''', ''' | ''')::tsquery as query
),
found as materialized (
  select c.id, ts_rank_cd('{0.1, 0.4, 0.6, 1.0}', c.search, (select w.query from words w), 0)::float8 as rank
  from public.kb_article_chunks c
  where c.model = $2 and c.search @@ (select w.query from words w)
    and (c.org_id = $1 or c.org_id is null and c.article_id not in (select r.id from replaced r))
    and ($4::text is null or c.article_id in (select a.id from public.kb_articles a where a.category = $4))
  order by rank desc, c.id
  limit $5
)
