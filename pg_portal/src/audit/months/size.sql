select count(*), count(*) filter (where e.seq is null), pg_total_relation_size($3::regclass)
from public.portal_audit_events e
where e.occurred_at >= $1 and e.occurred_at < $2
