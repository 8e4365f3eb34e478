-- Where the audit log is kept by month: whether there is a partition for the beginning of next month (UTC).
with log as (
  select c.oid, c.relkind
  from pg_catalog.pg_class c
  where c.relnamespace = 'public'::regnamespace and c.relname = 'portal_audit_events'
), bounds as (
  select regexp_match(pg_get_expr(c.relpartbound, c.oid), 'FROM \(''([^'']+)''\) TO \(''([^'']+)''\)') as bound
  from log
  join pg_catalog.pg_inherits i on i.inhparent = log.oid
  join pg_catalog.pg_class c on c.oid = i.inhrelid
), next_month as (
  select date_trunc('month', now() at time zone 'UTC') + interval '1 month' as begins
)
select 'warn', format(
  'The audit log has no partition for the month that begins on %s, so its events would have no place of their own. run_due_jobs() makes it: see due_jobs, and call portal_admin.run_due_jobs().',
  n.begins::date)
from log
cross join next_month n
where log.relkind = 'p' and not exists (
  select from bounds b
  where b.bound[1]::timestamptz <= n.begins at time zone 'UTC' and b.bound[2]::timestamptz > n.begins at time zone 'UTC')
union all
select 'ok', 'The audit log is one table, without partitions.'
from log
where log.relkind <> 'p'
