-- $1 company, $2 days, $3 the one service, or null for all. Imported requests are not among them.
select coalesce(jsonb_agg(jsonb_build_object(
  'service_type', b.service_type, 'location_id', b.location_id, 'timezone', l.timezone, 'asked_at', b.created_at,
  'job', b.related_work_order_id, 'date', b.preferred_service_date,
  'start', extract(epoch from b.preferred_time_window_start)::integer,
  'taken', first.window_start, 'is_flexible', b.flexible_date,
  'is_hazard', b.safety_notice is not null and not s.is_emergency) order by b.created_at), '[]')
from public.portal_booking_requests b
join public.customer_locations l on l.org_id = b.org_id and l.id = b.location_id
join public.service_types s on s.org_id = b.org_id and s.code = b.service_type
-- A job that was made together with the request has the window that was asked for in its first event.
left join lateral (
  select e.window_start
  from public.work_orders w
  join public.work_order_events e on e.org_id = w.org_id and e.work_order_id = w.id
  where w.org_id = b.org_id and w.id = b.related_work_order_id and w.created_at = b.created_at
    and e.window_start is not null
  order by e.occurred_at
  limit 1) first on true
where b.org_id = $1::uuid and b.created_at >= now() - make_interval(days => $2)
  and ($3::text is null or b.service_type = $3)
