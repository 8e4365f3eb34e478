-- Companies for the scheduling benchmarks: numbers :first_company to :last_company, all alike, so that each arm has one
-- of its own. 50 technicians, 12 windows of an hour on every day, shifts from 7 to 19 o'clock, 5,000 open jobs in the
-- 14 days from tomorrow (of 8,400 that fit), and 3 of 10 hours taken on the 86 days after them.
--
-- Loaded as load.sql is: by the superuser, row triggers off, everything drawn from its number.
set session_replication_role = replica;

create function pg_temp.id(kind int, n bigint) returns uuid language sql immutable as $$
  select md5(format('bench/%s/%s', kind, n))::uuid
$$;
create temp table company as
select c as n, pg_temp.id(1, c) as org_id, pg_temp.id(4, c) as customer_id, pg_temp.id(5, c) as user_id,
       pg_temp.id(6, c) as location_id
from generate_series(:first_company::bigint, :last_company) c;

insert into public.orgs (id, slug, name, timezone, emergency_reserve_percent)
select org_id, 'bench-' || n, 'Bench Company ' || n, 'America/Chicago', 10 from company;

insert into public.service_types
  (org_id, code, name, category, duration_minutes, lead_time_minutes, horizon_days, booking_mode)
select org_id, code, initcap(code), 'hvac', 60, 240, 120, 'instant'
from company, unnest(array['visit', 'install']) code;
insert into public.booking_windows (org_id, weekday, start_time, end_time)
select org_id, weekday, make_time(hour, 0, 0), make_time(hour + 1, 0, 0)
from company, generate_series(0, 6) weekday, generate_series(7, 18) hour;
insert into public.org_holidays (org_id, holiday_on, name)
select org_id, current_date + 110 + h, 'Holiday ' || h from company, generate_series(1, 5) h;
insert into public.service_areas (org_id, postal_code_prefix) select org_id, prefix from company, unnest(array['60', '62']) prefix;

create temp table technician as
select c.n as company, c.org_id, t as n, pg_temp.id(3, c.n * 10000 + t) as id from company c, generate_series(1, 50) t;
insert into public.technicians (id, org_id, display_name) select id, org_id, 'Technician ' || n from technician;
insert into public.technician_skills (org_id, technician_id, service_type)
select org_id, id, code from technician, unnest(array['visit', 'install']) code where code = 'visit' or n <= 20;
insert into public.technician_shifts (org_id, technician_id, weekday, start_time, end_time, valid_from)
select org_id, id, weekday, '07:00', '19:00', current_date - 30 from technician, generate_series(0, 6) weekday;
insert into public.technician_time_off (org_id, technician_id, starts_at, ends_at)
select org_id, id, current_date + n, current_date + n + interval '8 hours' from technician where n <= 10;
-- These two go to their own part of town only.
insert into public.service_areas (org_id, technician_id, postal_code_prefix)
select org_id, id, '627' from technician where n > 48;

insert into auth.users (id, aud, role, email, email_confirmed_at, raw_app_meta_data, raw_user_meta_data, created_at, updated_at)
select user_id, 'authenticated', 'authenticated', user_id || '@bench.example', now(), '{}', '{}', now(), now() from company;
insert into public.customers (id, org_id, full_name) select customer_id, org_id, 'Customer' from company;
insert into public.profiles (org_id, user_id, customer_id, full_name) select org_id, user_id, customer_id, 'Customer' from company;
insert into public.customer_locations (id, org_id, customer_id, address_line1, city, region, postal_code, timezone, is_primary)
select location_id, org_id, customer_id, '1 Long Street', 'Springfield', 'IL', '62701', 'America/Chicago', true from company;
insert into public.portal_accounts (id, org_id, user_id, customer_id, linked_by)
select pg_temp.id(7, n), org_id, user_id, customer_id, 'email' from company;

insert into public.work_orders
  (org_id, customer_id, location_id, service_type, technician_id, status, window_start, window_end, blocked)
select c.org_id, c.customer_id, c.location_id, 'visit', pg_temp.id(3, c.n * 10000 + taken.technician), 'scheduled',
       slot.at, slot.at + interval '1 hour', tstzrange(slot.at, slot.at + interval '1 hour')
from (
  select day, hour, technician, row_number() over (partition by day <= 14 order by md5(concat_ws(' ', day, hour, technician))) as n
  from generate_series(1, 100) day, generate_series(7, 18) hour, generate_series(1, 50) technician
) taken, company c,
  lateral (select (current_date + taken.day + make_time(taken.hour, 0, 0)) at time zone 'America/Chicago' as at) slot
where taken.n <= case when day <= 14 then 5000 else 86 * 12 * 50 * 3 / 10 end
order by slot.at;

-- The n-th window to book: one after another on far-away days, so that neither two bookings want the same time nor
-- does one wait for the other's day. 611 has no divisor in common with the number of windows.
create schema bench;
create function bench.slot(n bigint, first_day int, days int) returns timestamptz language sql stable as $$
  select (current_date + first_day + (n * 611 % (days * 12) / 12)::int + make_time((7 + n * 611 % 12)::int, 0, 0))
         at time zone 'America/Chicago'
$$;
grant usage on schema bench to postgres, authenticated;
alter schema bench owner to postgres;
select format('create sequence bench.slots_%s; alter sequence bench.slots_%1$s owner to postgres; grant usage on sequence bench.slots_%1$s to authenticated', n)
from company \gexec

set session_replication_role = origin;
vacuum (analyze);
