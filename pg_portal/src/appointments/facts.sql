-- What decides whether an appointment may be moved or canceled. $1 organization, $2 job.
-- A hold whose time is over counts as canceled, also before a due job has come by.
select jsonb_build_object(
  'now', now(),
  'customer_id', w.customer_id,
  'location_id', w.location_id,
  'technician_id', w.technician_id,
  'service_type', w.service_type,
  'timezone', l.timezone,
  'visit', jsonb_build_object(
    'status', case when w.status = 'tentative' and w.hold_expires_at <= now() then 'canceled' else w.status end,
    'window_start', w.window_start, 'window_end', w.window_end, 'eta', w.eta,
    'created_at', w.created_at, 'reschedule_count', w.reschedule_count),
  'policy', case when p.id is not null then jsonb_build_object(
    'cancel_notice_minutes', p.cancel_notice_minutes, 'reschedule_notice_minutes', p.reschedule_notice_minutes,
    'max_reschedules', p.max_reschedules, 'fee_tiers', p.fee_tiers) end,
  'hold_minutes', coalesce(p.hold_minutes, 1440),
  'currency', coalesce(p.currency, o.currency),
  'contact_phone', coalesce(p.contact_phone, o.support_phone),
  'contact_email', coalesce(p.contact_email, o.support_email))
from public.work_orders w
join public.orgs o on o.id = w.org_id
join public.customer_locations l on l.org_id = w.org_id and l.id = w.location_id
left join lateral (
  select r.*
  from public.booking_policies r
  where r.org_id = w.org_id and (r.service_type = w.service_type or r.service_type is null)
  order by r.service_type nulls last
  limit 1
) p on true
where w.org_id = $1 and w.id = $2
