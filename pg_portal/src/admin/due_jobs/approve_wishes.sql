-- Approves requests that named no window that could be held, of services with auto_approve: the office still finds
-- them a time. Whatever looks dangerous waits for a person.
with due as materialized (
  select b.ctid
  from public.portal_booking_requests b
  join lateral (
    select p.auto_approve
    from public.booking_policies p
    where p.org_id = b.org_id and (p.service_type = b.service_type or p.service_type is null)
    order by p.service_type nulls last
    limit 1) policy on policy.auto_approve
  where b.status = 'under_review' and b.related_work_order_id is null and b.safety_notice is null
    and (b.preferred_time_window_start is null or b.flexible_date)
  for update of b skip locked
)
update public.portal_booking_requests b
set status = 'approved'
where b.ctid = any (array(select d.ctid from due d))
