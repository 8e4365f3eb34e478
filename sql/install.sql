-- Installs the extensions into one database. Run by a superuser, after roles.sql and once Supabase Auth has made its
-- schema; running it again changes nothing.
--
--   psql -v ON_ERROR_STOP=1 -v owner=postgres -f sql/install.sql
--
-- owner: the role that runs the migrations and owns the tables (default: postgres, as on Supabase).
\if :{?owner}
\else
  \set owner postgres
\endif

create schema if not exists extensions;
create extension if not exists btree_gist with schema extensions;
create extension if not exists pgcrypto with schema extensions;
create extension if not exists pg_trgm with schema extensions;
create extension if not exists vector with schema extensions;
create extension if not exists pg_portal with schema extensions; -- its objects live in portal, portal_internal, portal_admin

-- The owner of the tables builds on the extension's types, helpers and triggers, and puts the views into portal.
grant portal_owner to :"owner";
-- So that the owner can make people administrators of the portal without being superuser.
grant portal_admin, portal_readonly to :"owner" with admin option;
grant usage on schema extensions to :"owner", anon, authenticated, service_role, portal_owner, portal_readonly;

-- Linking a sign-up to a customer rests on what Supabase Auth has verified, and on nothing else of the user.
grant usage on schema auth to portal_owner;
-- Tables refer to the users. On Supabase the owner may do that already.
grant usage on schema auth to :"owner";
grant references on auth.users to :"owner";
grant select (id, email, phone, email_confirmed_at, phone_confirmed_at, last_sign_in_at) on auth.users to portal_owner;

-- Erasing a customer ends the log-ins of those who are nobody else's customer or staff.
grant delete on auth.users to portal_owner;

-- People see the facts of their own log-in, and end their own sessions. Without Supabase Auth there are none.
do $$
declare
  auth_table text;
begin
  if to_regclass('auth.sessions') is not null then
    grant select, delete on auth.sessions to portal_owner;
  end if;
  if to_regclass('auth.mfa_factors') is not null then
    grant select (id, user_id, friendly_name, factor_type, status, created_at) on auth.mfa_factors to portal_owner;
  end if;
  -- Supabase Auth has row level security on its tables, and portal_owner does not bypass it.
  foreach auth_table in array array['users', 'sessions', 'mfa_factors'] loop
    if to_regclass('auth.' || auth_table) is not null and not exists (
        select from pg_policies
        where schemaname = 'auth' and tablename = auth_table and policyname = 'pg_portal: internal steps') then
      execute format('create policy "pg_portal: internal steps" on auth.%I to portal_owner using (true)', auth_table);
    end if;
  end loop;
end $$;

-- Erasing a customer tells which files are left to remove. Where there is Storage, its rows know.
do $$
begin
  if to_regclass('storage.objects') is null then
    return;
  end if;
  grant usage on schema storage to portal_owner;
  grant select on storage.objects to portal_owner;
  if not exists (
      select from pg_policies
      where schemaname = 'storage' and tablename = 'objects' and policyname = 'pg_portal: internal steps') then
    create policy "pg_portal: internal steps" on storage.objects for select to portal_owner
      using (bucket_id in ('attachments', 'documents'));
  end if;
end $$;
