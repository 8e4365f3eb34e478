-- $1 organization, $2 request: what there is to decide on.
select jsonb_build_object(
  'customer_id', b.customer_id,
  'location_id', b.location_id,
  'service_type', b.service_type,
  'status', b.status,
  'wished_start', (b.preferred_service_date + b.preferred_time_window_start) at time zone l.timezone,
  'job', case when w.id is not null then jsonb_build_object(
    'id', w.id,
    'status', w.status,
    'is_lapsed', coalesce(w.hold_expires_at <= now(), false),
    'window_start', w.window_start,
    'technician_id', w.technician_id) end)
from public.portal_booking_requests b
join public.customer_locations l on l.org_id = b.org_id and l.id = b.location_id
left join public.work_orders w on w.org_id = b.org_id and w.id = b.related_work_order_id
where b.org_id = $1::uuid and b.id = $2::uuid
