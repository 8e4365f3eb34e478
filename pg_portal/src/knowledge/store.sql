-- Stores the embeddings $3 of the article $2 by the model $1, of passages that still say what was embedded.
update public.kb_article_chunks c
set embedding = e.embedding::text::extensions.vector
from jsonb_to_recordset($3) e (chunk_id uuid, hash text, embedding jsonb)
where c.id = e.chunk_id and c.model = $1 and c.article_id = $2 and encode(c.content_hash, 'hex') = e.hash
