-- Left behind by a create or reindex concurrently that did not finish: kept up to date, and of no use.
select 'fail', format(
  'The index %s of %s is invalid and guards and finds nothing. Run: reindex index %s; or, if its name ends in _ccnew, drop index %s;',
  i.indexrelid::regclass, i.indrelid::regclass, i.indexrelid::regclass, i.indexrelid::regclass)
from pg_catalog.pg_index i
join pg_catalog.pg_class c on c.oid = i.indrelid
where c.relnamespace = 'public'::regnamespace and not i.indisvalid
  and (c.oid = to_regclass('public.orgs') or exists (
    select from pg_catalog.pg_constraint k where k.conrelid = c.oid and k.confrelid = to_regclass('public.orgs')))
order by i.indexrelid::regclass::text
