-- Foreign keys of and to the portal's tables without an index that begins with their columns. A partial index serves
-- when it only leaves out nulls, which point to nothing.
with ours as (
  select c.oid
  from pg_catalog.pg_class c
  where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
    and (c.relname = 'orgs' or exists (
      select from pg_catalog.pg_constraint k where k.conrelid = c.oid and k.confrelid = to_regclass('public.orgs')))
)
select 'warn', format(
  'Nothing indexes the foreign key %s of %s, so changes of %s read all of it. Run: create index concurrently on %s (%s);',
  k.conname, k.conrelid::regclass, k.confrelid::regclass, k.conrelid::regclass,
  (select string_agg(quote_ident(a.attname), ', ' order by key.place)
   from unnest(k.conkey) with ordinality as key (attnum, place)
   join pg_catalog.pg_attribute a on a.attrelid = k.conrelid and a.attnum = key.attnum))
from pg_catalog.pg_constraint k
where k.contype = 'f' and k.conparentid = 0
  and (k.conrelid in (select oid from ours) or k.confrelid in (select oid from ours))
  and not exists (
    select from pg_catalog.pg_index i
    where i.indrelid = k.conrelid and i.indisvalid
      and (i.indkey::int2[])[0:cardinality(k.conkey) - 1] @> k.conkey
      and (i.indpred is null or pg_get_expr(i.indpred, i.indrelid) in (
        select format('(%I IS NOT NULL)', a.attname)
        from pg_catalog.pg_attribute a
        where a.attrelid = k.conrelid and a.attnum = any (k.conkey))))
order by k.conrelid::regclass::text, k.conname
