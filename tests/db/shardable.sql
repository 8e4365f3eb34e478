-- Proves: the schema can be sharded by company, and the scripts of sql/citus do on plain Postgres what can be done there:
-- they know every table, their policies and views show everybody the same rows, and their order is one that Citus takes.
-- Citus itself does not run here.
begin;
set local client_min_messages = warning;
select plan(23);

\ir ../../sql/citus/tables.sql

-- Tables that are not one company's.
create temporary table shared (name text, place text) on commit drop;
insert into shared values
  ('orgs', 'reference'),
  ('kb_articles', 'coordinator'), ('kb_article_chunks', 'coordinator'), ('kb_embedding_jobs', 'coordinator'), ('kb_embedding_models', 'coordinator');

-- Partitions have the keys of their table.
create temporary view tables as
select c.oid, c.relname::text as name, a.attnum as org, a.attnotnull as always, a.atttypid as type
from pg_class c left join pg_attribute a on a.attrelid = c.oid and a.attname = 'org_id' and not a.attisdropped
where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
  and not exists (select from pg_depend where classid = 'pg_class'::regclass and objid = c.oid and deptype = 'e');
create temporary view distributed as
select t.* from tables t join citus_tables using (name) where place = 'distributed';

select set_eq('select name from tables', 'select name from citus_tables', 'the script says of every table where it goes');
select results_eq(
  $$ select name, place from citus_tables where place <> 'distributed' order by name $$,
  $$ select name, place from shared order by name $$,
  'all lie with their company but for those named here');
select cmp_ok((select count(*) from distributed), '>', 40::bigint, 'and those are many');

-- Keys -------------------------------------------------------------------------------------------------------------
select is_empty($$ select name from distributed where type is distinct from 'uuid'::regtype or not always $$,
  'each of them has the company, always, in one type, so that a company''s rows lie together');
select is_empty(
  $$ select name from distributed d
     where not exists (select from pg_index i where i.indrelid = d.oid and i.indisprimary and d.org = any (i.indkey)) $$,
  'the company is in every primary key');
select is_empty(
  $$ select d.name, i.indexrelid::regclass from distributed d join pg_index i on i.indrelid = d.oid and (i.indisunique or i.indisexclusion)
     where d.org <> all ((i.indkey::int2[])[0:i.indnkeyatts - 1]) $$,
  'in everything that is unique or excludes');
select is_empty(
  $$ select d.name, k.conname from distributed d join pg_constraint k on k.conrelid = d.oid and k.contype = 'x'
     where not exists (select from unnest(k.conkey, k.conexclop) as part (attnum, operator) join pg_operator o on o.oid = part.operator
       where part.attnum = d.org and o.oprname = '=') $$,
  'and exclusion compares it by equality');
select is_empty(
  $$ select d.name, i.indexrelid::regclass from distributed d join pg_index i on i.indrelid = d.oid and i.indisunique and not i.indimmediate $$,
  'no key waits for the end of the transaction');
select is_empty(
  $$ select d.name, k.conname, k.confrelid::regclass from distributed d join pg_constraint k on k.conrelid = d.oid and k.contype = 'f'
     left join distributed t on t.oid = k.confrelid
     where k.confrelid <> 'public.orgs'::regclass and k.confrelid <> 'auth.users'::regclass
       and not exists (select from unnest(k.conkey, k.confkey) as pair (here, there) where pair.here = d.org and pair.there = t.org) $$,
  'a foreign key stays within the company, or leads to the companies, or to a log-in');
select is_empty(
  $$ select k.conrelid::regclass, k.conname from pg_constraint k join tables t on t.oid = k.conrelid join distributed d on d.oid = k.confrelid
     where k.contype = 'f' and t.name in (select name from shared) $$,
  'what every company shares refers to nothing of one company');
