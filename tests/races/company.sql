-- A small company that everybody wants at once, for the tests of races, isolation and durability. All that those tests
-- need beside the product is in the schema `busy`, which they drop in the end.
create schema busy;

-- What the tests speak of, by its name: ids of people and rows, the moments at which windows begin.
create table busy.known (
  name text primary key,
  id uuid,
  at timestamptz
);

create function busy.id(name text) returns uuid stable language sql as $$
  select k.id from busy.known k where k.name = $1
$$;
create function busy.at(name text) returns timestamptz stable language sql as $$
  select k.at from busy.known k where k.name = $1
$$;
-- Remembers something new and returns its id.
create function busy.know(name text, id uuid default gen_random_uuid()) returns uuid language sql as $$
  insert into busy.known (name, id) values ($1, $2) returning known.id
$$;

-- A new company in place of the one before. It offers two-hour windows on `days` days, the first in three days,
-- named `slot 1`, `slot 2` … in the order of time, for a service that is booked at once (tune_up) and one that the
-- office confirms (repair). A visit may last 90 minutes and keeps its technician 15 minutes longer on either side, so
-- windows half an hour apart touch and do not overlap. The horizon ends before the same weekdays (at most five) come again.
create procedure busy.open(technicians integer, starts time[], days integer) language plpgsql as $$
declare
  zone constant text := 'America/Chicago';
  first_day constant date := (now() at time zone zone)::date + 3;
  company uuid;
begin
  delete from busy.known;
  company := busy.know('company');
  insert into public.orgs (id, slug, name, timezone)
  values (company, 'busy-' || left(company::text, 8), 'Busy Company', zone);
  insert into public.service_types
    (org_id, code, name, category, duration_minutes, buffer_before_minutes, buffer_after_minutes, horizon_days, booking_mode)
  values
    (company, 'tune_up', 'Tune-up', 'hvac', 90, 15, 15, days + 3, 'instant'),
    (company, 'repair', 'Repair', 'hvac', 90, 15, 15, days + 3, 'request');
  insert into public.booking_windows (org_id, weekday, start_time, end_time)
  select distinct company, extract(dow from first_day + day), start, start + interval '2 hours'
  from generate_series(0, days - 1) as day, unnest(starts) as start;
  insert into public.booking_policies (org_id, cancel_notice_minutes, reschedule_notice_minutes, max_reschedules)
  values (company, 0, 0, 100);

  for number in 1..technicians loop
    insert into public.technicians (org_id, id, display_name)
    values (company, busy.know('technician ' || number), 'Technician ' || number);
  end loop;
  insert into public.technician_skills (org_id, technician_id, service_type)
  select company, t.id, s.code from public.technicians t, public.service_types s
  where t.org_id = company and s.org_id = company;
  insert into public.technician_shifts (org_id, technician_id, weekday, start_time, end_time)
  select company, t.id, weekday, '06:00', '24:00' from public.technicians t, generate_series(0, 6) as weekday
  where t.org_id = company;

  insert into busy.known (name, at)
  select 'slot ' || row_number() over (order by day, start), (first_day + day + start) at time zone zone
  from generate_series(0, days - 1) as day, unnest(starts) as start;
end $$;

create procedure busy.log_in(person text) language sql as $$
  insert into auth.users (id, aud, role, email, email_confirmed_at)
  values (busy.know(person), 'authenticated', 'authenticated', busy.id(person) || '@busy.example', now())
$$;

-- New customers, each with a home and an account: `ann`, `ann/customer`, `ann/home`, `ann/account`.
create procedure busy.customers(people text[]) language plpgsql as $$
declare
  company constant uuid := busy.id('company');
  person text;
begin
  foreach person in array people loop
    call busy.log_in(person);
    insert into public.customers (org_id, id, full_name) values (company, busy.know(person || '/customer'), person);
    insert into public.customer_locations
      (org_id, id, customer_id, label, address_line1, city, postal_code, timezone)
    values (company, busy.know(person || '/home'), busy.id(person || '/customer'), 'Home', '1 Test Street', 'Chicago',
      '60601', 'America/Chicago');
    insert into public.portal_accounts (org_id, id, user_id, customer_id, invited_via)
    values (company, busy.know(person || '/account'), busy.id(person), busy.id(person || '/customer'), 'csr_created');
  end loop;
