-- Proves: health() says when the audit log is sealed too late and when it has no room for next month.
begin;
\ir people.psql
\ir health.psql
-- The due jobs run here; the gateway's step aside meanwhile.
select pg_advisory_xact_lock(hashtextextended('portal due jobs', 0)) \g /dev/null
select plan(5);

select portal_admin.seal_audit() \g /dev/null
select is(pg_temp.course('audit_seal',
  $$ insert into public.portal_audit_events (org_id, event_type, actor_type, occurred_at)
     values (pg_temp.id('one'), 'login', 'system', now() - interval '61 minutes') $$,
  'company test-one is not sealed since .*seal_audit',
  'select portal_admin.seal_audit()'), 'ok > warn > ok', 'an event that was not sealed within an hour');
insert into public.portal_audit_events (org_id, event_type, actor_type, occurred_at) values (pg_temp.id('one'), 'login', 'system', now() - interval '50 minutes');
select is(pg_temp.health('audit_seal'), 'ok', 'one that is newer may wait');

-- The due jobs make the months; only their absence is a fault.
create function pg_temp.drop_month(months int) returns void language plpgsql as $$
begin
  execute format('drop table portal_audit.%I',
    to_char(date_trunc('month', now() at time zone 'UTC') + make_interval(months => months), '"events_"YYYY_MM'));
end $$;
select pg_temp.drop_month(2) \g /dev/null
select is(pg_temp.health('audit_partitions'), 'ok', 'a month that is still far away may be missing');
select is(pg_temp.course('audit_partitions', 'select pg_temp.drop_month(1)',
  'no partition for the month that begins on [0-9]{4}-[0-9]{2}-01.*run_due_jobs', 'select portal_admin.run_due_jobs()'),
  'ok > warn > ok', 'a log that ends with this month');
set local timezone = 'Pacific/Auckland';
select is(pg_temp.course('audit_partitions', 'select pg_temp.drop_month(1)', 'run_due_jobs', 'select portal_admin.run_due_jobs()'),
  'ok > warn > ok', 'in whatever time zone one looks');

select * from finish();
rollback;