select is_empty(
  $$ select d.name, k.conname from distributed d join pg_constraint k on k.conrelid = d.oid and k.contype = 'f'
     where k.confupdtype not in ('a', case k.confrelid when 'public.service_types'::regclass then 'c' else 'a' end) -- a service may be renamed
        or k.confdeltype in ('n', 'd') and (k.confdelsetcols is null and d.org = any (k.conkey) or d.org = any (k.confdelsetcols)) $$,
  'no foreign key changes the company of a row');
select is_empty(
  $$ select d.name, a.attname from distributed d join pg_attribute a on a.attrelid = d.oid and a.attidentity <> '' and a.atttypid <> 'bigint'::regtype $$,
  'numbers that count up are long enough for every node to have a range of its own');
select is_empty(
  $$ select inhrelid::regclass from pg_inherits join distributed d on d.oid = inhparent join pg_class c on c.oid = inhrelid where not relispartition $$,
  'and no table inherits, but for partitions');

-- Triggers ---------------------------------------------------------------------------------------------------------
-- They are compiled, so the catalog does not show what they read. Each was looked at: it keeps to NEW.org_id and OLD.org_id.
-- A new one is to be looked at too, and named here.
select set_eq(
  $$ select distinct p.proname::text from pg_trigger t join distributed d on d.oid = t.tgrelid join pg_proc p on p.oid = t.tgfoid where not t.tgisinternal $$,
  array[
    'audit_row', 'copy_from_parent', 'follow_booking_request', 'follow_message', 'guard_booking_request', 'guard_message', 'guard_thread',
    'guard_work_order', 'init_account', 'keep_columns', 'record_work_order_change', 'refuse_change', 'tell_access_change', 'touch_updated_at'],
  'the triggers are those that were found to keep to one company');
select is_empty(
  $$ select p.oid::regprocedure from pg_trigger t join distributed d on d.oid = t.tgrelid join pg_proc p on p.oid = t.tgfoid join pg_language l on l.oid = p.prolang
     where not t.tgisinternal and l.lanname <> 'c' and p.prosrc ~* '\mfrom\s+public\.\w+' and p.prosrc !~* '\morg_id\s*=\s*(new|old)\.org_id' $$,
  'and those whose text can be read name the company');

-- The scope as settings, policies and views -----------------------------------------------------------------------------
\ir people.psql
create temporary table seen (person text, relation text, rewritten boolean, rows text) on commit drop;
-- What somebody sees of everything they may read: how many rows, and which.
create function pg_temp.look(person text, rewritten boolean) returns void language plpgsql as $$
declare
  relation regclass;
  rows text;
  readable text[];
