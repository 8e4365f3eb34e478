-- $1 organization, $2 request. The columns of portal.booking_row, as the caller may see them.
select to_jsonb(answer)
from (
  select
    b.id, b.org_id, b.status, b.service_type, b.problem_description, b.location_id,
    b.preferred_service_date, b.preferred_time_window_start, b.preferred_time_window_end, b.flexible_date,
    b.attachments, b.source_channel, b.related_work_order_id as appointment_id, b.created_at, b.updated_at,
    w.status as appointment_status, w.window_start, w.window_end, t.display_name as technician_name,
    b.safety_notice, b.decision_note, b.decided_at
  from public.portal_booking_requests b
  left join public.work_orders w on w.org_id = b.org_id and w.id = b.related_work_order_id
  left join public.technicians t on t.org_id = w.org_id and t.id = w.technician_id
  where b.org_id = $1::uuid and b.id = $2::uuid
) answer
