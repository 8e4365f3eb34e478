-- What a conversation needs to know of its company, $1.
select jsonb_build_object(
  'org_id', o.id,
  'company', jsonb_build_object(
    'name', o.name, 'phone', coalesce(p.contact_phone, o.support_phone),
    'email', coalesce(p.contact_email, o.support_email)),
  'settings', coalesce((
    select to_jsonb(s) from public.org_assistant_settings s where s.org_id = o.id), '{}'),
  'policy', case when p.id is not null then jsonb_build_object(
    'cancel_notice_minutes', p.cancel_notice_minutes, 'reschedule_notice_minutes', p.reschedule_notice_minutes,
    'max_reschedules', p.max_reschedules, 'fee_tiers', p.fee_tiers) end,
  'currency', coalesce(p.currency, o.currency),
  'day_start', day.start,
  'day_left', ceil(extract(epoch from day.finish - now()))::int)
from public.orgs o
cross join lateral (
  select local.day at time zone o.timezone as start, (local.day + interval '1 day') at time zone o.timezone as finish
  from (select date_trunc('day', now() at time zone o.timezone) as day) as local
) day
left join public.booking_policies p on p.org_id = o.id and p.service_type is null
where o.id = $1 and o.is_active
