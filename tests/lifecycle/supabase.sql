-- What install.sql, the migrations and the demo data know of Supabase's own schemas, for a database in which no Supabase
-- Auth or Storage has ever run. Beside sql/plain/auth.sql; as superuser.
alter table auth.users
  add aud text, add role text, add encrypted_password text, add confirmation_token text, add recovery_token text,
  add email_change text, add email_change_token_new text, add raw_app_meta_data jsonb, add updated_at timestamptz;
create table auth.identities (
  id uuid primary key,
  provider text not null,
  provider_id text not null,
  user_id uuid not null references auth.users (id) on delete cascade,
  identity_data jsonb not null,
  last_sign_in_at timestamptz,
  created_at timestamptz,
  updated_at timestamptz
);
create table auth.sessions (
  id uuid primary key,
  user_id uuid not null references auth.users (id) on delete cascade
);
create table auth.mfa_factors (
  id uuid primary key,
  user_id uuid not null references auth.users (id) on delete cascade,
  friendly_name text,
  factor_type text,
  status text,
  created_at timestamptz
);
alter table auth.users enable row level security;
alter table auth.sessions enable row level security;
alter table auth.mfa_factors enable row level security;
grant all on all tables in schema auth to postgres with grant option;

create schema storage;
create table storage.buckets (
  id text primary key,
  name text not null,
  public boolean not null,
  file_size_limit bigint,
  allowed_mime_types text[]
);
create table storage.objects (
  id uuid primary key default gen_random_uuid(),
  bucket_id text references storage.buckets (id),
  name text,
  owner_id text
);
alter table storage.objects enable row level security;
grant usage on schema storage to postgres, anon, authenticated, service_role;
alter table storage.buckets owner to postgres;
alter table storage.objects owner to postgres;
