-- All that the rules need to know about free time, in one row.
-- $1 organization, $2 location, $3 service, $4 and $5 first and last date at the location, $6 a job to leave out.
with place as (
  select l.org_id, l.country, upper(regexp_replace(l.postal_code, '[^A-Za-z0-9]', '', 'g')) as postal_code,
    o.timezone, p.period, d.weekdays
  from public.customer_locations l
  join public.orgs o on o.id = l.org_id
  join public.service_types s on s.org_id = l.org_id and s.code = $3
  -- From the first visit's buffer to the last one's, and an hour more for what the clocks may skip.
  cross join lateral (select tstzrange(
    $4::date::timestamp at time zone l.timezone - make_interval(mins => s.buffer_before_minutes + 60),
    ($5::date + 1)::timestamp at time zone l.timezone
      + make_interval(mins => s.duration_minutes + s.buffer_after_minutes + 60)) as period) p
  cross join lateral (
    select array_agg(distinct extract(dow from day)) as weekdays
    from generate_series(
      date_trunc('day', lower(p.period) at time zone o.timezone), upper(p.period) at time zone o.timezone, '1 day') day
    ) d
  where l.org_id = $1::uuid and l.id = $2::uuid
), near as (
  select a.technician_id, bool_or(a.country = p.country and starts_with(p.postal_code, a.postal_code_prefix)) as inside
  from public.service_areas a
  join place p on p.org_id = a.org_id
  group by a.technician_id
), team as materialized (
  select t.id, (row_number() over (order by t.id) - 1)::integer as number
  from public.technician_skills k
  join public.technicians t on t.org_id = k.org_id and t.id = k.technician_id and t.is_active
  left join near n on n.technician_id = t.id
  where k.org_id = $1::uuid and k.service_type = $3 and coalesce(n.inside, true)
), emergencies as materialized (
  select coalesce(array_agg(s.code), '{}') as codes
  from public.service_types s
  where s.org_id = $1::uuid and s.is_emergency
), jobs as (
  select m.number, w.blocked, w.service_type
  from team m
  cross join place p
  join public.work_orders w on w.org_id = p.org_id and w.technician_id = m.id and w.blocked && p.period
    and w.status in ('tentative', 'scheduled', 'en_route', 'on_site')
  where not (w.status = 'tentative' and coalesce(w.hold_expires_at <= now(), false)) and w.id is distinct from $6::uuid
  union all
  -- Jobs that nobody has been assigned to yet, and that one of the team could be.
  select null, w.blocked, w.service_type
  from place p
  join public.work_orders w on w.org_id = p.org_id and w.technician_id is null and w.blocked && p.period
    and w.window_start < upper(p.period) and w.status in ('tentative', 'scheduled', 'en_route', 'on_site')
  where not (w.status = 'tentative' and coalesce(w.hold_expires_at <= now(), false)) and w.id is distinct from $6::uuid
    and exists (
      select from public.technician_skills k
      join team m on m.id = k.technician_id
      where k.org_id = w.org_id and k.service_type = w.service_type)
), booked as (
  select (w.window_start at time zone p.timezone)::date as day, count(*) as jobs
  from public.service_types s
  cross join place p
  -- Whole days of the company, which the period may only touch.
  join public.work_orders w on w.org_id = s.org_id and w.service_type = s.code
    and w.window_start >= lower(p.period) - interval '1 day' and w.window_start < upper(p.period) + interval '1 day'
    and w.status not in ('canceled', 'no_show')
  where s.org_id = $1::uuid and s.code = $3 and s.daily_cap is not null
    and not (w.status = 'tentative' and coalesce(w.hold_expires_at <= now(), false)) and w.id is distinct from $6::uuid
  group by 1
)
select
  json_build_object(
    'now', now(),
    'in_service_area', coalesce((select n.inside from near n where n.technician_id is null), true),
    'emergency_reserve_percent', (select o.emergency_reserve_percent from public.orgs o where o.id = $1::uuid),
    'holidays', (
      select coalesce(json_agg(h.holiday_on), '[]') from public.org_holidays h
      where h.org_id = $1::uuid and h.holiday_on >= current_date - 2),
    'booked_per_day', (select coalesce(json_agg(json_build_array(b.day, b.jobs)), '[]') from booked b),
    'technicians', (
      select coalesce(json_agg(json_build_object(
        'id', m.id,
        'shifts', (
          select coalesce(json_agg(json_build_object(
            'weekday', f.weekday, 'start', extract(epoch from f.start_time)::integer,
            'end', extract(epoch from f.end_time)::integer, 'valid_from', f.valid_from, 'valid_to', f.valid_to)), '[]')
          from public.technician_shifts f
          where f.org_id = $1::uuid and f.technician_id = m.id
            and f.weekday = any ((select p.weekdays from place p)::numeric[])
            and f.valid_from <= $5::date + 2 and coalesce(f.valid_to >= $4::date - 2, true)),
        'time_off', (
          select coalesce(json_agg(json_build_object('start', f.starts_at, 'end', f.ends_at)), '[]')
          from public.technician_time_off f
          where f.org_id = $1::uuid and f.technician_id = m.id
            and tstzrange(f.starts_at, f.ends_at) && (select p.period from place p))
        ) order by m.number), '[]')
      from team m)
  )::text,
  array_agg(j.number),
  array_agg(lower(j.blocked)),
  array_agg(upper(j.blocked)),
  array_agg(j.service_type = any (e.codes))
from jobs j
cross join emergencies e
