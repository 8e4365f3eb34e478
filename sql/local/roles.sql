-- Local only: what a Supabase project has before pg_portal comes. Runs as the superuser, after ../roles.sql;
-- running it again changes nothing.
do $$
begin
  if to_regrole('postgres') is null then
    create role postgres;
  end if;
end $$;
-- As on Supabase, the owner is no superuser.
alter role postgres with login nosuperuser createdb createrole bypassrls replication;
alter database postgres owner to postgres;
grant anon, authenticated, service_role to postgres;
alter role postgres set search_path = "$user", public, extensions;

alter role anon set statement_timeout = '3s';
alter role authenticated set statement_timeout = '8s';
alter role authenticator set statement_timeout = '8s';
