-- What calendar files say of jobs. $1 organizations, $2 jobs, in the same order. No join with them: each job is found by
-- its key, whatever the planner believes.
select coalesce(jsonb_agg(e.entry) filter (where e.entry is not null), '[]')
from unnest($1, $2) j (org_id, id)
cross join lateral (select (select jsonb_build_object(
  'id', w.id, 'org_id', w.org_id, 'reference', w.reference, 'sequence', w.ics_sequence, 'status', w.status,
  'window_start', w.window_start, 'window_end', w.window_end,
  'created_at', w.created_at, 'updated_at', w.updated_at,
  'service_name', s.name, 'job_summary', w.job_summary, 'technician_name', t.display_name,
  'address', concat_ws(', ', l.address_line1, l.address_line2, l.city, concat_ws(' ', l.region, l.postal_code)),
  'company_name', o.name, 'company_phone', o.support_phone, 'company_email', o.support_email)
from public.work_orders w
join public.orgs o on o.id = w.org_id
join public.service_types s on s.org_id = w.org_id and s.code = w.service_type
join public.customer_locations l on l.org_id = w.org_id and l.id = w.location_id
left join public.technicians t on t.org_id = w.org_id and t.id = w.technician_id
where w.org_id = j.org_id and w.id = j.id) as entry) e
