-- Of what is sealed the seals know how much it is, so that a month of millions is not counted.
select sealed.events + waiting.events, waiting.events, pg_total_relation_size($3::regclass)
from
  (select coalesce(sum(s.row_count), 0)::bigint as events
   from public.portal_audit_seals s
   where s.month = ($1 at time zone 'UTC')::date and s.purged_at is null) sealed,
  (select count(*) as events
   from public.portal_audit_events e
   where e.seq is null and e.occurred_at >= $1 and e.occurred_at < $2) waiting
