-- What each arm finds. $1 organization (null: none), $2 model, $3 the question's embedding (null: none), $4 its words,
-- $5 how many of each arm, $6 category (null: all). The vector is made once and not for every passage.
with asked as materialized (
  select $3::real[]::extensions.vector as embedding,
    nullif(replace(plainto_tsquery('pg_catalog.english', $4)::text, ' & ', ' | '), '')::tsquery as words
),
-- A company's own article stands in front of the shared one of the same name.
hidden as materialized (
  select s.id
  from public.kb_articles o
  join public.kb_articles s on s.org_id is null and s.slug = o.slug
  where o.org_id = $1 and o.is_published
),
near as (
  select n.id, row_number() over (order by n.distance, n.id)::integer as rank, (1 - n.distance)::real as similarity
  from (
  select c.id, c.embedding operator(extensions.<=>) (select q.embedding from asked q) as distance
    from public.kb_article_chunks c
    where $3 is not null and c.model = $2 and c.embedding is not null
      and (c.org_id = $1 or c.org_id is null)
      and c.article_id <> all (array(select h.id from hidden h))
      and ($6 is null or c.article_id = any (array(select a.id from public.kb_articles a where a.category = $6)))
    order by distance
    limit $5
  ) n
),
said as (
  select s.id, row_number() over (order by s.rank desc, s.id)::integer as rank
  from (
    select c.id, ts_rank_cd(c.search, (select q.words from asked q)) as rank
    from public.kb_article_chunks c
    where c.search @@ (select q.words from asked q) and c.model = $2
      and (c.org_id = $1 or c.org_id is null)
      and c.article_id <> all (array(select h.id from hidden h))
      and ($6 is null or c.article_id = any (array(select a.id from public.kb_articles a where a.category = $6)))
    order by rank desc, c.id
    limit $5
  ) s
)
select coalesce(n.id, s.id), n.rank, s.rank, n.similarity
from near n
full join said s on s.id = n.id
