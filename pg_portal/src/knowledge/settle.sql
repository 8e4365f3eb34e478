-- $1 model, $2 article, $3 the attempt. The job is done when nothing of the article lacks an embedding; else it is due again,
-- unless somebody else has it by now.
with missing as (
  select count(*) as count
  from public.kb_article_chunks c
  where c.article_id = $2 and c.model = $1 and c.embedding is null
),
done as (
  delete from public.kb_embedding_jobs j
  using missing m
  where j.model = $1 and j.article_id = $2 and m.count = 0
)
update public.kb_embedding_jobs j
set lease_until = null, not_before = now()
from missing m
where j.model = $1 and j.article_id = $2 and j.attempts = $3 and m.count > 0
