-- Brings the passages of an article, of every model, in line with $4, as they are to be: those that say the same keep
-- id and embedding. $1 article, $2 organization, $3 title. A set that was retired loses what the article no longer
-- says, and gains nothing.
with wanted as (
  select w.*, row_number() over (partition by w.hash order by w.chunk_index) as nth
  from jsonb_to_recordset($4) w (chunk_index integer, heading_path text[], content text, hash text)
),
present as (
  select c.id, c.model, c.chunk_index, encode(c.content_hash, 'hex') as hash,
    row_number() over (partition by c.model, c.content_hash order by c.chunk_index) as nth
  from public.kb_article_chunks c
  where c.article_id = $1
),
kept as (
  select p.id, p.model, p.hash, p.nth, p.chunk_index as was, w.chunk_index
  from present p join wanted w on w.hash = p.hash and w.nth = p.nth
),
gone as (
  delete from public.kb_article_chunks c
  using present p
  where c.id = p.id and not exists (select from kept k where k.id = p.id)
),
moved as (
  update public.kb_article_chunks c
  set chunk_index = k.chunk_index
  from kept k
  where c.id = k.id and k.was <> k.chunk_index
)
insert into public.kb_article_chunks
  (org_id, article_id, chunk_index, title, heading_path, content, content_hash, model, search)
select $2, $1, w.chunk_index, $3, w.heading_path, w.content, decode(w.hash, 'hex'), m.model,
  setweight(to_tsvector('pg_catalog.english', $3), 'A')
    || setweight(to_tsvector('pg_catalog.english', array_to_string(w.heading_path, ' ')), 'B')
    || setweight(to_tsvector('pg_catalog.english', w.content), 'C')
from wanted w
cross join public.kb_embedding_models m
where m.state in ('active', 'building')
  and not exists (select from kept k where k.model = m.model and k.hash = w.hash and k.nth = w.nth)
