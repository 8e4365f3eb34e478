-- When the office of $1 is there, as far as a year around $2 can tell.
select jsonb_build_object(
  'timezone', o.timezone,
  'away_message', o.away_message,
  'support_phone', o.support_phone,
  'hours', (
    select coalesce(jsonb_agg(jsonb_build_object(
      'weekday', h.weekday,
      'opens', extract(epoch from h.opens_at)::int,
      'closes', extract(epoch from h.closes_at)::int)), '[]')
    from public.org_business_hours h
    where h.org_id = o.id),
  'holidays', (
    select coalesce(jsonb_agg(d.holiday_on), '[]')
    from public.org_holidays d
    where d.org_id = o.id and d.holiday_on between $2::date - 368 and $2::date + 368))
from public.orgs o
where o.id = $1
