select e.seq, e.id
from public.portal_audit_events e
where e.org_id = $1 and e.seq is not null
  and (select count(*) from public.portal_audit_events n where n.org_id = $1 and n.seq is not null)
    > (select coalesce(sum(s.row_count), 0) from public.portal_audit_seals s where s.org_id = $1 and s.purged_at is null)
  and not exists (
    select
    from (
      select s.last_seq, s.month, s.purged_at
      from public.portal_audit_seals s
      where s.org_id = $1 and s.first_seq <= e.seq
      order by s.first_seq desc
      limit 1
    ) nearest
    where nearest.last_seq >= e.seq and nearest.purged_at is null
      and nearest.month = date_trunc('month', e.occurred_at at time zone 'UTC')::date
  )
order by e.seq, e.id
limit 1
