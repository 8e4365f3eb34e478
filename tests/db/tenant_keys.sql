-- Proves: org_id is part of every key, so that a row of one company cannot even name a row of another.
-- Read from the catalog, so a new table is covered the day it is added.
begin;
select plan(8);

-- Tables that are not one company's.
create temporary table shared (name text, why text) on commit drop;
insert into shared values
  ('orgs', 'the companies themselves'),
  ('kb_articles', 'articles may belong to every company (org_id null)'),
  ('kb_article_chunks', 'pieces of such articles'),
  ('kb_embedding_jobs', 'what is to be done for such articles'),
  ('kb_embedding_models', 'models serve all companies');

-- Keys without org_id, each with its reason.
create temporary table excepted (name text, why text) on commit drop;
insert into excepted values
  ('kb_article_chunks_article_id_fkey', 'shared reference table; both ends carry org_id or none'),
  ('kb_article_chunks_model_fkey', 'models serve all companies'),
  ('kb_embedding_jobs_article_id_fkey', 'shared reference table; both ends carry org_id or none'),
  ('kb_embedding_jobs_model_fkey', 'models serve all companies');

create temporary view tables as
select c.oid, c.relname::text as name, a.attnum as org_column, a.attnotnull as always
from pg_class c
left join pg_attribute a on a.attrelid = c.oid and a.attname = 'org_id' and not a.attisdropped
where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p');

create temporary view tenant_tables as
select * from tables where name not in (select name from shared);

select cmp_ok((select count(*) from tenant_tables), '>', 25::bigint, 'the catalog has the tenant tables');

select is_empty(
  $$ select name from tenant_tables where org_column is null or not always $$,
  'every tenant table has org_id, never null');

select is_empty(
  $$ select t.name from tenant_tables t
     left join pg_index i on i.indrelid = t.oid and i.indisprimary
     where t.org_column is distinct from i.indkey[0] $$,
  'every primary key begins with org_id');

-- Constraints make unique indexes too, so this covers both. org_id must be compared as it is (no expression).
select is_empty(
  $$ select t.name, i.indexrelid::regclass from tenant_tables t
     join pg_index i on i.indrelid = t.oid and (i.indisunique or i.indisexclusion)
     where t.org_column <> all ((i.indkey::int2[])[0:i.indnkeyatts - 1]) $$,
  'every unique and exclusion index has org_id among its keys');

select is_empty(
  $$ select t.name, k.conname from tenant_tables t
     join pg_constraint k on k.conrelid = t.oid and k.contype = 'x'
     where not exists (
       select from unnest(k.conkey, k.conexclop) as part (attnum, operator)
       join pg_operator o on o.oid = part.operator
       where part.attnum = t.org_column and o.oprname = '=') $$,
  'every exclusion constraint compares org_id by equality');

-- A foreign key to a tenant table pairs org_id with org_id. Others point to the company or to a log-in.
select is_empty(
  $$ select k.conrelid::regclass, k.conname
     from pg_constraint k join tables t on t.oid = k.conrelid left join tables target on target.oid = k.confrelid
     where k.contype = 'f'
       and k.conname not in (select name from excepted)
       and k.confrelid <> 'auth.users'::regclass
       and not (k.confrelid = 'public.orgs'::regclass and k.conkey = array[t.org_column])
       and not exists (
         select from unnest(k.conkey, k.confkey) as pair (here, there)
         where pair.here = t.org_column and pair.there = target.org_column) $$,
  'every foreign key to a tenant table pairs org_id with org_id');

select is_empty(
  $$ select name from tenant_tables t where not exists (
       select from pg_constraint k
       where k.conrelid = t.oid and k.contype = 'f' and k.confrelid = 'public.orgs'::regclass and k.conkey = array[t.org_column]) $$,
  'every tenant table refers to its company');

select is_empty(
  $$ select name from shared where name not in (select name from tables)
     union all
     select name from excepted where name not in (select conname from pg_constraint) $$,
  'every exception above still exists');

select * from finish();
rollback;
