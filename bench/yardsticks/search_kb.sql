-- The yardstick of search_kb: the same two queries, ranks fused, own articles before shared ones of the same name, written
-- by hand in one statement for somebody who knows the model and its dimensions. It runs as the same caller, under the same policies.
-- Variables: query, embedding, model, match_count, candidates, k, vector_weight, text_weight.
with seen as materialized (
  select c.id, c.article_id, c.title, c.heading_path, c.content, c.search, c.embedding
  from public.kb_article_chunks c
  where c.model = :model and (c.org_id is null or c.org_id = (select portal_internal.org_id()))
), near as (
  select id, row_number() over (order by distance, id) as rank, 1 - distance as similarity
  from (
    select id, embedding operator(extensions.<=>) :embedding::real[]::extensions.vector as distance
    from seen where embedding is not null order by 2, 1 limit :candidates::int
  ) nearest
), words as (
  select nullif(replace(plainto_tsquery('english', :query)::text, ' & ', ' | '), '')::tsquery as wanted
), said as (
  select id, row_number() over (order by score desc, id) as rank
  from (
    select s.id, ts_rank_cd(s.search, w.wanted) as score
    from seen s, words w where s.search @@ w.wanted order by 2 desc, 1 limit :candidates::int
  ) best
), fused as (
  select id, near.rank as vector_rank, said.rank as text_rank, near.similarity,
    coalesce(:vector_weight::float8 / (:k::float8 + near.rank), 0) + coalesce(:text_weight::float8 / (:k::float8 + said.rank), 0) as score
  from near full join said using (id)
)
select c.article_id, c.id as chunk_id, a.slug, c.title, c.content, f.score, f.vector_rank, f.text_rank, c.heading_path, f.similarity
from fused f
join seen c on c.id = f.id
join public.kb_articles a on a.id = c.article_id
where a.org_id is not null
  or not exists (
    select from public.kb_articles o
    where o.org_id = (select portal_internal.org_id()) and o.slug = a.slug and o.is_published)
order by f.score desc, c.id
limit :match_count::int
