-- The passages that answer now, once more for the model $1, without embeddings.
insert into public.kb_article_chunks
  (org_id, article_id, model, chunk_index, title, heading_path, content, content_hash, search)
select c.org_id, c.article_id, $1, c.chunk_index, c.title, c.heading_path, c.content, c.content_hash, c.search
from public.kb_article_chunks c
join public.kb_embedding_models m on m.model = c.model
where m.state = 'active'
