select s.id, s.month, s.first_seq, s.last_seq, s.row_count, s.from_at, s.to_at, s.sealed_at, s.previous_hash, s.events_hash,
  s.hash, s.purged_at is not null
from public.portal_audit_seals s
where s.org_id = $1 and s.first_seq > $2
order by s.first_seq
limit $3
