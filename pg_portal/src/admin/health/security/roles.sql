select 'fail', format(
  'The role %s %s, which nothing of the portal needs and row level security rests on it not having. Run: alter role %s %s;',
  r.rolname, case when r.rolsuper then 'is superuser' else 'bypasses row level security' end,
  r.rolname, case when r.rolsuper then 'nosuperuser' else 'nobypassrls' end)
from pg_catalog.pg_roles r
where r.rolname in ('anon', 'authenticated', 'portal_owner', 'portal_gateway', 'portal_admin', 'portal_readonly')
  and (r.rolsuper or r.rolbypassrls)
order by r.rolname
