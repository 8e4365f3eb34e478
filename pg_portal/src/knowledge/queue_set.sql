-- Queues every article of which the set of the model $1 lacks an embedding; those given up get a fresh schedule.
insert into public.kb_embedding_jobs as j (model, article_id, org_id)
select distinct c.model, c.article_id, c.org_id
from public.kb_article_chunks c
where c.model = $1 and c.embedding is null and c.model <> 'text'
on conflict (model, article_id) do update
set not_before = case when j.not_before = 'infinity' then now() else j.not_before end,
  attempts = case when j.not_before = 'infinity' then 0 else j.attempts end
