select 'warn', format(
  'Emergency service %s of %s must be booked %s minutes ahead%s. Lower lead_time_minutes to 60 or less%s.',
  s.code, o.slug, s.lead_time_minutes,
  case when s.lead_time_business_hours_only then ', counting business hours only' else '' end,
  case when s.lead_time_business_hours_only then ' and set lead_time_business_hours_only to false' else '' end)
from public.service_types s
join public.orgs o on o.id = s.org_id and o.is_active
where s.is_active and s.is_emergency and (s.lead_time_minutes > 60 or s.lead_time_minutes > 0 and s.lead_time_business_hours_only)
order by o.slug, s.code
