-- Comments and grants of the access helpers. Policies run as the caller, so the caller may execute the helpers.

comment on function portal_internal.enter() is
  'Works out who the caller is and what they may reach, and keeps it in memory for this caller and transaction. The gateway calls it first; where nobody does, the first helper does.';
comment on function portal_internal.user_id() is
  'The signed-in user (claim sub), or null; null as well while a person''s second factor is missing from the token (claim aal).';
comment on function portal_internal.org_id() is 'The company of this request, or null. A person with several companies names one in the x-portal-org header.';
comment on function portal_internal.org_ids() is 'Every company in which the caller has an account or a staff profile.';
comment on function portal_internal.account_id() is 'The caller''s live portal account in this company, or null.';
comment on function portal_internal.account_ids() is 'The caller''s live portal accounts in all companies.';
comment on function portal_internal.customer_ids(portal.capability) is 'Every customer for whom the caller has the capability, as a whole or at single locations.';
comment on function portal_internal.whole_customer_ids(portal.capability) is 'The customers for whom the caller has the capability everywhere.';
comment on function portal_internal.location_ids(portal.capability) is 'The single locations at which the caller has the capability.';
comment on function portal_internal.is_staff() is 'True for every staff role of this company.';
comment on function portal_internal.is_office() is 'True for admin, csr and dispatcher: staff who see the whole company.';
comment on function portal_internal.is_admin() is 'True for the company''s admins.';
comment on function portal_internal.technician_id() is 'The caller''s technician record in this company, or null.';
comment on function portal_internal.job_ids() is 'A technician''s own jobs: open ones and those of the last 90 days.';
comment on function portal_internal.job_customer_ids() is 'The customers of a technician''s own jobs.';
comment on function portal_internal.job_location_ids() is 'The locations of a technician''s own jobs.';
comment on function portal_internal.whoami() is 'The caller as the database sees them: one row, with nulls where nothing is known.';
comment on function portal_internal.access_token_hook(jsonb) is
  'Optional custom access token hook for Supabase Auth: puts the company of a person who has only one into app_metadata.org_id. Nothing is authorised by it.';

grant usage on schema portal_internal to anon, authenticated, service_role, portal_gateway;
grant usage on schema portal to anon, authenticated, service_role;

grant execute on function portal_internal.enter() to anon, authenticated, service_role;
grant execute on function portal_internal.whoami() to anon, authenticated, service_role;
grant execute on function portal_internal.user_id() to authenticated, service_role;
-- The view of the knowledge base, which everybody reads, compares it.
grant execute on function portal_internal.org_id() to anon, authenticated, service_role;
grant execute on function portal_internal.org_ids() to authenticated, service_role;
grant execute on function portal_internal.account_id() to authenticated, service_role;
grant execute on function portal_internal.account_ids() to authenticated, service_role;
grant execute on function portal_internal.customer_ids(portal.capability) to authenticated, service_role;
grant execute on function portal_internal.whole_customer_ids(portal.capability) to authenticated, service_role;
grant execute on function portal_internal.location_ids(portal.capability) to authenticated, service_role;
grant execute on function portal_internal.is_staff() to authenticated, service_role;
grant execute on function portal_internal.is_office() to authenticated, service_role;
grant execute on function portal_internal.is_admin() to authenticated, service_role;
grant execute on function portal_internal.technician_id() to authenticated, service_role;
grant execute on function portal_internal.job_ids() to authenticated, service_role;
grant execute on function portal_internal.job_customer_ids() to authenticated, service_role;
grant execute on function portal_internal.job_location_ids() to authenticated, service_role;

do $$
begin
  -- Supabase Auth's own role, where there is one.
  if to_regrole('supabase_auth_admin') is not null then
    grant usage on schema portal_internal to supabase_auth_admin;
    grant execute on function portal_internal.access_token_hook(jsonb) to supabase_auth_admin;
  end if;
end $$;
