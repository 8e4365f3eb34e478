-- Gives a worker articles whose embeddings are due, with the passages that lack one. $1 model, $2 how many, $3 for how
-- many seconds.
with due as (
  select j.model, j.article_id
  from public.kb_embedding_jobs j
  where j.model = $1 and j.not_before <= now() and coalesce(j.lease_until <= now(), true)
  order by j.not_before
  limit $2
  for update skip locked
),
taken as (
  update public.kb_embedding_jobs j
  set attempts = j.attempts + 1, lease_until = now() + make_interval(secs => $3)
  from due d
  where j.model = d.model and j.article_id = d.article_id
  returning j.model, j.article_id, j.attempts
)
select t.article_id, t.attempts, coalesce((
  select jsonb_agg(jsonb_build_object(
    'chunk_id', c.id, 'hash', encode(c.content_hash, 'hex'), 'title', c.title, 'heading_path', c.heading_path,
    'content', c.content) order by c.chunk_index)
  from public.kb_article_chunks c
  where c.article_id = t.article_id and c.model = t.model and c.embedding is null and c.model <> 'text'), '[]')
from taken t
