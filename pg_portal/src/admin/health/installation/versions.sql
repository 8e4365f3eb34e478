-- The versions that problems are known of, and whether passages have an HNSW index.
select jsonb_build_object(
  'postgres', current_setting('server_version_num')::int,
  'pgvector', (select e.extversion from pg_catalog.pg_extension e where e.extname = 'vector'),
  'has_hnsw', exists (
    select from pg_catalog.pg_index i
    join pg_catalog.pg_class c on c.oid = i.indexrelid
    join pg_catalog.pg_am m on m.oid = c.relam
    where m.amname = 'hnsw' and i.indrelid = to_regclass('public.kb_article_chunks')))