end $$;

-- A new employee who plans the company's days.
create procedure busy.dispatcher(person text) language plpgsql as $$
begin
  call busy.log_in(person);
  insert into public.profiles (org_id, user_id, role, full_name)
  values (busy.id('company'), busy.id(person), 'dispatcher', person);
end $$;

-- Acts as the person for the rest of the transaction, as PostgREST does at the start of a request.
create procedure busy.become(person text) language plpgsql as $$
begin
  perform set_config('request.jwt.claims',
    jsonb_build_object('role', 'authenticated', 'sub', busy.id(person), 'aud', 'authenticated')::text, true);
  perform set_config('role', 'authenticated', true);
end $$;

-- Asks for a window, as the person who acts.
create function busy.book(person text, service text, slot text, key text default null)
returns table (request text, job text) language sql as $$
  select b.status::text, b.appointment_status::text
  from portal.create_booking_request(service, 'Noise', busy.id(person || '/home'), window_start => busy.at(slot),
    idempotency_key => key) b
$$;
-- How that is refused, and which windows are offered instead.
create function busy.refusal(person text, service text, slot text)
returns table (code text, reason text, instead text[]) language plpgsql as $$
declare
  details text;
begin
  perform busy.book(person, service, slot);
  return query select 'accepted', null::text, null::text[];
exception when others then
  get stacked diagnostics details = pg_exception_detail;
  return query
  select sqlstate, details::jsonb ->> 'reason', array(
    select k.name
    from jsonb_array_elements(details::jsonb -> 'alternatives') as other
    left join busy.known k on k.at = (other ->> 'window_start')::timestamptz
    order by 1);
end $$;
-- Moves the person's visit to another window, as the person who acts.
create function busy.move(person text, slot text) returns table (job text, moved boolean) language sql as $$
  select a.status::text, a.window_start = busy.at(slot)
  from portal.reschedule_appointment(busy.id(person || '/job'), busy.at(slot)) a
$$;

-- A booking that is there before the race begins; its rows are known as `ann/request` and `ann/job`.
create procedure busy.has_booked(person text, service text, slot text) language plpgsql as $$
declare
  booked record;
begin
  call busy.become(person);
  select b.id, b.appointment_id into booked
  from portal.create_booking_request(service, 'Noise', busy.id(person || '/home'), window_start => busy.at(slot)) b;
  perform set_config('role', 'none', true), set_config('request.jwt.claims', '', true);
  perform busy.know(person || '/request', booked.id), busy.know(person || '/job', booked.appointment_id);
end $$;

-- What is booked, in words that are the same in every run.
create view busy.diary as
select
  c.full_name as person, r.service_type as service, r.status as request, w.status as job, k.name as slot,
  w.reschedule_count as moves
from public.portal_booking_requests r
join public.customers c on c.org_id = r.org_id and c.id = r.customer_id
left join public.work_orders w on w.org_id = r.org_id and w.id = r.related_work_order_id
left join busy.known k on k.at = w.window_start
where r.org_id = busy.id('company')
order by person, r.created_at, slot;

-- Pairs of jobs that need one technician at the same time. Worked out from the windows and the services anew, so that it
-- does not rest on what it is to judge: the column `blocked` and its constraint.
create view busy.overlaps as
with taken as (
  select
    w.id, w.technician_id,
    tstzrange(
      w.window_start - make_interval(mins => s.buffer_before_minutes),
      greatest(w.window_end, w.window_start + make_interval(mins => s.duration_minutes))
        + make_interval(mins => s.buffer_after_minutes)) as period
  from public.work_orders w
  join public.service_types s on s.org_id = w.org_id and s.code = w.service_type
  where w.org_id = busy.id('company') and w.status in ('tentative', 'scheduled', 'en_route', 'on_site')
)
select one.id as one, other.id as other
from taken one
join taken other on other.technician_id = one.technician_id and other.id > one.id and other.period && one.period;

-- Sessions that act as customers and staff call these too.
grant usage on schema busy to authenticated;
grant select on busy.known to authenticated;
grant execute on all functions in schema busy to authenticated;
