select 'fail', format(
  'The fee_tiers of the booking policy for %s of %s cannot be read. Write a list of objects with notice_minutes and fee_cents, such as [{"notice_minutes": 1440, "fee_cents": 0}, {"notice_minutes": 0, "fee_cents": 5000}].',
  coalesce(p.service_type, 'all services'), o.slug)
from public.booking_policies p
join public.orgs o on o.id = p.org_id and o.is_active
where not portal_internal.is_fee_schedule(p.fee_tiers)
order by o.slug, p.service_type nulls first
