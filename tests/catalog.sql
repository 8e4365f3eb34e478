-- All that makes up a database but its rows: one JSON document per object and line, in no order.
--
-- Objects of other extensions are left out. Default rights count as if they had been written down, and neither their order
-- nor the brackets that Postgres adds and drops when it reads its own output make a difference.
create function pg_temp.rights(acl aclitem[], kind "char", owner oid) returns text language sql as $$
  select string_agg(format('%s:%s%s', coalesce(nullif(grantee, 0)::regrole::text, 'public'), privilege_type,
      case when is_grantable then '*' end), ', ' order by nullif(grantee, 0)::regrole::text, privilege_type)
  from aclexplode(coalesce(acl, acldefault(kind, owner)))
$$;
create function pg_temp.extension(class regclass, object oid) returns text language sql as $$
  select e.extname::text from pg_depend d join pg_extension e on e.oid = d.refobjid
  where d.classid = class and d.objid = object and d.objsubid = 0 and d.refclassid = 'pg_extension'::regclass and d.deptype = 'e'
$$;
create function pg_temp.name(schema oid, name name) returns text language sql as $$
  select format('%I.%I', schema::regnamespace::text, name)
$$;
-- Rows that are copied from a partitioned table to its partitions carry the mark, so that readers can leave them out.
create temporary view partitions as
select c.oid from pg_class c where c.relispartition;
create temporary view schemas as
select oid from pg_namespace where nspname !~ '^pg_' and nspname <> 'information_schema';

create temporary view objects (kind, object, facts) as
select 'role', rolname::text, jsonb_build_object(
  'superuser', rolsuper, 'inherits', rolinherit, 'makes roles', rolcreaterole, 'makes databases', rolcreatedb, 'logs in', rolcanlogin,
  'replicates', rolreplication, 'bypasses row security', rolbypassrls, 'settings', rolconfig, 'comment', shobj_description(oid, 'pg_authid'),
  'member of', (select array_agg(m.roleid::regrole::text || case when m.admin_option then '*' else '' end order by m.roleid::regrole::text)
    from pg_auth_members m where m.member = r.oid))
from pg_roles r where rolname !~ '^pg_'
union all
select 'database', 'this one', jsonb_build_object('owner', datdba::regrole) from pg_database where datname = current_database()
union all
select 'default privileges', format('%s in %s on %s', defaclrole::regrole, coalesce(nullif(defaclnamespace, 0)::regnamespace::text, 'every schema'), defaclobjtype),
  jsonb_build_object('rights', pg_temp.rights(defaclacl, defaclobjtype, defaclrole))
from pg_default_acl
union all
select 'extension', extname::text, jsonb_build_object('version', extversion, 'schema', extnamespace::regnamespace, 'owner', extowner::regrole)
from pg_extension
union all
select 'schema', nspname::text, jsonb_build_object(
  'owner', nspowner::regrole, 'rights', pg_temp.rights(nspacl, 'n', nspowner), 'comment', obj_description(n.oid, 'pg_namespace'),
  'extension', pg_temp.extension('pg_namespace', n.oid))
from pg_namespace n join schemas using (oid)
union all
select 'function', p.oid::regprocedure::text, jsonb_build_object(
  'kind', prokind, 'arguments', pg_get_function_arguments(p.oid), 'result', pg_get_function_result(p.oid), 'language', lanname,
  'volatility', provolatile, 'strict', proisstrict, 'parallel', proparallel, 'leakproof', proleakproof, 'definer', prosecdef,
  'settings', proconfig, 'cost', procost, 'rows', prorows, 'support', nullif(prosupport::oid, 0)::regproc, 'body', prosrc,
  'sql body', pg_get_function_sqlbody(p.oid), 'library', probin, 'owner', proowner::regrole, 'rights', pg_temp.rights(proacl, 'f', proowner),
  'comment', obj_description(p.oid, 'pg_proc'), 'extension', pg_temp.extension('pg_proc', p.oid))
from pg_proc p join schemas s on s.oid = pronamespace join pg_language l on l.oid = prolang
union all
select 'type', t.oid::regtype::text, jsonb_build_object(
  'kind', t.typtype, 'labels', (select array_agg(enumlabel order by enumsortorder) from pg_enum where enumtypid = t.oid),
  'columns', (select array_agg(format('%s %s', attname, format_type(atttypid, atttypmod)) order by attnum)
    from pg_attribute where attrelid = t.typrelid and attnum > 0 and not attisdropped),
  'base', case when t.typtype = 'd' then format_type(t.typbasetype, t.typtypmod) end, 'not null', t.typnotnull, 'default', t.typdefault,
  'constraints', (select array_agg(conname || ' ' || pg_get_constraintdef(oid, true) order by conname) from pg_constraint where contypid = t.oid),
  'owner', t.typowner::regrole, 'rights', pg_temp.rights(t.typacl, 'T', t.typowner),
  'comment', coalesce(obj_description(t.oid, 'pg_type'), obj_description(t.typrelid, 'pg_class')),
  'extension', coalesce(pg_temp.extension('pg_type', t.oid), pg_temp.extension('pg_class', t.typrelid)))
