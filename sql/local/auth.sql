-- Local only: makes the auth and storage schemas of Supabase Lite look like those of a Supabase project to
-- everyone else. Runs as the superuser after each start of Supabase Lite, which puts its own functions back.

-- Supabase's definitions: the new single setting first where the old one is absent.
create or replace function auth.uid() returns uuid language sql stable as $$
  select coalesce(
    nullif(current_setting('request.jwt.claim.sub', true), ''),
    nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'sub'
  )::uuid
$$;

create or replace function auth.role() returns text language sql stable as $$
  select coalesce(
    nullif(current_setting('request.jwt.claim.role', true), ''),
    nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'role'
  )::text
$$;

create or replace function auth.email() returns text language sql stable as $$
  select coalesce(
    nullif(current_setting('request.jwt.claim.email', true), ''),
    nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'email'
  )::text
$$;

create or replace function auth.jwt() returns jsonb language sql stable as $$
  select coalesce(
    nullif(current_setting('request.jwt.claim', true), ''),
    nullif(current_setting('request.jwt.claims', true), '')
  )::jsonb
$$;

-- Supabase Lite has no second factors; this is where Supabase Auth keeps them, so that what rests on them can be tried.
do $$
begin
  if to_regclass('auth.mfa_factors') is not null then
    return;
  end if;
  create type auth.factor_type as enum ('totp', 'webauthn', 'phone');
  create type auth.factor_status as enum ('unverified', 'verified');
  create table auth.mfa_factors (
    id uuid primary key,
    user_id uuid not null references auth.users (id) on delete cascade,
    friendly_name text,
    factor_type auth.factor_type not null,
    status auth.factor_status not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    secret text,
    phone text,
    last_challenged_at timestamptz unique
  );
  create index mfa_factors_user_id_idx on auth.mfa_factors (user_id);
  create index factor_id_created_at_idx on auth.mfa_factors (user_id, created_at);
end $$;

grant usage on schema auth to postgres, anon, authenticated, service_role;
grant all on all tables in schema auth to postgres with grant option;
grant execute on all functions in schema auth to postgres, anon, authenticated, service_role;

-- At the first request for a file Supabase Lite grants everything to everybody in every schema with row level security,
-- whatever the migrations have granted. Its search_path (stack/services.py) makes it look here, where it finds none of
-- ours.
create schema if not exists lite_catalog;
create or replace view lite_catalog.pg_namespace as
select oid, nspname, nspowner, nspacl
from pg_catalog.pg_namespace
where nspname not in ('public', 'portal', 'portal_internal', 'portal_admin', 'portal_audit');

-- Policies and triggers on storage.objects are made by the migrations, which run as postgres.
grant usage, create on schema storage to postgres;
grant usage on schema storage to anon, authenticated, service_role;
alter table storage.buckets owner to postgres;
alter table storage.objects owner to postgres;
grant all on storage.buckets, storage.objects to service_role;
grant select on storage.buckets to authenticated, anon;
grant select, insert, update, delete on storage.objects to authenticated, anon;

-- Supabase Lite also makes the migrations' history tables; the Supabase CLI keeps them as postgres.
alter schema supabase_migrations owner to postgres;
do $$
declare
  name text;
begin
  for name in select tablename from pg_tables where schemaname = 'supabase_migrations' loop
    execute format('alter table supabase_migrations.%I owner to postgres', name);
  end loop;
end $$;
