with blanked as (
  update public.portal_audit_events t
  set event_payload = null, ip_address = null, user_agent = null, actor_user_id = null, salt = null, erased_by = $6
  where t.org_id = $1 and t.seq is not null and t.salt is not null and t.event_type <> all ($7)
    and ({log})
  returning t.seq, to_char(t.occurred_at at time zone 'UTC', 'YYYY-MM') as month, encode(t.hash, 'hex') as hash
)
select jsonb_agg(jsonb_build_array(b.seq, b.month, b.hash) order by b.seq)
from blanked b
