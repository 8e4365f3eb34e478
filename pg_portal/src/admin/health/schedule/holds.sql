select 'warn', format(
  'Company %s: %s tentative job(s) never lapse and keep their time for good, %s for one. Set hold_expires_at, or confirm or cancel them.',
  o.slug, count(*), min(w.reference))
from public.work_orders w
join public.orgs o on o.id = w.org_id
where w.status = 'tentative' and w.hold_expires_at is null
group by o.slug
order by o.slug
