-- What a dump's text does not show: roles, the extension's own objects, and a checksum of every table. One line each, in no order.
select 'role', rolname, rolsuper, rolinherit, rolcreaterole, rolcreatedb, rolcanlogin, rolreplication, rolbypassrls, rolconfig,
       shobj_description(oid, 'pg_authid')
from pg_roles where rolname !~ '^pg_';
select 'member', roleid::regrole, member::regrole, admin_option from pg_auth_members where member::regrole::text !~ '^pg_';
select 'database', datdba::regrole from pg_database where datname = current_database();
select 'extension', extname, extversion, extnamespace::regnamespace, extowner::regrole from pg_extension;

-- Default rights count as if they had been written down; their order does not.
create function pg_temp.rights(acl aclitem[], kind "char", owner oid) returns text language sql as $$
  select string_agg(format('%s:%s%s', nullif(grantee, 0)::regrole, privilege_type, case when is_grantable then '*' end), ','
    order by nullif(grantee, 0)::regrole::text, privilege_type)
  from aclexplode(coalesce(acl, acldefault(kind, owner)))
$$;
select 'schema', nspname, nspowner::regrole, pg_temp.rights(nspacl, 'n', nspowner), obj_description(oid, 'pg_namespace')
from pg_namespace where nspname !~ '^pg_' and nspname <> 'information_schema';
select 'function', p.oid::regprocedure, proowner::regrole, prosecdef, provolatile, proisstrict, proparallel, proconfig,
       pg_temp.rights(proacl, 'f', proowner), obj_description(p.oid, 'pg_proc')
from pg_proc p join pg_namespace n on n.oid = pronamespace where nspname ~ '^(public|portal)';
select 'type', t.oid::regtype, typowner::regrole, pg_temp.rights(typacl, 'T', typowner), obj_description(t.oid, 'pg_type'),
       (select string_agg(enumlabel, ',' order by enumsortorder) from pg_enum where enumtypid = t.oid)
from pg_type t join pg_namespace n on n.oid = typnamespace where nspname ~ '^portal' and typtype = 'e';
select 'view', c.oid::regclass, c.relowner::regrole, c.reloptions, pg_temp.rights(c.relacl, 'r', c.relowner)
from pg_class c join pg_namespace n on n.oid = relnamespace where nspname ~ '^portal' and relkind = 'v';

select 'rows', c.oid::regclass, (xpath('//rows/text()', counted))[1], (xpath('//checksum/text()', counted))[1]
from pg_class c
join pg_namespace n on n.oid = c.relnamespace,
lateral query_to_xml(format(
  'select count(*) as rows, md5(coalesce(string_agg(md5(t::text), '''' order by md5(t::text) collate "C"), '''')) as checksum from %s t',
  c.oid::regclass), false, true, '') as counted
where c.relkind = 'r' and nspname !~ '^pg_' and nspname <> 'information_schema';
