select 'warn', format(
  'Technician %s of %s (%s) has no shift now or later and gets no jobs. Add rows to technician_shifts, or set the technician''s is_active to false.',
  t.display_name, o.slug, t.id)
from public.technicians t
join public.orgs o on o.id = t.org_id and o.is_active
where t.is_active and not exists (
  select from public.technician_shifts f
  where f.org_id = t.org_id and f.technician_id = t.id and (f.valid_to is null or f.valid_to >= current_date))
order by o.slug, t.display_name
