-- The policy that counts for each active service, against how far ahead that service can be booked.
select 'warn', format(
  'Service %s of %s: nobody can ever %s it, because %s_notice_minutes is %s and visits are booked at most %s days ahead. Lower the notice, or raise horizon_days.',
  s.code, o.slug, rule.verb, rule.verb, rule.minutes, s.horizon_days)
from public.service_types s
join public.orgs o on o.id = s.org_id and o.is_active
cross join lateral (
  select p.cancel_notice_minutes, p.reschedule_notice_minutes
  from public.booking_policies p
  where p.org_id = s.org_id and (p.service_type = s.code or p.service_type is null)
  order by p.service_type nulls last
  limit 1) p
cross join lateral (values ('cancel', p.cancel_notice_minutes), ('reschedule', p.reschedule_notice_minutes)) rule (verb, minutes)
where s.is_active and rule.minutes >= s.horizon_days * 1440
order by o.slug, s.code, rule.verb
