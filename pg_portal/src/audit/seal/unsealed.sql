select e.id, e.occurred_at, e.event_type, e.portal_account_id, e.actor_type::text, e.entity, e.entity_id,
  e.actor_user_id, e.event_payload::text, e.ip_address::text, e.user_agent
from public.portal_audit_events e
where e.org_id = $1 and e.seq is null
order by e.occurred_at
limit $2
