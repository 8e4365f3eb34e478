-- The caller's scope as settings, for policies on Citus: a worker can answer from settings, and not from tables.
--
-- For every helper that policies and views call, portal_citus gets one of the same name that reads a setting. The settings
-- are written by portal_citus.enter(), at the beginning of each request, with SET LOCAL, which Citus carries to the workers
-- (citus.propagate_set_commands = 'local'). Before it was called all of them are empty, and the policies show nothing.
-- They are as trustworthy as request.jwt.claims are: whoever may run SET as an API role may be anybody.
--
-- Run as the owner of the tables, before policies.sql, and again after every update of pg_portal.
create schema if not exists portal_citus;
comment on schema portal_citus is 'The caller''s scope as settings, for policies on the workers of a Citus cluster.';

-- The helpers: all that a policy or view calls and that is given nothing, or a capability.
create temporary table citus_helpers on commit drop as
select distinct p.oid, p.proname as name, p.pronargs > 0 as by_capability, format_type(p.prorettype, null) as type, p.proacl
from pg_depend d join pg_proc p on d.refclassid = 'pg_proc'::regclass and d.refobjid = p.oid
where d.classid in ('pg_policy'::regclass, 'pg_rewrite'::regclass)
  and p.pronamespace = 'portal_internal'::regnamespace
  and (p.pronargs = 0 or p.pronargs = 1 and p.proargtypes[0] = 'portal.capability'::regtype);

do $$
declare
  helper record;
  signature text;
  role regrole;
begin
  for helper in select * from citus_helpers loop
    signature := format('portal_citus.%I(%s)', helper.name, case when helper.by_capability then 'portal.capability' end);
    execute format(
      $f$ create or replace function portal_citus.%I(%s) returns %s language sql stable
          as $sql$ select %s $sql$ $f$,
      helper.name, case when helper.by_capability then 'capability portal.capability default ''view''' end, helper.type,
      format(
        case helper.type when 'boolean' then 'coalesce(%s, false)' else '%s' end,
        format(
          'nullif(pg_catalog.current_setting(''portal_citus.%s''%s, true), '''')::%s', helper.name,
          case when helper.by_capability then ' || ''_'' || $1::text' end, helper.type)));
    execute format('comment on function %s is %L', signature,
      format('portal_internal.%s, as portal_citus.enter() found it.', helper.name));
    execute format('revoke all on function %s from public', signature);
    for role in select distinct grantee from aclexplode(helper.proacl) where grantee <> 0 loop
      execute format('grant execute on function %s to %s', signature, role);
    end loop;
  end loop;
end $$;

create or replace function portal_citus.enter() returns void language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
  helper record;
  value text;
begin
  -- Triggers on the workers ask who acts.
  execute format('set local request.jwt.claims = %L', coalesce(current_setting('request.jwt.claims', true), ''));
  execute format('set local request.headers = %L', coalesce(current_setting('request.headers', true), ''));
  for helper in
    select p.proname as name, capability
    from pg_proc p
    left join unnest(enum_range(null::portal.capability)) as capability on p.pronargs > 0
    where p.pronamespace = 'portal_citus'::regnamespace and p.proname <> 'enter' and has_function_privilege(p.oid, 'execute')
  loop
    execute format('select portal_internal.%I(%s)::text', helper.name, quote_literal(helper.capability)) into value;
    execute format('set local portal_citus.%s = %L', concat_ws('_', helper.name, helper.capability), coalesce(value, ''));
  end loop;
end $$;
comment on function portal_citus.enter() is
  'Writes the caller''s scope into settings. PostgREST''s db-pre-request on Citus; to be called again when the caller changes.';
revoke all on function portal_citus.enter() from public;
grant usage on schema portal_citus to anon, authenticated, service_role, portal_owner;
grant execute on function portal_citus.enter() to anon, authenticated, service_role;
