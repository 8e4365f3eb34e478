update public.portal_audit_events e
set seq = $4 + s.n - 1,
  salt = substr($6, (s.n::int - 1) * 16 + 1, 16),
  commitment = substr($7, (s.n::int - 1) * 32 + 1, 32),
  hash = substr($8, (s.n::int - 1) * 32 + 1, 32)
from unnest($5) with ordinality as s (id, n)
where e.org_id = $1 and e.id = s.id and e.occurred_at >= $2 and e.occurred_at < $3 and e.seq is null
