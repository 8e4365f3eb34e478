,
-- Exact: the expression is not the one that an index has. What has no embedding yet comes last and fills up.
near as materialized (
  select c.id, c.embedding operator(extensions.<=>) (select $6::real[]::extensions.vector) as distance
  from public.kb_article_chunks c
  where c.model = $2
    and (c.org_id = $1 or c.org_id is null and c.article_id not in (select r.id from replaced r))
    and ($4::text is null or c.article_id in (select a.id from public.kb_articles a where a.category = $4))
  order by distance, c.id
  limit $5
)
