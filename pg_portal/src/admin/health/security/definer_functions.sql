-- SECURITY DEFINER functions of the portal: none where clients call, each with a pinned path, none of a superuser.
select 'fail', case
  when n.nspname = 'portal' then format(
    '%s runs with its owner''s rights although clients can call it. Run: alter function %s security invoker;', f.name, f.name)
  when o.rolsuper then format(
    '%s runs as the superuser %s. Run: alter function %s owner to portal_owner;', f.name, o.rolname, f.name)
  else format(
    '%s runs with its owner''s rights and takes its search_path from the caller. Run: alter function %s set search_path = pg_catalog, pg_temp;',
    f.name, f.name)
  end
from pg_catalog.pg_proc p
join pg_catalog.pg_namespace n on n.oid = p.pronamespace
join pg_catalog.pg_roles o on o.oid = p.proowner
cross join lateral (select p.oid::regprocedure as name) f
where p.prosecdef and n.nspname in ('portal', 'portal_internal', 'portal_admin')
  and (n.nspname = 'portal' or o.rolsuper or not exists (
    select from unnest(p.proconfig) as setting where setting like 'search_path=%'))
order by f.name::text
