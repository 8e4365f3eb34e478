-- Installed in this database, on the server, and loaded into this connection ($1).
select case
  when e.extversion <> a.default_version then format(
    'Version %s of pg_portal is installed here, version %s is on the server. Run: alter extension pg_portal update; then push the migrations.',
    e.extversion, a.default_version)
  else format(
    'This connection still runs the code of version %s, while version %s is installed. Connect anew, and restart the poolers.',
    $1::text, e.extversion)
  end
from pg_catalog.pg_extension e
join pg_catalog.pg_available_extensions a on a.name = e.extname
where e.extname = 'pg_portal' and (e.extversion <> a.default_version or e.extversion <> $1::text)
