-- The passages of the active set once more, for the model $1 and without embeddings.
insert into public.kb_article_chunks
  (org_id, article_id, chunk_index, title, heading_path, content, content_hash, model, search)
select c.org_id, c.article_id, c.chunk_index, c.title, c.heading_path, c.content, c.content_hash, $1, c.search
from public.kb_article_chunks c
join public.kb_embedding_models m on m.model = c.model
where m.state = 'active'
