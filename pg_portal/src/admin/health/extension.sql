-- Installed in this database, against what is on the server.
select 'warn', format(
  'Version %s of pg_portal is installed here, version %s is on the server. Run: alter extension pg_portal update; then push the migrations.',
  e.extversion, a.default_version)
from pg_catalog.pg_extension e
join pg_catalog.pg_available_extensions a on a.name = e.extname
where e.extname = 'pg_portal' and e.extversion <> a.default_version
