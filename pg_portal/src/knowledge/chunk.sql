-- Brings the passages of an article, one set for each live model, to what it says now. $1 organization, $2 article,
-- $3 title, $4 the passages. What says the same keeps its id and its embedding, wherever it stands now.
with live as (
  select m.model from public.kb_embedding_models m where m.state in ('active', 'building')
),
wanted as (
  select w.chunk_index, w.heading_path, w.content, decode(w.hash, 'hex') as hash
  from jsonb_to_recordset($4) w (chunk_index integer, heading_path text[], content text, hash text)
),
gone as (
  delete from public.kb_article_chunks c
  where c.article_id = $2
    and not exists (select from live l cross join wanted w where l.model = c.model and w.hash = c.content_hash)
),
moved as (
  update public.kb_article_chunks c
  set chunk_index = w.chunk_index
  from wanted w
  where c.article_id = $2 and c.content_hash = w.hash and c.chunk_index <> w.chunk_index
    and c.model in (select l.model from live l)
)
insert into public.kb_article_chunks
  (org_id, article_id, model, chunk_index, title, heading_path, content, content_hash, search)
select $1, $2, l.model, w.chunk_index, $3, w.heading_path, w.content, w.hash,
  setweight(to_tsvector('pg_catalog.english', $3), 'A')
    || setweight(to_tsvector('pg_catalog.english', array_to_string(w.heading_path, ' ')), 'B')
    || setweight(to_tsvector('pg_catalog.english', w.content), 'C')
from live l
cross join wanted w
where not exists (
  select from public.kb_article_chunks c
  where c.article_id = $2 and c.model = l.model and c.content_hash = w.hash)
