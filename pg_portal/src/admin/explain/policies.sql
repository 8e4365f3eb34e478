-- The policies that decide what authenticated reads of the table $1, those that hold back first.
select jsonb_agg(jsonb_build_object(
  'name', p.polname, 'is_permissive', p.polpermissive, 'expression', pg_get_expr(p.polqual, p.polrelid),
  'legible', pg_get_expr(p.polqual, p.polrelid, true))
  order by p.polpermissive, p.polname)
from pg_catalog.pg_policy p
where p.polrelid = $1 and p.polcmd in ('r', '*')
  and exists (select from unnest(p.polroles) as role where role = 0 or pg_has_role('authenticated', role, 'usage'))
