-- Tables that hold a company's rows (they refer to orgs) and orgs itself, whoever made them, outside partitions.
with tenant_tables as (
  select c.oid, c.oid::regclass as name, c.relrowsecurity
  from pg_catalog.pg_class c
  where c.relkind in ('r', 'p') and not c.relispartition
    and (c.oid = to_regclass('public.orgs') or exists (
      select from pg_catalog.pg_constraint k
      where k.conrelid = c.oid and k.contype = 'f' and k.confrelid = to_regclass('public.orgs')))
)
select 'fail', case
  when not t.relrowsecurity then format(
    'Row level security is off for %s: whoever may read it reads every company''s rows. Run: alter table %s enable row level security;',
    t.name, t.name)
  else format('%s has no policy, so nobody but its owner and services reads or writes it. Create its policies.', t.name)
  end
from tenant_tables t
where not t.relrowsecurity or not exists (select from pg_catalog.pg_policy p where p.polrelid = t.oid)
order by t.name::text
