-- $1 model, $2 article, $3 the embeddings. What says something else by now keeps waiting for its own.
with stored as (
  update public.kb_article_chunks c
  set embedding = (e.embedding)::text::extensions.vector
  from jsonb_to_recordset($3) e (chunk_id uuid, hash text, embedding jsonb)
  where c.id = e.chunk_id and c.model = $1 and c.article_id = $2 and c.content_hash = decode(e.hash, 'hex')
  returning c.id
)
select to_jsonb(count(*)) from stored
