-- The yardstick of search_kb: the same two queries, fused, with a company's own articles before shared ones of the same
-- name, written by hand in one statement for somebody who knows model, dimensions and company. It runs as the same caller,
-- under the same policies.
with replaced as materialized (
  select s.id
  from public.kb_articles s
  where s.org_id is null and s.is_published
    and exists (select from public.kb_articles own where own.org_id = :org_id::uuid and own.slug = s.slug and own.is_published)
), near as (
  select id, row_number() over (order by distance, id) as rank, 1 - distance as similarity
  from (
    select c.id, c.embedding operator(extensions.<=>) (select :embedding::real[]::extensions.vector) as distance
    from public.kb_article_chunks c
    where c.model = :model and (c.org_id = :org_id::uuid or c.org_id is null and c.article_id not in (select id from replaced))
    order by 2, 1 limit :candidates::int
  ) nearest
), words as materialized (
  select replace(plainto_tsquery('english', :query)::text, ''' & ''', ''' | ''')::tsquery as wanted
), said as (
  select id, row_number() over (order by score desc, id) as rank
  from (
    select c.id, ts_rank_cd('{0.1, 0.4, 0.6, 1.0}', c.search, (select wanted from words), 0)::float8 as score
    from public.kb_article_chunks c
    where c.model = :model and c.search @@ (select wanted from words)
      and (c.org_id = :org_id::uuid or c.org_id is null and c.article_id not in (select id from replaced))
    order by 2 desc, 1 limit :candidates::int
  ) best
), fused as (
  select id, near.rank as vector_rank, said.rank as text_rank, near.similarity,
    coalesce(:vector_weight::float8 / (:k::float8 + near.rank), 0) + coalesce(:text_weight::float8 / (:k::float8 + said.rank), 0) as score
  from near full join said using (id)
  order by 5 desc, 1 limit :match_count::int
)
select c.article_id, c.id as chunk_id, a.slug, c.title, c.content, f.score, f.vector_rank, f.text_rank, c.heading_path, f.similarity
from fused f
join public.kb_article_chunks c on c.id = f.id
join public.kb_articles a on a.id = c.article_id
order by f.score desc, c.id
