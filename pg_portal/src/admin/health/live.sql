-- What is there of the product, in the lines of product.txt. $1 the product's tables and views; whatever else is in
-- public is somebody else's.
with relations as (
  select c.oid, n.nspname, c.relname, c.relkind, c.relacl, c.relowner, format('%s.%s', n.nspname, c.relname) as name
  from pg_catalog.pg_class c
  join pg_catalog.pg_namespace n on n.oid = c.relnamespace
  where c.relkind in ('r', 'p', 'v', 'm', 'f') and not c.relispartition
    and (n.nspname in ('portal', 'portal_internal', 'portal_admin')
      or n.nspname = 'public' and format('public.%s', c.relname) = any ($1))
), policies as (
  select r.name, p.polname,
    case p.polcmd when 'r' then 'select' when 'a' then 'insert' when 'w' then 'update' when 'd' then 'delete' else 'all' end
      || case when p.polpermissive then '' else ' restrictive' end || ' to '
      || (select string_agg(case role when 0 then 'public' else role::regrole::text end, ', ' order by role::regrole::text)
          from unnest(p.polroles) as role) as scope,
    -- What it says, whatever spaces and parentheses a version of Postgres writes it with.
    left(md5(regexp_replace(concat_ws(' check ', pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid)),
      '[[:space:]()]', '', 'g')), 12) as digest
  from relations r
  join pg_catalog.pg_policy p on p.polrelid = r.oid
), acls as (
  select 'table ' || r.name as object, a.grantee, a.privilege_type, null as of_column
  from relations r, aclexplode(coalesce(r.relacl, acldefault('r', r.relowner))) as a
  union all
  select 'table ' || r.name, a.grantee, a.privilege_type, c.attname
  from relations r
  join pg_catalog.pg_attribute c on c.attrelid = r.oid and not c.attisdropped,
  aclexplode(c.attacl) as a
  union all
  select format('function %s.%s(%s)', n.nspname, p.proname,
      (select string_agg(format_type(t, null), ', ' order by place) from unnest(p.proargtypes) with ordinality as argument (t, place))),
    a.grantee, a.privilege_type, null
  from pg_catalog.pg_proc p
  join pg_catalog.pg_namespace n on n.oid = p.pronamespace and n.nspname in ('portal', 'portal_internal', 'portal_admin'),
  aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) as a
  union all
  select 'schema ' || n.nspname, a.grantee, a.privilege_type, null
  from pg_catalog.pg_namespace n, aclexplode(coalesce(n.nspacl, acldefault('n', n.nspowner))) as a
  where n.nspname in ('portal', 'portal_internal', 'portal_admin')
), privileges as (
  select a.object, case a.grantee when 0 then 'public' else a.grantee::regrole::text end as grantee,
    a.privilege_type || case when bool_or(a.of_column is null) then ''
      else format(' (%s)', string_agg(a.of_column, ', ' order by a.of_column)) end as privilege
  from acls a
  where a.grantee in (0, to_regrole('anon'), to_regrole('authenticated'))
  group by a.object, a.grantee, a.privilege_type, a.of_column is null
)
select line
from (
  select 'relation | ' || r.name as line from relations r
  union all
  select format('policy | %s | %s | %s | %s', p.name, p.polname, p.scope, p.digest) from policies p
  union all
  select format('grant | %s | %s | %s', p.object, p.grantee, string_agg(p.privilege, '; ' order by p.privilege collate "C"))
  from privileges p
  group by p.object, p.grantee
) as lines
order by line collate "C"
