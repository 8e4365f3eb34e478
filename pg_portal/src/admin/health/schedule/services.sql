select 'fail', format(
  'Company %s offers nothing that could be booked. Add rows to service_types, then booking_windows, technicians, technician_skills and technician_shifts.',
  o.slug)
from public.orgs o
where o.is_active and not exists (select from public.service_types s where s.org_id = o.id and s.is_active)
order by o.slug
