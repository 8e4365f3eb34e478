-- Proves: health() says when the audit log is sealed too late and when it has no room for next month.
begin;
\ir people.psql
\ir health.psql
select plan(7);

-- Everything is sealed, so that one event can lag. Nobody may write that, so the trigger that refuses it sleeps.
set local session_replication_role = replica;
with numbered as (select org_id, id, row_number() over (partition by org_id order by occurred_at, id) as n from public.portal_audit_events)
update public.portal_audit_events e set seq = 1000000 + n.n from numbered n where n.org_id = e.org_id and n.id = e.id and e.seq is null;
insert into public.portal_audit_seals (org_id, first_seq, last_seq, row_count, from_at, to_at, hash)
values (pg_temp.id('one'), 1, 1, 1, now(), now(), decode(repeat('00', 32), 'hex'));

select is(pg_temp.course('audit_seal',
  $$ insert into public.portal_audit_events (org_id, id, event_type, actor_type, occurred_at)
     values (pg_temp.id('one'), pg_temp.id('late'), 'login', 'system', now() - interval '61 minutes') $$,
  'company test-one is not sealed since .*seal_audit',
  $$ update public.portal_audit_events set seq = 999 where id = pg_temp.id('late') $$), 'ok > warn > ok', 'an event that was not sealed within an hour');
insert into public.portal_audit_events (org_id, event_type, actor_type, occurred_at) values (pg_temp.id('one'), 'login', 'system', now() - interval '50 minutes');
select is(pg_temp.health('audit_seal'), 'ok', 'one that is newer may wait');

-- The log by month, as a table of the same name.
alter table public.portal_audit_events rename to elsewhere;
create table public.portal_audit_events (like public.elsewhere) partition by range (occurred_at);
create function pg_temp.partition(months int, name text) returns void language plpgsql as $$
declare
  begins timestamp := date_trunc('month', now() at time zone 'UTC') + make_interval(months => months);
begin
  execute format('create table public.%I partition of public.portal_audit_events for values from (%L) to (%L)',
    name, begins at time zone 'UTC', (begins + interval '1 month') at time zone 'UTC');
end $$;
select pg_temp.partition(0, 'this_month') \g /dev/null
select is(pg_temp.health('audit_partitions'), 'warn', 'a log that ends with this month');
select matches(pg_temp.detail('audit_partitions'), 'no partition for the month that begins on [0-9]{4}-[0-9]{2}-01.*run_due_jobs', 'is named with the month and what to call');
select pg_temp.partition(1, 'next_month') \g /dev/null
select is(pg_temp.health('audit_partitions'), 'ok', 'and in order once next month has its partition');
drop table public.next_month;
create table public.others partition of public.portal_audit_events default;
select is(pg_temp.health('audit_partitions'), 'warn', 'a partition for all the rest is none for next month');
set local timezone = 'Pacific/Auckland';
select is(pg_temp.course('audit_partitions', 'select pg_temp.partition(1, ''next_month'')', 'x', 'drop table public.next_month'), 'warn > no finding > warn', 'in whatever time zone one looks');

select * from finish();
rollback;
