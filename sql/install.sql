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
grant usage on schema extensions to :"owner", anon, authenticated, service_role, portal_owner;

-- Linking a sign-up to a customer rests on what Supabase Auth has verified, and on nothing else of the user.
grant usage on schema auth to portal_owner;
grant select (id, email, phone, email_confirmed_at, phone_confirmed_at) on auth.users to portal_owner;
