-- Rewrites policies and views for Citus, which takes no sub-select in the policy of a distributed table:
-- (select portal_internal.org_id()) becomes portal_citus.org_id(), which scope.sql makes.
--
-- Run as the owner of the tables, after scope.sql, before distribute.sql, and again after every update of pg_portal. What
-- is rewritten already stays as it is. Storage's policies are not on distributed tables and stay too.

create function pg_temp.for_citus(expression text) returns text language sql as $$
  select regexp_replace(
    expression, '\(\s*SELECT portal_internal\.(\w+)\((''\w+''::portal\.capability)?\) AS \w+\s*\)', 'portal_citus.\1(\2)', 'g')
$$;

do $$
declare
  policy record;
begin
  for policy in
    select polname, polrelid::regclass as relation, polcmd,
      pg_temp.for_citus(pg_get_expr(polqual, polrelid)) as expression, pg_temp.for_citus(pg_get_expr(polwithcheck, polrelid)) as checked
    from pg_policy join pg_class c on c.oid = polrelid
    where c.relnamespace = 'public'::regnamespace
  loop
    if concat(policy.expression, policy.checked) ~* '\mselect\M' then
      raise exception 'the policy % on % looks something up: %', policy.polname, policy.relation, concat_ws(' / ', policy.expression, policy.checked)
        using hint = 'A policy may only compare with helpers, each in a sub-select of its own.';
    end if;
    execute format('alter policy %I on %s', policy.polname, policy.relation)
      || coalesce(' using (' || policy.expression || ')', '') || coalesce(' with check (' || policy.checked || ')', '');
  end loop;
end $$;

do $$
declare
  view record;
begin
  for view in
    select c.oid::regclass as name, array_to_string(c.reloptions, ', ') as options, pg_get_viewdef(c.oid) as old,
      pg_temp.for_citus(pg_get_viewdef(c.oid)) as new
    from pg_class c where c.relnamespace in ('public'::regnamespace, 'portal'::regnamespace) and c.relkind = 'v'
    order by c.oid
  loop
    if view.old <> view.new then
      execute format('create or replace view %s with (%s) as %s', view.name, view.options, view.new);
    end if;
  end loop;
end $$;
