-- What lacks an embedding becomes work, what lacks none is none. $1 the article (null: all), $2 the model (null: all).
with lacking as (
  select distinct c.model, c.article_id, c.org_id
  from public.kb_article_chunks c
  join public.kb_embedding_models m on m.model = c.model
  where c.embedding is null and m.dimensions is not null and m.state in ('active', 'building')
    and ($1 is null or c.article_id = $1) and ($2 is null or c.model = $2)
),
done as (
  delete from public.kb_embedding_jobs j
  where ($1 is null or j.article_id = $1) and ($2 is null or j.model = $2)
    and not exists (select from lacking l where l.model = j.model and l.article_id = j.article_id)
)
insert into public.kb_embedding_jobs (model, article_id, org_id)
select l.model, l.article_id, l.org_id from lacking l
on conflict (model, article_id) do update
set not_before = now(), attempts = 0, lease_until = null, last_error = null
