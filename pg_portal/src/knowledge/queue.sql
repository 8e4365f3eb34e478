-- Queues an article for every model that lacks an embedding of it, and takes it from the queues of the others.
-- $1 article, $2 organization.
with lacking as (
  select m.model
  from public.kb_embedding_models m
  where m.state in ('active', 'building') and m.dimensions is not null
    and exists (
      select from public.kb_article_chunks c
      where c.article_id = $1 and c.model = m.model and c.embedding is null and c.model <> 'text')
),
done as (
  delete from public.kb_embedding_jobs j
  where j.article_id = $1 and j.model not in (select l.model from lacking l)
)
insert into public.kb_embedding_jobs as j (model, article_id, org_id)
select l.model, $1, $2 from lacking l
on conflict (model, article_id) do update
set not_before = now(), attempts = 0, lease_until = null, last_error = null
