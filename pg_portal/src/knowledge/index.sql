-- The index by meaning of the active model, and how to make it.
select jsonb_build_object(
  'name', i.name,
  'was_there', to_regclass('public.' || quote_ident(i.name)) is not null,
  'statement', format(
    'create index %I on public.kb_article_chunks using hnsw ((embedding::extensions.vector(%s)) extensions.vector_cosine_ops) where model = %L',
    i.name, i.dimensions, i.model))
from (
  select m.model, m.dimensions, 'idx_kb_article_chunks_hnsw_' || left(md5(m.model), 8) as name
  from public.kb_embedding_models m
  where m.state = 'active' and m.dimensions is not null
) i
