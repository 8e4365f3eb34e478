-- Shows that the office has a request in hand: $1 after it was sent, unless auto_approve confirms it by itself.
with due as materialized (
  select b.ctid
  from public.portal_booking_requests b
  left join lateral (
    select p.auto_approve
    from public.booking_policies p
    where p.org_id = b.org_id and (p.service_type = b.service_type or p.service_type is null)
    order by p.service_type nulls last
    limit 1) policy on true
  where b.status = 'submitted' and b.created_at < now() - $1::interval
    and not (coalesce(policy.auto_approve, false) and b.related_work_order_id is not null)
  for update of b skip locked
)
update public.portal_booking_requests b
set status = 'under_review'
where b.ctid = any (array(select d.ctid from due d))
