select 'fail', format(
  'Service %s of %s cannot be booked: no active technician has the skill. Add rows to technician_skills, or set the service''s is_active to false.',
  s.code, o.slug)
from public.service_types s
join public.orgs o on o.id = s.org_id and o.is_active
where s.is_active and not exists (
  select from public.technician_skills k
  join public.technicians t on t.org_id = k.org_id and t.id = k.technician_id and t.is_active
  where k.org_id = s.org_id and k.service_type = s.code)
order by o.slug, s.code
