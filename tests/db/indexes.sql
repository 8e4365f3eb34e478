-- Proves: every foreign key and every column that a read policy compares has an index, and none is there twice.
begin;
select plan(6);

-- The columns of each index of ours, as text with their operator classes, so that expressions count too.
create temporary view indexes as
select i.indexrelid, i.indrelid, i.indisunique, i.indisvalid, c.relam,
       (i.indkey::int2[])[0:i.indnkeyatts - 1] as columns,
       array(select pg_get_indexdef(i.indexrelid, k, true) || ' ' || i.indclass[k - 1]
             from generate_series(1, i.indnkeyatts) as k) as keys,
       pg_get_expr(i.indpred, i.indrelid) as predicate
from pg_index i
join pg_class c on c.oid = i.indexrelid
where c.relnamespace = 'public'::regnamespace;

select cmp_ok((select count(*) from indexes), '>', 60::bigint, 'the catalog has the indexes');
select is_empty($$ select indexrelid::regclass from indexes where not indisvalid $$, 'no index is invalid');

-- Deleting or changing the row pointed to looks for the rows that point to it. A partial index serves when it only
-- leaves out nulls, which point to nothing.
select is_empty(
  $$ select k.conrelid::regclass, k.conname
     from pg_constraint k
     where k.contype = 'f' and k.connamespace = 'public'::regnamespace
       and not exists (
         select from indexes i
         where i.indrelid = k.conrelid
           and i.columns[1:cardinality(k.conkey)] @> k.conkey
           and (i.predicate is null or i.predicate = any (array(
             select format('(%I IS NOT NULL)', a.attname)
             from pg_attribute a where a.attrelid = k.conrelid and a.attnum = any (k.conkey))))) $$,
  'every foreign key has an index that begins with its columns');

-- The ids that a read policy compares: an index finds each within the company (a location: within its customer).
-- Not those of live events, of which each reader takes the few that are new, by transaction_id.
create temporary view compared as
select distinct p.polrelid, a.attnum, a.attname
from pg_policy p
join pg_depend d on d.classid = 'pg_policy'::regclass and d.objid = p.oid and d.refclassid = 'pg_class'::regclass
  and d.refobjid = p.polrelid and d.refobjsubid > 0
join pg_attribute a on a.attrelid = p.polrelid and a.attnum = d.refobjsubid and a.atttypid = 'uuid'::regtype
where p.polcmd in ('r', '*') and p.polrelid <> 'public.portal_live_events'::regclass;

-- Which columns of the index come before the one that is looked for.
create function pg_temp.before(i indexes, place int) returns text language sql stable as $$
  select coalesce(string_agg(coalesce(a.attname, '?'), ', ' order by earlier.place), '')
  from unnest(i.columns[1:place - 1]) with ordinality as earlier (attnum, place)
  left join pg_attribute a on a.attrelid = i.indrelid and a.attnum = earlier.attnum
$$;

select isnt_empty($$ select from compared $$, 'the catalog knows which columns the policies compare');
select is_empty(
  $$ select c.polrelid::regclass, c.attname
     from compared c
     where not exists (
       select from indexes i, generate_subscripts(i.columns, 1) as place
       where i.indrelid = c.polrelid and i.columns[place] = c.attnum
         and (pg_temp.before(i, place) in ('', 'org_id')
           or pg_temp.before(i, place) = 'org_id, customer_id' and (c.attname = 'location_id' or c.attname = 'id'))) $$,
  'every id that a read policy compares is indexed');

-- A unique index stays although another begins with its columns: it says something else.
select is_empty(
  $$ select a.indexrelid::regclass as superfluous, b.indexrelid::regclass as covers_it
     from indexes a join indexes b
       on b.indrelid = a.indrelid and b.indexrelid <> a.indexrelid and b.relam = a.relam
       and b.predicate is not distinct from a.predicate
       and b.keys[1:cardinality(a.keys)] = a.keys
     where not a.indisunique
       or (b.indisunique and b.keys = a.keys and a.indexrelid > b.indexrelid) $$,
  'no index is a copy or a beginning of another');

select * from finish();
rollback;
