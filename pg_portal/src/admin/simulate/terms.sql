-- The rules of every service of company $1, as one object by code; no policy where the company has none.
select coalesce(jsonb_object_agg(s.code, jsonb_build_object(
  'service', jsonb_build_object(
    'duration_minutes', s.duration_minutes,
    'buffer_before_minutes', s.buffer_before_minutes,
    'buffer_after_minutes', s.buffer_after_minutes,
    'lead_time_minutes', s.lead_time_minutes,
    'lead_time_business_hours_only', s.lead_time_business_hours_only,
    'horizon_days', s.horizon_days,
    'is_emergency', s.is_emergency,
    'daily_cap', s.daily_cap),
  'policy', p.policy)), '{}')
from public.service_types s
left join lateral (
  select jsonb_build_object(
    'cancel_notice_minutes', p.cancel_notice_minutes, 'reschedule_notice_minutes', p.reschedule_notice_minutes,
    'max_reschedules', p.max_reschedules, 'fee_tiers', p.fee_tiers) as policy
  from public.booking_policies p
  where p.org_id = s.org_id and (p.service_type = s.code or p.service_type is null)
  order by p.service_type nulls last
  limit 1) p on true
where s.org_id = $1::uuid