from pg_type t join schemas s on s.oid = typnamespace left join pg_class c on c.oid = t.typrelid
where t.typtype in ('e', 'd', 'r') or t.typtype = 'c' and c.relkind = 'c'
union all
select case c.relkind when 'v' then 'view' when 'm' then 'materialized view' when 'S' then 'sequence' else 'table' end,
  pg_temp.name(relnamespace, relname), jsonb_build_object(
  'kind', relkind, 'persistence', relpersistence, 'row security', relrowsecurity, 'row security for the owner', relforcerowsecurity,
  'options', reloptions, 'access method', amname, 'replica identity', relreplident, 'partitioned by', pg_get_partkeydef(c.oid),
  'partition', pg_get_expr(relpartbound, c.oid), 'parents', (select array_agg(inhparent::regclass::text order by inhseqno) from pg_inherits where inhrelid = c.oid),
  'definition', case when relkind in ('v', 'm') then pg_get_viewdef(c.oid, true) end,
  'owner', relowner::regrole, 'rights', pg_temp.rights(relacl, case relkind when 'S' then 's' else 'r' end::"char", relowner),
  'comment', obj_description(c.oid, 'pg_class'), 'extension', pg_temp.extension('pg_class', c.oid), 'of partition', c.relispartition)
from pg_class c join schemas s on s.oid = relnamespace left join pg_am a on a.oid = relam
where relkind in ('r', 'p', 'v', 'm', 'S', 'f')
union all
select 'column', pg_temp.name(relnamespace, relname) || '.' || attname, jsonb_build_object(
  'place', row_number() over (partition by attrelid order by attnum), 'type', format_type(atttypid, atttypmod), 'not null', attnotnull,
  'default', pg_get_expr(adbin, adrelid, true), 'identity', attidentity, 'generated', attgenerated, 'storage', attstorage,
  'compression', attcompression, 'statistics', attstattarget, 'collation', nullif(attcollation, 0)::regcollation,
  'options', (select array_agg(option order by option) from unnest(attoptions) option where option !~ '^pg_attver='), -- Postgres' own count
  'rights', case when attacl is not null then pg_temp.rights(attacl, 'c', relowner) end, 'comment', col_description(attrelid, attnum),
  'extension', pg_temp.extension('pg_class', c.oid), 'of partition', relispartition)
from pg_attribute a join pg_class c on c.oid = attrelid join schemas s on s.oid = relnamespace
left join pg_attrdef d on adrelid = attrelid and adnum = attnum
where attnum > 0 and not attisdropped and relkind in ('r', 'p', 'v', 'm', 'f')
union all
select 'constraint', format('%s on %s', conname, conrelid::regclass), jsonb_build_object(
  'definition', pg_get_constraintdef(k.oid, true), 'comment', obj_description(k.oid, 'pg_constraint'),
  'extension', pg_temp.extension('pg_class', conrelid), 'of partition', conrelid in (select oid from partitions))
from pg_constraint k join schemas s on s.oid = connamespace where conrelid <> 0
union all
select 'index', indexrelid::regclass::text, jsonb_build_object(
  'definition', pg_get_indexdef(indexrelid), 'valid', indisvalid, 'comment', obj_description(indexrelid, 'pg_class'),
  'extension', pg_temp.extension('pg_class', indrelid), 'of partition', indrelid in (select oid from partitions))
from pg_index join pg_class c on c.oid = indexrelid join schemas s on s.oid = relnamespace
union all
select 'policy', format('%I on %s', polname, polrelid::regclass), jsonb_build_object(
  'command', polcmd, 'permissive', polpermissive,
  'roles', (select array_agg(coalesce(nullif(role, 0)::regrole::text, 'public') order by role::regrole::text) from unnest(polroles) role),
  'using', pg_get_expr(polqual, polrelid, true), 'check', pg_get_expr(polwithcheck, polrelid, true), 'comment', obj_description(p.oid, 'pg_policy'),
  'extension', pg_temp.extension('pg_class', polrelid), 'of partition', polrelid in (select oid from partitions))
from pg_policy p join pg_class c on c.oid = polrelid join schemas s on s.oid = relnamespace
union all
select 'trigger', format('%I on %s', tgname, tgrelid::regclass), jsonb_build_object(
  'definition', pg_get_triggerdef(t.oid, true), 'enabled', tgenabled, 'comment', obj_description(t.oid, 'pg_trigger'),
  'extension', pg_temp.extension('pg_class', tgrelid), 'of partition', tgrelid in (select oid from partitions))
from pg_trigger t join pg_class c on c.oid = tgrelid join schemas s on s.oid = relnamespace where not tgisinternal
union all
select 'rule', format('%I on %s', rulename, ev_class::regclass), jsonb_build_object('definition', pg_get_ruledef(r.oid, true))
from pg_rewrite r join pg_class c on c.oid = ev_class join schemas s on s.oid = relnamespace where rulename <> '_RETURN'
union all
select 'statistics', pg_temp.name(stxnamespace, stxname), jsonb_build_object('definition', pg_get_statisticsobjdef(x.oid), 'owner', stxowner::regrole)
from pg_statistic_ext x join schemas s on s.oid = stxnamespace
union all
select 'event trigger', evtname::text, jsonb_build_object('event', evtevent, 'function', evtfoid::regproc, 'tags', evttags, 'enabled', evtenabled, 'owner', evtowner::regrole)
from pg_event_trigger
union all
select 'publication', pubname::text, jsonb_build_object('owner', pubowner::regrole, 'all tables', puballtables, 'insert', pubinsert, 'update', pubupdate,
  'delete', pubdelete, 'truncate', pubtruncate,
  'tables', (select array_agg(format('%I.%I', schemaname, tablename) order by schemaname, tablename) from pg_publication_tables t where t.pubname = p.pubname))
from pg_publication p;

select jsonb_build_object('kind', kind, 'object', object, 'facts', jsonb_strip_nulls(facts)) from objects
where coalesce(facts ->> 'extension', 'pg_portal') = 'pg_portal';
