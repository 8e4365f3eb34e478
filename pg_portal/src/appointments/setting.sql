-- What a job's own row does not say about it. $1 organization, $2 service, $3 technician or null.
-- is_suited is null where there is no technician, or none of that id.
select jsonb_build_object(
  'company_zone', o.timezone,
  'service', (
    select jsonb_build_object(
      'duration_minutes', s.duration_minutes,
      'buffer_before_minutes', s.buffer_before_minutes,
      'buffer_after_minutes', s.buffer_after_minutes,
      'lead_time_minutes', s.lead_time_minutes,
      'lead_time_business_hours_only', s.lead_time_business_hours_only,
      'horizon_days', s.horizon_days,
      'is_emergency', s.is_emergency,
      'daily_cap', s.daily_cap)
    from public.service_types s
    where s.org_id = o.id and s.code = $2),
  'is_suited', (
    select t.is_active and exists (
      select from public.technician_skills k
      where k.org_id = t.org_id and k.technician_id = t.id and k.service_type = $2)
    from public.technicians t
    where t.org_id = o.id and t.id = $3))
from public.orgs o
where o.id = $1
