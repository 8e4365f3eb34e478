-- What comes next, without any id: {next_appointment}, null where nothing does.
select jsonb_build_object('next_appointment', (
  select jsonb_strip_nulls(jsonb_build_object(
    'reference', a.reference, 'service', a.service_name, 'status', a.status, 'location', a.location_label,
    'from', to_char(a.window_start at time zone a.timezone, 'FMDay, FMMonth FMDD, YYYY, FMHH12:MI AM'),
    'to', to_char(a.window_end at time zone a.timezone, 'FMHH12:MI AM'), 'timezone', a.timezone,
    'technician', a.technician_name))
  from portal.appointments a
  where a.window_start > now() - interval '7 days'
    and (a.status in ('scheduled', 'tentative') and a.window_end > now() or a.status in ('en_route', 'on_site'))
  order by a.window_start, a.id
  limit 1))
