with marked as (
  update public.portal_audit_seals s
  set purged_at = now()
  where s.month < $1 and s.purged_at is null
  returning s.org_id, s.row_count
)
select org_id, sum(row_count)::bigint
from marked
group by org_id
order by org_id
