select e.entity_id
from public.portal_audit_events e
where e.org_id = $1 and e.entity_id is not null and e.event_payload::text like '%' || $2 || '%'
