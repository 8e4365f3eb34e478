-- Proves: a technician is in one place at a time, the time a job takes is worked out on every path, and technicians
-- report on jobs without planning them.
begin;
\ir people.psql
select plan(32);

-- A point in time on a day without other jobs.
create function pg_temp.at(clock text) returns timestamptz language sql stable as $$
  select date_trunc('day', now(), 'UTC') + interval '6 days' + clock::interval
$$;
create function pg_temp.job(name text, service text, starts text, ends text, technician text default 'tess/technician', status text default 'scheduled')
returns text language sql stable as $$
  select format(
    $q$ insert into public.work_orders (org_id, id, customer_id, location_id, service_type, technician_id, status, window_start, window_end)
        values (pg_temp.id('one'), pg_temp.id(%L), pg_temp.id('rex/customer'), pg_temp.id('rex/home'), %L, pg_temp.id(%L), %L, %L, %L) $q$,
    name, service, technician, status, pg_temp.at(starts), pg_temp.at(ends))
$$;
create function pg_temp.blocked(name text) returns tstzrange language sql stable as $$
  select blocked from public.work_orders where org_id = pg_temp.id('one') and id = pg_temp.id(name)
$$;

-- The time it takes --------------------------------------------------------------------------------------------
select is(pg_temp.touched('dba', pg_temp.job('a', 'repair', '10:00', '12:00')), 1::bigint, 'a repair, with 15 minutes before and 30 after');
select is(pg_temp.blocked('a'), tstzrange(pg_temp.at('09:45'), pg_temp.at('12:30'), '[)'), 'keeps its technician from 9:45 until before 12:30');
update public.work_orders set window_end = pg_temp.at('13:00') where id = pg_temp.id('a');
select is(pg_temp.blocked('a'), tstzrange(pg_temp.at('09:45'), pg_temp.at('13:30'), '[)'), 'a longer window keeps them longer');
update public.work_orders set service_type = 'visit' where id = pg_temp.id('a');
select is(pg_temp.blocked('a'), tstzrange(pg_temp.at('10:00'), pg_temp.at('13:00'), '[)'), 'another service has other buffers');
update public.work_orders set blocked = 'empty' where id = pg_temp.id('a');
select is(pg_temp.blocked('a'), tstzrange(pg_temp.at('10:00'), pg_temp.at('13:00'), '[)'), 'nobody writes it by hand');
insert into public.work_orders (org_id, id, customer_id, location_id, service_type, window_start, window_end, blocked)
values (pg_temp.id('one'), pg_temp.id('b'), pg_temp.id('rex/customer'), pg_temp.id('rex/home'), 'visit', pg_temp.at('10:00'), pg_temp.at('11:00'),
  '(,)');
select is(pg_temp.blocked('b'), tstzrange(pg_temp.at('10:00'), pg_temp.at('11:00'), '[)'), 'nor with an insert');
update public.service_types set buffer_after_minutes = 60 where org_id = pg_temp.id('one');
update public.work_orders set eta = now() where id = pg_temp.id('a');
select is(pg_temp.blocked('a'), tstzrange(pg_temp.at('10:00'), pg_temp.at('13:00'), '[)'), 'a change of the service leaves planned jobs alone');
update public.service_types set buffer_after_minutes = 30 where org_id = pg_temp.id('one') and code = 'repair';
update public.service_types set buffer_after_minutes = 0 where org_id = pg_temp.id('one') and code = 'visit';
select is(pg_temp.refusal('dba', format('update public.work_orders set %s where id = pg_temp.id(''a'')', change)), expected, format('%s: %s', change, expected))
from (values
  ('window_start = ''infinity''', 'PT400 invalid_input'),
  ('window_end = ''infinity''', 'PT400 invalid_input'),
  ('window_end = window_start', '23514'),
  ('window_start = null', '23502')
) as mistake (change, expected);

-- One place at a time --------------------------------------------------------------------------------------------
select is(pg_temp.refusal(who, pg_temp.job('c', service, starts, ends, technician, status)), expected,
  format('%s, beside tess''s job from 10 to 13: %s, %s to %s, %s, %s: %s', who, service, starts, ends, technician, status, expected))
from unnest(array['dba', 'service_role']) as who, (values
  ('visit', '13:00', '14:00', 'tess/technician', 'scheduled', 'accepted'),
  ('visit', '09:00', '10:00', 'tess/technician', 'scheduled', 'accepted'),
  ('visit', '12:59', '14:00', 'tess/technician', 'scheduled', '23P01'),
  ('visit', '11:00', '12:00', 'tess/technician', 'tentative', '23P01'),
  ('repair', '13:10', '14:00', 'tess/technician', 'scheduled', '23P01'),
  ('visit', '11:00', '12:00', 'tess/technician', 'canceled', 'accepted'),
  ('visit', '11:00', '12:00', 'olaf/technician', 'scheduled', 'accepted')
) as job (service, starts, ends, technician, status, expected);

-- Technicians report ------------------------------------------------------------------------------------------------
select is(pg_temp.refusal('tess', format('update public.work_orders set %s where id = pg_temp.id(''dana/job'')', change)), expected, format('tess sets %s: %s', change, expected))
from (values
  ('status = ''on_site''', 'accepted'),
  ('eta = now()', 'accepted'),
  ('job_summary = ''Filter changed''', 'accepted'),
  ('window_end = window_end + interval ''1 hour''', 'PT403 not_for_technicians'),
  ('technician_id = pg_temp.id(''olaf/technician'')', 'PT403 not_for_technicians'),
  ('cancel_fee_cents = 100', 'PT403 not_for_technicians')
) as report (change, expected);
select is(pg_temp.touched('tess', $$ update public.work_orders set status = 'on_site' where id = pg_temp.id('rex/job') $$), 0::bigint, 'tess does not reach another technician''s job');

select * from finish();
rollback;
