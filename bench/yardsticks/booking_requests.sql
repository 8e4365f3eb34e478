select b.org_id, b.id, b.portal_account_id, b.customer_id, b.location_id, b.status, b.service_type, b.problem_description,
  b.preferred_service_date, b.preferred_time_window_start, b.preferred_time_window_end, b.flexible_date, b.attachments,
  b.source_channel, b.related_work_order_id as appointment_id, b.created_at, b.updated_at
from public.portal_booking_requests b
where b.org_id = $org and b.customer_id = $customer
