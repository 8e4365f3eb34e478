#!/bin/sh
# Brings one database to the version of this folder: roles, extensions, migrations, passwords. Running it again changes
# nothing. It connects as a superuser, by libpq's variables (PGHOST, PGUSER, PGPASSWORD, PGDATABASE, …). Beside those:
#
#   PORTAL_OWNER             who owns the tables (default: postgres, as on Supabase)
#   PORTAL_PLAIN_AUTH=1      make schema auth: only where there is no Supabase Auth
#   PORTAL_GATEWAY_PASSWORD  of portal_gateway; PORTAL_AUTHENTICATOR_PASSWORD of authenticator. Not set: left as it is
#   PORTAL_SQL               where the SQL is (default: where the image has it)
set -eu
sql=${PORTAL_SQL:-/usr/share/pg_portal/sql}
owner=${PORTAL_OWNER:-postgres}

run() { PGOPTIONS="-c client_min_messages=warning" psql -XqAt -v ON_ERROR_STOP=1 -v owner="$owner" "$@"; }

run -f "$sql/roles.sql"
if [ "${PORTAL_PLAIN_AUTH:-}" = 1 ]; then
  run -f "$sql/plain/auth.sql"
fi
if [ -z "$(run -c "select to_regclass('auth.users')")" ]; then
  echo "There is no auth.users in this database. Let Supabase Auth start first, or set PORTAL_PLAIN_AUTH=1." >&2
  exit 1
fi
run -f "$sql/install.sql" -c "alter extension pg_portal update"

# The history is the Supabase CLI's, made as it makes it, so that `supabase db push` goes on from here.
run <<'SQL'
set role :"owner";
create schema if not exists supabase_migrations;
create table if not exists supabase_migrations.schema_migrations (version text primary key, statements text[], name text);
SQL
for file in "$sql"/supabase/migrations/*.sql; do
  name=$(basename "$file" .sql)
  version=${name%%_*}
  if [ "$(run -c "select exists (select from supabase_migrations.schema_migrations where version = '$version')")" = f ]; then
    echo "Applying $name"
    run --single-transaction -c "set role \"$owner\"" -f "$file" -c "reset role" \
      -c "insert into supabase_migrations.schema_migrations (version, name) values ('$version', '${name#*_}')"
  fi
done

# Through psql's variables and kept out of the server's log.
run <<'SQL'
\getenv gateway PORTAL_GATEWAY_PASSWORD
\getenv authenticator PORTAL_AUTHENTICATOR_PASSWORD
set log_statement = 'none';
set log_min_duration_statement = -1;
set log_min_error_statement = 'panic';
set pg_stat_statements.track_utility = off;
\if :{?gateway}
  alter role portal_gateway login password :'gateway';
\endif
\if :{?authenticator}
  alter role authenticator login password :'authenticator';
\endif
notify pgrst, 'reload schema';
SQL
echo "pg_portal $(run -c "select extversion from pg_extension where extname = 'pg_portal'") is in place"
