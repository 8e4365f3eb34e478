-- Cluster-wide roles. Run once per cluster by a superuser; running it again changes nothing.
-- The first four exist already on Supabase. Passwords are set by whoever operates the cluster.
do $$
declare
  wanted constant text[][] := array[
    ['anon',           'nologin noinherit'],
    ['authenticated',  'nologin noinherit'],
    ['service_role',   'nologin noinherit bypassrls'],
    ['authenticator',  'login noinherit'],
    -- Owns the privileged steps in portal_internal. Neither superuser nor bypassrls, on purpose.
    ['portal_owner',   'nologin noinherit'],
    -- The gateway logs in as this and acts as the caller's role, as PostgREST does.
    ['portal_gateway', 'login noinherit'],
    -- For people: `grant portal_admin to alice` instead of superuser. What each may do: docs/operations.md.
    ['portal_readonly', 'nologin'],
    ['portal_admin',    'nologin']
  ];
  role text[];
begin
  foreach role slice 1 in array wanted loop
    if to_regrole(role[1]) is null then
      execute format('create role %I %s', role[1], role[2]);
    end if;
  end loop;
end $$;

grant anon, authenticated, service_role to authenticator;
grant anon, authenticated to portal_gateway;
grant portal_readonly to portal_admin;

comment on role portal_owner is 'Owns the privileged steps of pg_portal; nobody logs in as it.';
comment on role portal_gateway is 'The gateway: may act as authenticated or anon, and call the workers'' steps.';
comment on role portal_readonly is
  'Reads all of the portal and its health, changes nothing and sees no secrets. Grant it to people.';
comment on role portal_admin is
  'Keeps the portal running without being superuser: configures companies, calls portal_admin''s functions. Grant it to people.';
