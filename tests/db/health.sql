-- Proves: health() finds every misconfiguration that it is meant to find, and nothing in a company that is in order.
begin;
\ir people.psql
select plan(22);

create function pg_temp.find(check_name text, words text) returns text language sql as $$
  select h.status from portal_admin.health() as h where h.check_name = find.check_name and h.detail like '%' || words || '%'
$$;

select is(pg_temp.refusal(who, 'select * from portal_admin.health()'), '42501', who || ' cannot look at the health')
from unnest(array['adam', 'service_role']) as who;
insert into public.org_channels (org_id, channel, label, address) values (pg_temp.id('one'), 'email', 'Office', 'office@test.example');
select is(pg_temp.find('extension', extversion), 'ok', 'health names the version') from pg_extension where extname = 'pg_portal';
select is((select count(*) from portal_admin.health() where detail like '%test-one%'), 0::bigint, 'a company that is in order is not mentioned');
select ok((select count(distinct check_name) = 33 and bool_and(status in ('ok', 'warn', 'fail')) from portal_admin.health()), 'every check answers');

insert into public.service_types (org_id, code, name, category, duration_minutes, is_emergency, lead_time_minutes, horizon_days) values
  (pg_temp.id('one'), 'orphan', 'Orphan', 'hvac', 60, false, 0, 14), (pg_temp.id('one'), 'marathon', 'Marathon', 'hvac', 900, false, 0, 14),
  (pg_temp.id('one'), 'urgent', 'Urgent', 'hvac', 60, true, 240, 14), (pg_temp.id('one'), 'evening', 'Evening', 'hvac', 60, false, 0, 1);
insert into public.technician_skills (org_id, technician_id, service_type)
select pg_temp.id('one'), pg_temp.id('olaf/technician'), code from unnest(array['marathon', 'urgent', 'evening']) as code;
insert into public.booking_windows (org_id, service_type, weekday, start_time, end_time) values (pg_temp.id('one'), 'evening', 2, '18:30', '19:30');
insert into public.booking_policies (org_id, service_type, cancel_notice_minutes, reschedule_notice_minutes) values (pg_temp.id('one'), 'evening', 1440, 60);
insert into public.technicians (org_id, id, display_name) values (pg_temp.id('one'), pg_temp.id('gone/technician'), 'Gone');
insert into public.technician_shifts (org_id, technician_id, weekday, start_time, end_time, valid_from, valid_to)
values (pg_temp.id('one'), pg_temp.id('gone/technician'), 1, '08:00', '16:00', current_date - 30, current_date - 1);
select is(pg_temp.find('technicians_for_services', 'orphan of test-one'), 'fail', 'health finds a service that nobody can do');
select is(pg_temp.find('booking_windows', 'marathon of test-one cannot be booked: its 900 minutes'), 'fail', 'a visit that fits into no shift');
select is(pg_temp.find('booking_windows', 'evening of test-one: %Tuesday 18:30 to 19:30'), 'warn', 'a window that ends after every shift, by name');
select is(pg_temp.find('emergency_lead_times', 'urgent of test-one'), 'warn', 'an emergency that must wait');
select is(pg_temp.find('policies', 'evening of test-one: nobody can ever cancel'), 'warn', 'a notice as long as the horizon');
select is(pg_temp.find('policies', 'evening of test-one: nobody can ever reschedule'), null, 'and not one that is shorter');
select is(pg_temp.find('shifts', 'Gone of test-one'), 'warn', 'a technician whose last shift is over');
delete from public.booking_windows where org_id = pg_temp.id('one') and service_type is null;
select is(pg_temp.find('booking_windows', 'visit of test-one cannot be booked: it has no active booking windows'), 'fail', 'a service without windows');
insert into public.booking_windows (org_id, weekday, start_time, end_time) values (pg_temp.id('one'), 6, '22:00', '24:00'), (pg_temp.id('one'), 0, '00:00', '02:00');
select is(pg_temp.find('booking_windows', 'visit of test-one cannot be booked: nobody'), 'fail', 'a service whose windows nobody works in');
insert into public.technician_shifts (org_id, technician_id, weekday, start_time, end_time)
values (pg_temp.id('one'), pg_temp.id('olaf/technician'), 6, '21:00', '24:00');
select is(pg_temp.find('booking_windows', 'visit of test-one: %Sunday 00:00 to 02:00. Extend'), 'warn', 'a shift up to midnight covers the evening only');
insert into public.technician_shifts (org_id, technician_id, weekday, start_time, end_time)
values (pg_temp.id('one'), pg_temp.id('olaf/technician'), 0, '00:00', '06:00');
select is(pg_temp.find('booking_windows', 'visit of test-one'), null, 'a night shift in two rows covers a visit across midnight');

insert into public.work_orders
  (org_id, customer_id, location_id, service_type, technician_id, status, window_start, window_end, hold_expires_at)
select pg_temp.id('one'), pg_temp.id('dana/customer'), pg_temp.id('dana/home'), 'visit', pg_temp.id('olaf/technician'), 'tentative',
  pg_temp.at('10:00', 28), pg_temp.at('12:00', 28), null;
select is(pg_temp.find('holds', 'test-one: 1 tentative'), 'warn', 'a hold without an end');
select is(pg_temp.find('due_jobs', 'in time'), 'ok', 'nobody is missed while holds are let go');
update public.work_orders set hold_expires_at = now() - interval '11 minutes' where org_id = pg_temp.id('one') and status = 'tentative';
select is(pg_temp.find('due_jobs', 'Nobody runs'), 'fail', 'due jobs that nobody runs');

-- Constraints keep these out; a dump from elsewhere, or an update of the tz database, may not.
alter table public.service_types drop constraint service_types_duration_minutes_check;
alter table public.customer_locations drop constraint customer_locations_timezone_check;
alter table public.booking_policies drop constraint booking_policies_fee_tiers_check;
update public.service_types set duration_minutes = 0 where org_id = pg_temp.id('one') and code = 'repair';
update public.customer_locations set timezone = 'Mars/Olympus' where org_id = pg_temp.id('one') and id = pg_temp.id('rex/home');
update public.booking_policies set fee_tiers = '[{"fee": 1}]' where org_id = pg_temp.id('one') and service_type = 'evening';
select is(pg_temp.find('booking_windows', 'repair of test-one takes no time'), 'fail', 'a visit without length');
select is(pg_temp.find('time_zones', 'test-one: 1 location(s), ' || pg_temp.id('rex/home') || ' for one: the time zone Mars/Olympus'), 'fail', 'a time zone that does not exist');
select is(pg_temp.find('fee_tiers', 'evening of test-one'), 'fail', 'a fee schedule that cannot be read');

select * from finish();
rollback;
