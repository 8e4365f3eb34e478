-- A table of factors that portal_owner cannot read counts as empty (access/store.rs), so that nobody is asked for theirs.
with factors as (
  select c.oid, c.relrowsecurity,
    has_column_privilege('portal_owner', c.oid, 'user_id', 'select') and has_column_privilege('portal_owner', c.oid, 'status', 'select') as is_granted
  from pg_catalog.pg_class c
  join pg_catalog.pg_namespace n on n.oid = c.relnamespace
  where n.nspname = 'auth' and c.relname = 'mfa_factors'
)
select 'fail', 'portal_owner cannot read auth.mfa_factors, so a password is enough where people have set up a second factor. Run: grant select (id, user_id, friendly_name, factor_type, status, created_at) on auth.mfa_factors to portal_owner;'
from factors
where not is_granted
union all
select 'fail', 'Row level security hides auth.mfa_factors from portal_owner, so a password is enough where people have set up a second factor. Run: create policy "pg_portal: internal steps" on auth.mfa_factors to portal_owner using (true);'
from factors f
where f.relrowsecurity and not exists (
  select from pg_catalog.pg_policy p
  join pg_catalog.pg_roles r on r.oid = any (p.polroles)
  where p.polrelid = f.oid and p.polcmd in ('*', 'r') and p.polpermissive and r.rolname = 'portal_owner')
