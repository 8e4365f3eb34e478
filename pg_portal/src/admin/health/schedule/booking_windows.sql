-- Windows that can never be booked, because nobody with the skill works through the visit. Times are compared as wall
-- clock, as seconds of a week: a location in another zone than its company shifts them by less than a day.
with weeks as (
  -- A technician's shifts now or later, adjoining ones merged, and Saturday night joined to Sunday morning.
  select f.org_id, f.technician_id, range_agg(int8range(
    (f.weekday + turn.days) * 86400 + extract(epoch from f.start_time)::bigint,
    (f.weekday + turn.days) * 86400 + extract(epoch from f.end_time)::bigint)) as shifts
  from public.technician_shifts f
  cross join (values (0), (7)) turn (days)
  where f.valid_to is null or f.valid_to >= current_date
  group by f.org_id, f.technician_id
), offered as (
  -- Of two windows of a service with the same start its own counts.
  select distinct on (s.org_id, s.code, b.weekday, b.start_time)
    s.org_id, s.code, s.duration_minutes, b.weekday, b.start_time, b.end_time,
    b.weekday * 86400 + extract(epoch from b.start_time)::bigint as starts,
    extract(epoch from b.end_time - b.start_time)::bigint as length
  from public.service_types s
  join public.booking_windows b on b.org_id = s.org_id and b.is_active
    and (b.service_type = s.code or b.service_type is null)
  where s.is_active
  order by s.org_id, s.code, b.weekday, b.start_time, b.service_type nulls last
), judged as (
  select w.*,
    coalesce(bool_or(k.shifts @> int8range(w.starts, w.starts + w.length)), false) as is_staffed,
    coalesce(bool_or(k.shifts @> int8range(w.starts, w.starts + greatest(w.length, w.duration_minutes * 60))), false) as is_held
  from offered w
  left join (
    select k.org_id, k.service_type, weeks.shifts
    from public.technician_skills k
    join public.technicians t on t.org_id = k.org_id and t.id = k.technician_id and t.is_active
    join weeks on weeks.org_id = k.org_id and weeks.technician_id = k.technician_id
  ) k on k.org_id = w.org_id and k.service_type = w.code
  group by w.org_id, w.code, w.duration_minutes, w.weekday, w.start_time, w.end_time, w.starts, w.length
), services as (
  select s.org_id, s.code, s.duration_minutes, count(j.code) as windows, count(*) filter (where j.is_held) as held,
    count(*) filter (where j.is_staffed) as staffed,
    string_agg(format('%s %s to %s',
        (array['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'])[j.weekday + 1],
        to_char(j.start_time, 'HH24:MI'), to_char(j.end_time, 'HH24:MI')), ', ' order by j.starts)
      filter (where not j.is_held) as unheld
  from public.service_types s
  left join judged j on j.org_id = s.org_id and j.code = s.code
  where s.is_active
  group by s.org_id, s.code, s.duration_minutes
)
select
  case when s.held = 0 or s.duration_minutes < 1 then 'fail' else 'warn' end,
  case
    when s.duration_minutes < 1 then format(
      'Service %s of %s takes no time: set duration_minutes to how long a visit takes.', s.code, o.slug)
    when s.windows = 0 then format(
      'Service %s of %s cannot be booked: it has no active booking windows. Add rows to booking_windows.', s.code, o.slug)
    when s.held = 0 and s.staffed > 0 then format(
      'Service %s of %s cannot be booked: its %s minutes end after every shift that covers a window. Shorten duration_minutes, or extend the shifts of those who can do it.',
      s.code, o.slug, s.duration_minutes)
    when s.held = 0 then format(
      'Service %s of %s cannot be booked: nobody who can do it works during any of its windows. Add rows to technician_shifts, or change booking_windows.',
      s.code, o.slug)
    else format(
      'Service %s of %s: nobody who can do it works through a visit in the window(s) %s. Extend technician_shifts, or set is_active of the windows to false.',
      s.code, o.slug, s.unheld)
  end
from services s
join public.orgs o on o.id = s.org_id and o.is_active
where s.duration_minutes < 1 or s.held < greatest(s.windows, 1)
order by o.slug, s.code
