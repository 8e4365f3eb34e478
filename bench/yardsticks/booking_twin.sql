-- The yardstick of booking: what create_booking_request does for a named window, written by hand in plpgsql, set by
-- set, with every check: person, rights, service, location, area, past, horizon, lead time, holiday, window, skills,
-- shifts, time off, other jobs, jobs without a technician, emergency reserve, daily cap, day lock, lapsed holds, fair
-- choice of the technician. It inserts the same two rows into the same tables, so the other triggers (time taken,
-- timeline, audit) run for both; naming the job keeps the engine out of it. It does not know what the measured bookings
-- do not use: lead time in business hours, shifts that pass midnight or adjoin, flexible dates, holds, moves.
create function bench.book(location_id uuid, service text, description text, window_start timestamptz)
returns setof portal.booking_row language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  org public.orgs;
  account public.portal_accounts;
  place public.customer_locations;
  kind public.service_types;
  wall timestamp;
  till timestamptz;
  visit_end timestamptz;
  taken tstzrange;
  day date;
  day_start timestamptz;
  day_end timestamptz;
  chosen uuid;
  chance record;
  job uuid;
  request uuid;
begin
  -- Person, rights, service, location.
  select a.* into account from public.portal_accounts a
  where a.user_id = auth.uid() and a.status = 'active';
  if not found then raise sqlstate 'PT403' using message = 'no active account'; end if;
  select o.* into org from public.orgs o where o.id = account.org_id and o.is_active;
  if not found then raise sqlstate 'PT403' using message = 'no active company'; end if;
  select l.* into place from public.customer_locations l
  where l.org_id = org.id and l.id = book.location_id and l.is_active;
  if not found then raise sqlstate 'PT404' using message = 'no such location'; end if;
  if not (account.implicit_grant and account.customer_id = place.customer_id and account.role <> 'billing_contact')
    and not exists (
      select from public.portal_account_grants g
      where g.org_id = org.id and g.portal_account_id = account.id and g.revoked_at is null
        and g.customer_id = place.customer_id and (g.location_id is null or g.location_id = place.id)
        and 'book' = any (g.capabilities))
  then raise sqlstate 'PT404' using message = 'no such location'; end if;
  select s.* into kind from public.service_types s where s.org_id = org.id and s.code = service and s.is_active;
  if not found then raise sqlstate 'PT404' using message = 'no such service'; end if;
  if char_length(btrim(description)) not between 1 and 4000 then
    raise sqlstate 'PT400' using message = 'describe the problem';
  end if;
  if not kind.is_emergency
    and description ~* '(smell\w* (of |like )?gas|gas (smell|leak)|carbon monoxide|co alarm|spark|burning smell|smoke|flood|burst)'
  then raise sqlstate 'PT422' using message = 'danger'; end if;

  -- The window, and whether it may be booked at all.
  wall := book.window_start at time zone place.timezone;
  select (wall::date + b.end_time) at time zone place.timezone into till from public.booking_windows b
  where b.org_id = org.id and b.is_active and b.weekday = extract(dow from wall) and b.start_time = wall::time
    and (b.service_type is null or b.service_type = kind.code)
  order by b.service_type nulls last limit 1;
  if not found then raise sqlstate 'PT422' using message = 'window not offered'; end if;
  if wall::date < (now() at time zone place.timezone)::date then raise sqlstate 'PT422' using message = 'past'; end if;
  if wall::date > (now() at time zone place.timezone)::date + kind.horizon_days then
    raise sqlstate 'PT422' using message = 'beyond horizon';
  end if;
  if book.window_start < now() + make_interval(mins => kind.lead_time_minutes) then
    raise sqlstate 'PT422' using message = 'inside lead time';
  end if;
  if exists (select from public.org_holidays h where h.org_id = org.id and h.holiday_on = wall::date) then
    raise sqlstate 'PT422' using message = 'holiday';
  end if;
  if exists (select from public.service_areas a where a.org_id = org.id and a.technician_id is null) and not exists (
    select from public.service_areas a
    where a.org_id = org.id and a.technician_id is null and a.country = place.country
      and starts_with(upper(regexp_replace(place.postal_code, '[^A-Za-z0-9]', '', 'g')), a.postal_code_prefix))
  then raise sqlstate 'PT422' using message = 'outside service area'; end if;

  -- From here on nobody else takes time on that day.
  visit_end := greatest(till, book.window_start + make_interval(mins => kind.duration_minutes));
  taken := tstzrange(book.window_start - make_interval(mins => kind.buffer_before_minutes),
    visit_end + make_interval(mins => kind.buffer_after_minutes));
  for day in
    select generate_series((lower(taken) at time zone org.timezone)::date,
      ((upper(taken) - interval '1 microsecond') at time zone org.timezone)::date, '1 day')::date
  loop
    perform pg_advisory_xact_lock(hashtextextended(org.id::text || day, 0));
  end loop;
  update public.work_orders w set status = 'canceled', cancel_reason = 'hold_expired'
  where w.org_id = org.id and w.status = 'tentative' and w.hold_expires_at <= now() and w.blocked && taken;

  day_start := wall::date::timestamp at time zone place.timezone;
  day_end := (wall::date + 1)::timestamp at time zone place.timezone;
  with team as materialized (
    select t.id
    from public.technician_skills k
    join public.technicians t on t.org_id = k.org_id and t.id = k.technician_id and t.is_active
    where k.org_id = org.id and k.service_type = kind.code
      and not exists (
        select from public.service_areas a where a.org_id = org.id and a.technician_id = t.id
        having count(*) > 0 and not bool_or(a.country = place.country
          and starts_with(upper(regexp_replace(place.postal_code, '[^A-Za-z0-9]', '', 'g')), a.postal_code_prefix)))
  ), slots as materialized (
    select distinct on (b.start_time) starts, ends,
      tstzrange(starts - make_interval(mins => kind.buffer_before_minutes),
        ends + make_interval(mins => kind.buffer_after_minutes)) as blocked
    from public.booking_windows b,
      lateral (select (wall::date + b.start_time) at time zone place.timezone as starts) s,
      lateral (select greatest((wall::date + b.end_time) at time zone place.timezone,
        starts + make_interval(mins => kind.duration_minutes)) as ends) e
    where b.org_id = org.id and b.is_active and b.weekday = extract(dow from wall)
      and (b.service_type is null or b.service_type = kind.code)
    order by b.start_time, b.service_type nulls last
  ), shifts as materialized (
    select f.technician_id, tstzrange((wall::date + f.start_time) at time zone org.timezone,
      (wall::date + f.end_time) at time zone org.timezone) as span
    from public.technician_shifts f
    join team t on t.id = f.technician_id
    where f.org_id = org.id and f.weekday = extract(dow from wall)
      and wall::date between f.valid_from and coalesce(f.valid_to, 'infinity')
  ), off as materialized (
    select o.technician_id, tstzrange(o.starts_at, o.ends_at) as span
    from public.technician_time_off o
    where o.org_id = org.id and o.starts_at < day_end + interval '1 day' and o.ends_at > day_start
  ), jobs as materialized (
    select w.technician_id, w.service_type, w.blocked, not s.is_emergency as is_routine
    from public.work_orders w
    join public.service_types s on s.org_id = w.org_id and s.code = w.service_type
    where w.org_id = org.id and w.status in ('tentative', 'scheduled', 'en_route', 'on_site')
      and w.window_start >= day_start - interval '1 day' and w.window_start < day_end + interval '1 day'
      and not (w.status = 'tentative' and coalesce(w.hold_expires_at <= now(), false))
  ), duty as materialized (
    select s.starts, f.technician_id, coalesce(bool_or(j.technician_id is not null), false) as is_busy,
      coalesce(bool_or(j.is_routine), false) as is_routine
    from slots s
    join shifts f on f.span @> tstzrange(s.starts, s.ends)
    left join jobs j on j.technician_id = f.technician_id and j.blocked && s.blocked
    where not exists (select from off o where o.technician_id = f.technician_id and o.span && tstzrange(s.starts, s.ends))
    group by s.starts, f.technician_id
  ), nobodys as materialized (
    select s.starts, count(*) as jobs, count(*) filter (where j.is_routine) as routine
    from slots s
    join jobs j on j.technician_id is null and j.blocked && s.blocked
    where exists (
      select from public.technician_skills k join team t on t.id = k.technician_id
      where k.org_id = org.id and k.service_type = j.service_type)
    group by s.starts
  ), budget as (
    select count(*) - count(*) * org.emergency_reserve_percent / 100 - count(*) filter (where is_routine)
      - coalesce((select sum(routine) from nobodys), 0) as slots
    from duty
  ), best as (
    select d.technician_id
    from duty d
    left join jobs j on j.technician_id = d.technician_id and j.blocked && tstzrange(day_start, day_end)
    where d.starts = book.window_start and not d.is_busy
    group by d.technician_id
    order by count(j.*), sum(upper(j.blocked) - lower(j.blocked)) nulls first, d.technician_id
    limit 1
  )
  select (select count(*) from team) as team, (select slots from budget) as budget, (select technician_id from best) as best,
    (select count(*) from duty d where d.starts = book.window_start and not d.is_busy)
      - coalesce((select n.jobs from nobodys n where n.starts = book.window_start), 0) as free,
    case when kind.daily_cap is not null then kind.daily_cap - (
      select count(*) from public.work_orders w
      where w.org_id = org.id and w.service_type = kind.code and w.status not in ('canceled', 'no_show')
        and w.window_start >= day_start and w.window_start < day_end) end as left_of_day
  into chance;
  if chance.team = 0 then raise sqlstate 'PT422' using message = 'nobody can do it'; end if;
  if chance.left_of_day < 1 then raise sqlstate 'PT409' using message = 'day full'; end if;
  if chance.free < 1 or (not kind.is_emergency and chance.budget < 1) then
    raise sqlstate 'PT409' using message = 'slot taken';
  end if;
  chosen := chance.best;

  insert into public.work_orders
    (org_id, customer_id, location_id, service_type, technician_id, status, window_start, window_end, hold_expires_at)
  values (org.id, place.customer_id, place.id, kind.code, chosen,
    case kind.booking_mode when 'instant' then 'scheduled' else 'tentative' end::portal.work_order_status,
    book.window_start, till, case kind.booking_mode when 'request' then now() + interval '1 day' end)
  returning id into job;
  insert into public.portal_booking_requests
    (org_id, portal_account_id, customer_id, location_id, preferred_service_date, preferred_time_window_start,
     preferred_time_window_end, service_type, problem_description, status, related_work_order_id)
  values (org.id, account.id, place.customer_id, place.id, wall::date, wall::time,
    (till at time zone place.timezone)::time, kind.code, btrim(description),
    case kind.booking_mode when 'instant' then 'scheduled' else 'submitted' end::portal.booking_status, job)
  returning id into request;
  return query
  select b.id, b.org_id, b.status, b.service_type, b.problem_description, b.location_id, b.preferred_service_date,
    b.preferred_time_window_start, b.preferred_time_window_end, b.flexible_date, b.attachments, b.source_channel,
    b.related_work_order_id, b.created_at, b.updated_at, w.status, w.window_start, w.window_end, t.display_name,
    b.safety_notice, b.decision_note, b.decided_at
  from public.portal_booking_requests b
  join public.work_orders w on w.org_id = b.org_id and w.id = b.related_work_order_id
  left join public.technicians t on t.org_id = w.org_id and t.id = w.technician_id
  where b.org_id = org.id and b.id = request;
end $$;
grant execute on function bench.book(uuid, text, text, timestamptz) to authenticated;
