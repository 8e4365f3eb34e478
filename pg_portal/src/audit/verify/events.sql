select e.id, e.occurred_at, e.event_type, e.portal_account_id, e.actor_type::text, e.entity, e.entity_id,
  e.actor_user_id, e.event_payload::text, e.ip_address::text, e.user_agent,
  e.seq, e.commitment, e.salt, e.erased_by, e.hash
from public.portal_audit_events e
where e.org_id = $1 and e.occurred_at >= $2 and e.occurred_at < $3 and e.seq between $4 and $5
order by e.seq, e.id
