-- What a service and a place say about windows before anybody's time is looked at, in one JSON object.
-- $1 organization, $2 location, $3 service. `service` and `location` are null where there is none.
select jsonb_build_object(
  'company_zone', o.timezone,
  'company_name', o.name,
  'company_phone', o.support_phone,
  'service', case when s.code is not null then jsonb_build_object(
    'duration_minutes', s.duration_minutes,
    'buffer_before_minutes', s.buffer_before_minutes,
    'buffer_after_minutes', s.buffer_after_minutes,
    'lead_time_minutes', s.lead_time_minutes,
    'lead_time_business_hours_only', s.lead_time_business_hours_only,
    'horizon_days', s.horizon_days,
    'is_emergency', s.is_emergency,
    'daily_cap', s.daily_cap) end,
  'booking_mode', s.booking_mode,
  'safety_notice', s.safety_notice,
  'location', case when l.id is not null then jsonb_build_object(
    'customer_id', l.customer_id, 'timezone', l.timezone, 'today', (now() at time zone l.timezone)::date) end,
  'windows', (
    select coalesce(jsonb_agg(jsonb_build_object(
      'weekday', b.weekday, 'start', extract(epoch from b.start_time)::integer,
      'end', extract(epoch from b.end_time)::integer, 'is_own', b.service_type is not null)), '[]')
    from public.booking_windows b
    where b.org_id = o.id and b.is_active and (b.service_type is null or b.service_type = $3)))
from public.orgs o
left join public.service_types s on s.org_id = o.id and s.code = $3 and s.is_active
left join public.customer_locations l on l.org_id = o.id and l.id = $2::uuid and l.is_active
where o.id = $1::uuid
