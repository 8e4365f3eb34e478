-- The least that anybody who lists free windows must fetch: the same rows that the engine reads, made into arrays and
-- left in the server. No rule is applied to them.
select cardinality(technicians), cardinality(shifts), cardinality(time_off), cardinality(jobs), cardinality(windows),
  cardinality(holidays), cardinality(areas), place
from (
  select
    (select row(o.timezone, o.emergency_reserve_percent, s.duration_minutes, s.buffer_before_minutes, s.buffer_after_minutes,
        s.lead_time_minutes, s.lead_time_business_hours_only, s.horizon_days, s.daily_cap, s.is_emergency, l.customer_id,
        l.timezone, l.country, l.postal_code)::text
      from public.orgs o
      join public.service_types s on s.org_id = o.id and s.code = 'visit'
      join public.customer_locations l on l.org_id = o.id and l.id = :location_id::uuid
      where o.id = :org_id::uuid) as place,
    array(select row(t.id)
      from public.technician_skills k
      join public.technicians t on t.org_id = k.org_id and t.id = k.technician_id and t.is_active
      where k.org_id = :org_id::uuid and k.service_type = 'visit') as technicians,
    array(select row(f.technician_id, f.weekday, f.start_time, f.end_time, f.valid_from, f.valid_to)
      from public.technician_shifts f
      where f.org_id = :org_id::uuid) as shifts,
    array(select row(f.technician_id, f.starts_at, f.ends_at)
      from public.technician_time_off f
      where f.org_id = :org_id::uuid and f.ends_at > :from::date and f.starts_at < :to::date + 1) as time_off,
    array(select row(w.technician_id, w.blocked, s.is_emergency)
      from public.work_orders w
      join public.service_types s on s.org_id = w.org_id and s.code = w.service_type
      where w.org_id = :org_id::uuid and w.status in ('tentative', 'scheduled', 'en_route', 'on_site')
        and w.window_start >= :from::date - 1 and w.window_start < :to::date + 2) as jobs,
    array(select row(b.weekday, b.start_time, b.end_time, b.service_type)
      from public.booking_windows b
      where b.org_id = :org_id::uuid and b.is_active and (b.service_type is null or b.service_type = 'visit')) as windows,
    array(select h.holiday_on from public.org_holidays h where h.org_id = :org_id::uuid) as holidays,
    array(select row(a.technician_id, a.country, a.postal_code_prefix)
      from public.service_areas a where a.org_id = :org_id::uuid) as areas
) inputs
