-- Ends the job of the article $2 for the model $1, or gives it back when something is still missing.
with missing as (
  select from public.kb_article_chunks c
  where c.article_id = $2 and c.model = $1 and c.embedding is null and c.model <> 'text'
  limit 1
),
done as (
  delete from public.kb_embedding_jobs j
  where j.model = $1 and j.article_id = $2 and not exists (select from missing)
)
update public.kb_embedding_jobs j
set lease_until = null, not_before = now()
where j.model = $1 and j.article_id = $2 and exists (select from missing)
