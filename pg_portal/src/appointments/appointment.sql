-- A job as the functions answer it: portal.appointment_row. $1 organization, $2 job.
select to_jsonb(answer)
from (
  select
    w.org_id, w.id, w.reference, w.customer_id, w.status, w.service_type, s.name as service_name,
    w.location_id, l.label as location_label, l.timezone, w.window_start, w.window_end, w.eta,
    w.technician_id, t.display_name as technician_name, t.avatar_url as technician_avatar, w.job_summary,
    w.ics_sequence, w.reschedule_count, w.completed_at, w.canceled_at, w.created_at, w.updated_at,
    w.cancel_fee_cents as fee_cents
  from public.work_orders w
  join public.service_types s on s.org_id = w.org_id and s.code = w.service_type
  join public.customer_locations l on l.org_id = w.org_id and l.id = w.location_id
  left join public.technicians t on t.org_id = w.org_id and t.id = w.technician_id
  where w.org_id = $1 and w.id = $2
) answer
