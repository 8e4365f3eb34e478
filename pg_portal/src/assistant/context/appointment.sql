-- The appointment that it is about ($1), else the one under way, else the next: {appointment} without any id, null where
-- there is none in the caller's reach. What may be done with it is said in the words of the policy.
select jsonb_build_object('appointment', (
  select jsonb_strip_nulls(jsonb_build_object(
    'reference', a.reference, 'service', a.service_name, 'status', a.status, 'location', a.location_label,
    'from', to_char(a.window_start at time zone a.timezone, 'FMDay, FMMonth FMDD, YYYY, FMHH12:MI AM'),
    'to', to_char(a.window_end at time zone a.timezone, 'FMHH12:MI AM'), 'timezone', a.timezone,
    'expected_arrival', to_char(a.eta at time zone a.timezone, 'FMDay, FMMonth FMDD, YYYY, FMHH12:MI AM'),
    'technician', a.technician_name, 'summary', a.job_summary,
    'notes', (
      select jsonb_agg(n.body order by n.created_at, n.id)
      from (
        select * from portal.job_notes
        where org_id = a.org_id and appointment_id = a.id
        order by created_at desc, id
        limit 10
      ) n),
    'moving', p.reschedule_message, 'canceling', p.cancel_message, 'call', p.contact_phone))
  from portal.appointments a
  cross join lateral portal.appointment_policy(a.id) p
  where case when $1::uuid is not null then a.id = $1
    else a.window_start > now() - interval '7 days'
      and (a.status in ('scheduled', 'tentative') and a.window_end > now() or a.status in ('en_route', 'on_site')) end
  order by a.status in ('en_route', 'on_site') desc, a.window_start, a.id
  limit 1))
