,
-- Exact: the expression is not the one that an index has. What has no embedding yet comes last and fills up. Own and
-- shared ones apart: with one condition for both, the plan for all callers would walk every company's.
near as materialized (
  select c.id, c.embedding operator(extensions.<=>) (select $6::real[]::extensions.vector) as distance
  from (
    select o.id, o.article_id, o.embedding
    from public.kb_article_chunks o
    where o.org_id = $1 and o.model = $2
    union all
    select s.id, s.article_id, s.embedding
    from public.kb_article_chunks s
    where s.org_id is null and s.model = $2 and s.article_id not in (select r.id from replaced r)
  ) c
  where ($4::text is null or c.article_id in (select a.id from public.kb_articles a where a.category = $4))
  order by distance, c.id
  limit $5
)
