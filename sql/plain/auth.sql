-- Only for plain Postgres without Supabase Auth: the part of schema auth that pg_portal refers to. Whatever issues
-- your tokens keeps auth.users in step: a row per user, with what it has verified. Run by a superuser before
-- sql/install.sql; running it again changes nothing.

create schema if not exists auth;

create table if not exists auth.users (
  id                 uuid primary key,
  email              text unique,
  phone              text unique,
  email_confirmed_at timestamptz,
  phone_confirmed_at timestamptz,
  last_sign_in_at    timestamptz,
  raw_user_meta_data jsonb,
  created_at         timestamptz not null default now()
);
comment on table auth.users is 'The users that tokens name (claim sub). pg_portal trusts an address only once it is confirmed.';

alter table auth.users add column if not exists last_sign_in_at timestamptz;

create or replace function auth.uid() returns uuid
language sql stable
as $$ select (nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'sub')::uuid $$;
comment on function auth.uid() is 'The user of the current request, or null.';

grant usage on schema auth to public;
