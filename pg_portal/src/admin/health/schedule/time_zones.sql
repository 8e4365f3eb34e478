-- Both tell the time: the rules with the tz database they bring along, Postgres with its own. A zone can go missing
-- when either is updated.
with used as (
  select o.timezone as zone, 'Company ' || o.slug as who, o.slug as company, 1 as places
  from public.orgs o
  where o.is_active
  union all
  select l.timezone, format('Company %s: %s location(s), %s for one', o.slug, count(*), min(l.id::text)), o.slug, count(*)
  from public.customer_locations l
  join public.orgs o on o.id = l.org_id and o.is_active
  where l.is_active
  group by l.timezone, o.slug
)
select 'fail', format('%s: the time zone %s is not known to %s. Correct timezone to an IANA name such as America/Chicago.',
  u.who, u.zone, case when n.name is null then 'Postgres' else 'the booking rules' end)
from used u
left join pg_catalog.pg_timezone_names n on lower(n.name) = lower(u.zone)
where n.name is null or not portal_internal.is_time_zone(u.zone)
order by u.company, u.who
