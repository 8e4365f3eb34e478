-- Runs before everything else in the extension's script.
do $$
begin
  if to_regrole('portal_owner') is null or to_regrole('authenticated') is null or to_regrole('anon') is null
     or to_regrole('service_role') is null or to_regrole('portal_gateway') is null then
    raise exception 'the roles that pg_portal relies on do not exist'
      using hint = 'Run sql/roles.sql as superuser first, then create the extension again.';
  end if;
end $$;
