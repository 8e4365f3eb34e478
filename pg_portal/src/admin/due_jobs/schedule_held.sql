-- Confirms what needs no decision of the office: requests that hold a time, of services with auto_approve. Their
-- tentative job becomes a scheduled one by the trigger.
with due as materialized (
  select b.ctid
  from public.portal_booking_requests b
  join public.work_orders w on w.org_id = b.org_id and w.id = b.related_work_order_id
  join lateral (
    select p.auto_approve
    from public.booking_policies p
    where p.org_id = b.org_id and (p.service_type = b.service_type or p.service_type is null)
    order by p.service_type nulls last
    limit 1) policy on policy.auto_approve
  where b.status = 'submitted' and w.status = 'tentative' and coalesce(w.hold_expires_at > now(), true)
  for update of b, w skip locked
)
update public.portal_booking_requests b
set status = 'scheduled'
where b.ctid = any (array(select d.ctid from due d))
