-- Proves: health() names each hole and each slow path in the schema, and what it says to do mends it.
begin;
\ir health.psql
select plan(28);
-- The pollers of a running gateway wait for the first table instead of meeting the locks below halfway.
select pg_advisory_xact_lock(hashtextextended('portal due jobs', 0)) \g /dev/null
lock table public.orgs in access exclusive mode;

select is(pg_temp.course('row_security', 'alter table public.customers disable row level security', 'off for public\.customers: whoever'),
  'ok > fail > ok', 'a table whose row level security is off');
select is(pg_temp.course('row_security', 'create table public.extra (org_id uuid references public.orgs (id))', 'off for (public\.)?extra:'),
  'ok > fail > fail', 'a table that somebody added beside ours, and made safe');
select matches(pg_temp.detail('row_security'), 'extra has no policy, so nobody', 'still lacks its policies');
select is(pg_temp.course('row_security', 'create policy "read" on public.extra for select to authenticated using (false)', 'x', 'select 1'),
  'fail > no finding > ok', 'and is in order with them');
drop table public.extra;

select is(pg_temp.course('policies_in_force', 'drop policy "the office adds customers" on public.customers', '"the office adds customers" \(insert to authenticated\) on public\.customers is gone',
  $$ create policy "the office adds customers" on public.customers for insert to authenticated
     with check (org_id = (select portal_internal.org_id()) and (select portal_internal.is_office())) $$),
  'ok > fail > ok', 'a policy that was dropped');
select is(pg_temp.course('policies_in_force', 'create policy "open house" on public.customers for select to anon using (true)', '"open house" \(select to anon\) on public\.customers is not the product'),
  'ok > warn > ok', 'a policy that opens more');
select is(pg_temp.course('policies_in_force', 'alter policy "the office adds customers" on public.customers to anon', 'the office adds customers',
  'alter policy "the office adds customers" on public.customers to authenticated'), 'ok > fail > ok', 'a policy that was given to somebody else');

select is(pg_temp.course('policies_in_force', 'alter policy "the office changes customers" on public.customers using (true)', '"the office changes customers" .* was changed',
  'alter policy "the office changes customers" on public.customers using (org_id = (select portal_internal.org_id()) and (select portal_internal.is_office()))'),
  'ok > fail > ok', 'a policy that was given other words');

select is(pg_temp.course('grants', 'grant select on public.customers to anon', 'anon has SELECT on table public\.customers'), 'ok > fail > ok', 'a table that everybody may read');
select is(pg_temp.course('grants', 'grant update (status) on public.portal_accounts to authenticated', 'authenticated has UPDATE \(status\) on table public\.portal_accounts',
  'revoke update (status) on public.portal_accounts from authenticated'), 'ok > warn > ok', 'a column that people may change');
select is(pg_temp.course('grants', 'grant execute on function portal_internal.run_due_jobs() to public', 'public has EXECUTE on function portal_internal\.run_due_jobs\(\)'),
  'ok > fail > ok', 'a function that is open to everybody');
select is(pg_temp.course('grants', 'create function portal.extra() returns int language sql as ''select 1''', 'public has EXECUTE on function portal\.extra'), 'ok > fail > ok', 'a function that was added with Postgres''s default grant');
drop function portal.extra();
select is(pg_temp.course('grants', 'grant usage on schema portal_admin to authenticated', 'authenticated has USAGE on schema portal_admin'), 'ok > warn > ok', 'a schema that people may enter');
select is(pg_temp.course('grants', 'revoke select on public.customers from authenticated', 'authenticated lacks SELECT on table public\.customers'), 'ok > warn > ok', 'a grant that is missing');

select is(pg_temp.course('roles', 'alter role portal_gateway bypassrls', 'portal_gateway bypasses row level security'), 'ok > fail > ok', 'a role that no policy holds');
select is(pg_temp.course('roles', 'alter role portal_admin superuser', 'portal_admin is superuser'), 'ok > fail > ok', 'a role that nothing holds');

select is(pg_temp.course('definer_functions', 'alter function portal.dashboard(uuid) security definer set search_path = pg_catalog', 'portal\.dashboard\(uuid\) runs with its owner.*clients can call it'),
  'ok > fail > ok', 'a privileged function where clients call');
alter function portal.dashboard(uuid) reset search_path;
select is(pg_temp.course('definer_functions', 'alter function portal_internal.read_thread(uuid) reset search_path', 'takes its search_path from the caller'), 'ok > fail > ok', 'one without a pinned search_path');
select is(pg_temp.course('definer_functions', 'alter function portal_internal.read_thread(uuid) owner to supabase_admin', 'runs as the superuser supabase_admin'), 'ok > fail > ok', 'one of a superuser');

select is(pg_temp.health('postgrest'), 'ok', 'settings that a file holds are no finding');
select matches(pg_temp.detail('postgrest'), 'configured outside the database, which cannot see it', 'and it is said that they are not known');
select is(pg_temp.course('postgrest', 'alter role authenticator set pgrst.db_schemas = ''public, portal, portal_admin''', 'exposes the schema portal_admin',
  'alter role authenticator set pgrst.db_schemas = ''public, portal'''), 'ok > fail > ok', 'an internal schema that clients reach');
select is(pg_temp.course('postgrest', 'alter role authenticator set pgrst.db_schemas = ''public''', 'does not expose the schema portal,',
  'alter role authenticator set pgrst.db_schemas = ''public, portal'''), 'ok > fail > ok', 'the API that clients do not reach');
select is(pg_temp.course('postgrest', 'alter role authenticator set pgrst.db_pre_request = ''portal_internal.gone''', 'portal_internal\.gone before each request',
  'alter role authenticator set pgrst.db_pre_request = ''portal_internal.enter'''), 'ok > fail > ok', 'a step before each request that is not there');

alter table if exists auth.mfa_factors rename to factors_aside;
create table auth.mfa_factors (id uuid, user_id uuid, friendly_name text, factor_type text, status text, created_at timestamptz);
grant select on auth.mfa_factors to portal_owner;
select is(pg_temp.course('second_factors', 'revoke select on auth.mfa_factors from portal_owner', 'cannot read auth\.mfa_factors, so a password is enough'),
  'ok > fail > ok', 'second factors that cannot be read, so that nobody is asked for theirs');
select is(pg_temp.course('second_factors', 'alter table auth.mfa_factors enable row level security', 'hides auth\.mfa_factors'), 'ok > fail > ok', 'or that row level security hides');

select is(pg_temp.course('foreign_keys', 'drop index public.idx_profiles_org_id_customer_id', 'profiles_org_id_customer_id_fkey.*create index concurrently (public\.)?profiles? ?\(org_id, customer_id\)|on (public\.)?profiles \(org_id, customer_id\)',
  'create index idx_profiles_org_id_customer_id on public.profiles (org_id, customer_id)'), 'ok > warn > ok', 'a foreign key without an index');
select is(pg_temp.course('indexes', 'update pg_index set indisvalid = false where indexrelid = ''public.idx_profiles_user_id''::regclass', 'idx_profiles_user_id of .*profiles is invalid',
  'reindex index public.idx_profiles_user_id'), 'ok > fail > ok', 'an index that was not finished');

select * from finish();
rollback;
