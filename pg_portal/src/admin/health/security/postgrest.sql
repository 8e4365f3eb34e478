-- What authenticator's settings tell PostgREST; those for this database win over those for all.
with settings as (
  select distinct on (split_part(setting, '=', 1))
    split_part(setting, '=', 1) as name, substr(setting, strpos(setting, '=') + 1) as value
  from pg_catalog.pg_db_role_setting s, unnest(s.setconfig) as setting
  where s.setrole = to_regrole('authenticator')
    and s.setdatabase in (0, (select d.oid from pg_catalog.pg_database d where d.datname = current_database()))
  order by split_part(setting, '=', 1), s.setdatabase = 0
), wanted as (
  select (select value from settings where name = 'pgrst.db_schemas') as db_schemas,
    (select nullif(value, '') from settings where name = 'pgrst.db_pre_request') as db_pre_request
)
select to_jsonb(w) || jsonb_build_object('is_callable', exists (
  select from pg_catalog.pg_proc p
  join pg_catalog.pg_namespace n on n.oid = p.pronamespace
  where w.db_pre_request in (p.proname, n.nspname || '.' || p.proname)
    and has_function_privilege('anon', p.oid, 'execute') and has_function_privilege('authenticated', p.oid, 'execute')))
from wanted w
