-- $1 model, $2 dimensions. One that answered before begins anew.
with forgotten as (
  delete from public.kb_article_chunks c where c.model = $1
)
insert into public.kb_embedding_models as m (model, dimensions, state)
values ($1, $2, 'building')
on conflict (model) do update
set dimensions = excluded.dimensions, state = 'building', created_at = now(), activated_at = null, retired_at = null
