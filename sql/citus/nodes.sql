-- Prepares the nodes of a Citus cluster, on the coordinator and as superuser, once the workers have been added and have
-- pg_portal's files. See docs/citus.md.
do $$
begin
  if coalesce(current_setting('citus.propagate_set_commands', true), '') <> 'local' then
    raise exception 'the workers would not know who is asking, and show nothing'
      using hint = 'Put citus.propagate_set_commands = ''local'' into postgresql.conf of every node, and reload.';
  end if;
  if coalesce(current_setting('citus.enable_unsafe_triggers', true), '') <> 'on' then
    raise exception 'Citus would refuse the triggers of the tables'
      using hint = 'Put citus.enable_unsafe_triggers = on into postgresql.conf of every node, and reload.';
  end if;
end $$;

-- The coordinator connects to the workers as whoever runs the statement, the owner of the privileged steps included.
select nodename, nodeport, result
from pg_roles, lateral run_command_on_workers(format('alter role %I login', rolname))
where rolname in ('anon', 'authenticated', 'service_role', 'portal_owner', 'portal_gateway', 'portal_admin', 'portal_readonly')
  and not success;
