,
-- By the index of the model, whose name and {dimensions} must stand in the statement for it to serve.
near as materialized (
  select c.id,
    c.embedding::extensions.vector({dimensions})
      operator(extensions.<=>) $6::real[]::extensions.vector({dimensions}) as distance
  from public.kb_article_chunks c
  where c.model = {model} and c.model = $2
    and (c.org_id = $1 or c.org_id is null and c.article_id not in (select r.id from replaced r))
    and ($4::text is null or c.article_id in (select a.id from public.kb_articles a where a.category = $4))
  order by distance
  limit $5
)
