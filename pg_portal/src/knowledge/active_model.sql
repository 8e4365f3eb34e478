-- The model whose passages answer. $1 the model that made the question's embedding (null: that one).
select m.model, m.dimensions, m.weak_below, coalesce(m.model = $1, true),
  to_regclass('public.' || quote_ident('idx_kb_article_chunks_hnsw_' || left(md5(m.model), 8))) is not null
from public.kb_embedding_models m
where m.state = 'active'
