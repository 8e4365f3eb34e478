-- How many rows each table has, and a checksum of them: one JSON document per table and line, as catalog.sql writes them.
select jsonb_build_object('kind', 'rows', 'object', c.oid::regclass, 'facts', jsonb_build_object(
  'count', (xpath('//rows/text()', counted))[1]::text::bigint, 'checksum', (xpath('//checksum/text()', counted))[1]::text))
from pg_class c
join pg_namespace n on n.oid = c.relnamespace,
lateral query_to_xml(format(
  'select count(*) as rows, md5(coalesce(string_agg(md5(t::text), '''' order by md5(t::text) collate "C"), '''')) as checksum from %s t',
  c.oid::regclass), false, true, '') as counted
where c.relkind = 'r' and nspname !~ '^pg_' and nspname <> 'information_schema';
