-- $1 how long what is final is kept, $2 how many at once.
delete from public.portal_notifications n
using (
  select d.org_id, d.id
  from public.portal_notifications d
  where d.status in ('sent', 'dead', 'expired', 'canceled') and d.updated_at < now() - $1::interval
  order by d.updated_at
  limit $2
  for update skip locked
) d
where n.org_id = d.org_id and n.id = d.id