begin
  for relation in
    select c.oid from pg_class c where c.relnamespace in ('public'::regnamespace, 'portal'::regnamespace) and c.relkind in ('r', 'p', 'v')
      and has_table_privilege(case when person = 'anon' then 'anon' else 'authenticated' end, c.oid, 'select')
  loop
    perform pg_temp.become(person);
    if rewritten then
      perform portal_citus.enter();
    end if;
    execute format('select count(*) || '' '' || coalesce(md5(string_agg(t::text, '','' order by t::text)), '''') from %s t', relation) into rows;
    perform pg_temp.become('dba');
    insert into seen values (person, relation, rewritten, rows);
  end loop;
end $$;
create temporary table everybody as
select unnest(array['dana', 'rex', 'mona', 'adam', 'cory', 'disa', 'tess', 'tova', 'cleo', 'nemo', 'anon']) as person;
-- The people of the demo have more: grants, invoices, conversations. Their log-ins get the names of test people.
create temporary table demo as select email, id from auth.users where email ~ '@(acme-comfort|bolt-pipe)\.example$';
create or replace function pg_temp.id(name text) returns uuid language sql stable as $$
  select coalesce((select id from demo where email = name), md5('test/' || name)::uuid)
$$;
grant select on demo to public;
insert into everybody select email from demo;
select cmp_ok((select count(*) from demo), '>=', 6::bigint, 'the people of the demo are there');

select pg_temp.look(person, false) from everybody \g /dev/null
\ir ../../sql/citus/scope.sql
\ir ../../sql/citus/policies.sql

select is_empty(
  $$ select polname, polrelid::regclass from pg_policy join pg_class c on c.oid = polrelid
     where c.relnamespace = 'public'::regnamespace and concat(pg_get_expr(polqual, polrelid), pg_get_expr(polwithcheck, polrelid)) ~* '\mselect\M|portal_internal' $$,
  'rewritten policies hold no sub-select and ask settings alone');
select is_empty(
  $$ select c.oid::regclass from pg_class c where c.relnamespace in ('public'::regnamespace, 'portal'::regnamespace) and c.relkind = 'v'
       and (pg_get_viewdef(c.oid) ~ 'SELECT portal_internal' or not coalesce(c.reloptions @> '{security_invoker=true}', false)) $$,
  'nor do views, which still run as the caller');
select pg_temp.become('dana') \g /dev/null
select is((select count(*) from public.work_orders), 0::bigint, 'before the scope is entered there is nothing to see');
select pg_temp.become('dba') \g /dev/null

select pg_temp.look(person, true) from everybody \g /dev/null
select results_eq(
  $$ select person, relation, rows from seen where rewritten order by 1, 2 $$,
  $$ select person, relation, rows from seen where not rewritten order by 1, 2 $$,
  'everybody sees the same rows as before');
select cmp_ok((select count(distinct rows) from seen where rewritten and relation = 'work_orders'), '>', 4::bigint,
  'and not all the same ones');

-- Tables first, keys after -------------------------------------------------------------------------------------------
-- Stands in for Citus: takes a table only as Citus would, as far as the catalog shows it.
create schema citus_rules;
create temporary table taken (relation regclass, place text) on commit drop;
create function citus_rules.demand(relation regclass) returns void language plpgsql as $$
begin
  if exists (select from pg_constraint where contype = 'f' and (conrelid = relation or confrelid = relation)) then
    raise exception '% has foreign keys', relation;
  elsif exists (select from pg_policy where polrelid = relation and concat(pg_get_expr(polqual, polrelid), pg_get_expr(polwithcheck, polrelid)) ~* '\mselect\M') then
    raise exception '% has policies with sub-selects', relation;
  elsif exists (select from taken where taken.relation = $1) then
    raise exception '% is taken already', relation;
  end if;
end $$;
create function citus_rules.create_reference_table(relation regclass) returns void language plpgsql as $$
begin
  perform citus_rules.demand(relation);
  if exists (select from pg_trigger where tgrelid = relation and not tgisinternal) then
    raise exception '% has triggers, which would run on every node', relation;
  end if;
  insert into taken values (relation, 'reference');
end $$;
create function citus_rules.create_distributed_table(relation regclass, key text, colocate_with text) returns void language plpgsql as $$
begin
  perform citus_rules.demand(relation);
  if colocate_with <> 'none' and not exists (select from taken where taken.relation = colocate_with::regclass) or key <> 'org_id' then
    raise exception '% can not lie with %', relation, colocate_with;
  end if;
  insert into taken values (relation, 'distributed');
end $$;
create temporary table keys_before as select conrelid::regclass::text as relation, conname, confrelid, pg_get_constraintdef(oid) from pg_constraint
where contype = 'f' and connamespace = 'public'::regnamespace;
drop table citus_tables cascade;
set local search_path = public, extensions, citus_rules;
\ir ../../sql/citus/distribute.sql

select set_eq($$ select relation::text, place from taken $$, $$ select name, place from citus_tables where place <> 'coordinator' $$,
  'the script distributes every table in an order that Citus takes');
select set_eq(
  $$ select conrelid::regclass::text, conname, confrelid, pg_get_constraintdef(oid) from pg_constraint where contype = 'f' and connamespace = 'public'::regnamespace $$,
  $$ select relation, conname, confrelid, replace(pg_get_constraintdef, ' ON UPDATE CASCADE', '') from keys_before
     where confrelid <> 'auth.users'::regclass or relation like 'kb\_%' $$,
  'and then puts the foreign keys back, but for those to log-ins, and without the renaming of services');

select * from finish();
rollback;
