-- Runs after everything else in the extension's script.

-- Functions are granted one by one beside their code; nothing is open to everybody.
revoke all on all functions in schema portal, portal_internal, portal_admin from public;

-- The installing superuser must not stay behind as the owner: a DEFINER function would run as superuser.
do $$
declare
  f regprocedure;
begin
  for f in
    select p.oid
    from pg_catalog.pg_proc p
    where p.pronamespace in ('portal'::regnamespace, 'portal_internal'::regnamespace, 'portal_admin'::regnamespace)
  loop
    execute format('alter function %s owner to portal_owner', f);
  end loop;
end $$;
alter schema portal owner to portal_owner;
alter schema portal_internal owner to portal_owner;
alter schema portal_admin owner to portal_owner;
