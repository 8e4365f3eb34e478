select e.org_id
from public.portal_audit_events e
where e.seq is null
group by e.org_id
having count(*) >= $1 or min(e.occurred_at) < now() - $2::interval
order by min(e.occurred_at)
