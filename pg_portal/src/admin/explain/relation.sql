-- The table or view named $1, in public before portal: one of the portal's owner, for the policies of others' tables are
-- not to be run by whoever asks.
select jsonb_build_object(
  'oid', c.oid::bigint,
  'name', format('%I.%I', n.nspname, c.relname),
  'is_view', c.relkind = 'v',
  'has_row_security', c.relrowsecurity,
  'has_id', exists (
    select from pg_catalog.pg_attribute a where a.attrelid = c.oid and a.attname = 'id' and a.atttypid = 'uuid'::regtype),
  'readable', case
    when has_table_privilege('authenticated', c.oid, 'select') then 'all'
    when has_any_column_privilege('authenticated', c.oid, 'select') then 'some'
    else 'none' end,
  'owners', (
    select coalesce(jsonb_agg(a.attname order by a.attnum), '[]')
    from pg_catalog.pg_attribute a
    where a.attrelid = c.oid and not a.attisdropped
      and a.attname in ('org_id', 'customer_id', 'location_id', 'portal_account_id', 'user_id', 'technician_id')))
from pg_catalog.pg_class c
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
where n.nspname in ('public', 'portal') and c.relkind in ('r', 'p', 'v')
  and $1 in (c.relname::text, format('%s.%s', n.nspname, c.relname))
  and c.relowner in ((select o.relowner from pg_catalog.pg_class o where o.oid = 'public.orgs'::regclass), 'portal_owner'::regrole)
order by n.nspname = 'portal'
limit 1
