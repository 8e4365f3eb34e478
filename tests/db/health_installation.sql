-- Proves: health() knows which versions are here, what is missing of them, and which have known problems; and that what
-- it says to do mends it.
begin;
\ir health.psql
select plan(15);
update pg_extension set extversion = '0.8.3' where extname = 'vector';

select is(pg_temp.course('extension', $$ update pg_extension set extversion = '0.0.9' where extname = 'pg_portal' $$,
  '0\.0\.9 of pg_portal is installed.*alter extension pg_portal update',
  $$ update pg_extension e set extversion = a.default_version from pg_available_extensions a where a.name = e.extname and extname = 'pg_portal' $$),
  'ok > warn > ok', 'an extension that was not updated');

-- The history of the Supabase CLI, where it keeps one.
create temporary table pushed on commit drop as select * from supabase_migrations.schema_migrations;
select is(pg_temp.course('migrations', $$ delete from supabase_migrations.schema_migrations where version >= '20261127' $$,
  'pushed up to 20261122001300, and .* comes with [0-9]{14}\. Push those that are missing',
  $$ insert into supabase_migrations.schema_migrations select * from pushed where version >= '20261127' $$),
  'ok > fail > ok', 'migrations that were not pushed');
select is(pg_temp.course('migrations', 'delete from supabase_migrations.schema_migrations', 'pushed up to none of ours',
  'insert into supabase_migrations.schema_migrations select * from pushed'), 'ok > fail > ok', 'none that was');
alter table supabase_migrations.schema_migrations rename to elsewhere;
select is(pg_temp.health('migrations'), 'ok', 'who pushes with psql has no history');
select matches(pg_temp.detail('migrations'), 'Nobody keeps a history', 'and is told so');
alter table supabase_migrations.elsewhere rename to schema_migrations;

select is(pg_temp.course('schema', 'alter view portal.services rename to services_elsewhere', 'portal\.services is missing\. Push the migrations',
  'alter view portal.services_elsewhere rename to services'), 'ok > fail > ok', 'a view that is gone');
select is(pg_temp.course('schema', 'alter table public.quotes rename to quotes_elsewhere', 'public\.quotes is missing',
  'alter table public.quotes_elsewhere rename to quotes'), 'ok > fail > ok', 'a table that is gone');

alter table public.work_orders rename to elsewhere;
select is((select count(distinct check_name) from portal_admin.health()), 13::bigint, 'without one of the tables only what everything rests on is looked at');
select matches(pg_temp.detail('schema'), 'public\.work_orders is missing', 'and the table is named');
alter table public.elsewhere rename to work_orders;

select is(pg_temp.course('known_problems', $$ update pg_extension set extversion = '0.8.1' where extname = 'vector' $$,
  'pgvector 0\.8\.1.*CVE-2026-3172.*Update it to 0\.8\.3', $$ update pg_extension set extversion = '0.8.3' where extname = 'vector' $$),
  'ok > warn > ok', 'a pgvector whose parallel builds overflow');
select is(pg_temp.course('known_problems',
  $$ update pg_extension set extversion = '0.8.2' where extname = 'vector';
     create index elsewhere on public.kb_article_chunks using hnsw ((embedding::extensions.vector(2)) extensions.vector_cosine_ops) where model = 'none' $$,
  'Vacuuming can corrupt an HNSW index of pgvector 0\.8\.2.*index_kb', 'drop index public.elsewhere'),
  'ok > warn > ok', 'a pgvector that corrupts the index there is');
select is(pg_temp.health('known_problems'), 'ok', 'that it does is nothing to somebody without an index');

-- Who looks. Nothing in it needs a superuser.
create role test_reader login in role portal_readonly;
create temporary table told on commit drop as select * from portal_admin.health();
grant select on told to test_reader;
set session authorization test_reader;
select is_empty('select * from portal_admin.health() except select * from told', 'portal_readonly sees no other findings than a superuser');
select is_empty('select * from told except select * from portal_admin.health()', 'and all of those');
reset session authorization;
select is((select count(distinct check_name) from told), 33::bigint, 'every check answers');

select * from finish();
rollback;
