-- Proves: a technician is in one place at a time and does only what they can, the time a job takes is worked out on
-- every path and waits its turn, the columns that follow from others are kept, and technicians report without planning.
begin;
\ir people.psql
select plan(71);

create function pg_temp.job(name text, service text, starts text, ends text, technician text default 'tess/technician', status text default 'scheduled')
returns text language sql stable as $$
  select format(
    $q$ insert into public.work_orders (org_id, id, customer_id, location_id, service_type, technician_id, status, window_start, window_end)
        values (pg_temp.id('one'), pg_temp.id(%L), pg_temp.id('rex/customer'), pg_temp.id('rex/home'), %L, pg_temp.id(%L), %L, %L, %L) $q$,
    name, service, technician, status, pg_temp.at(starts), pg_temp.at(ends))
$$;
create function pg_temp.of(name text) returns public.work_orders language sql stable as $$
  select w from public.work_orders w where org_id = pg_temp.id('one') and id = pg_temp.id(name)
$$;
create function pg_temp.blocked(name text) returns text language sql stable as $$
  select concat(lower(blocked) at time zone 'America/Chicago' - pg_temp.day(), ' ', upper(blocked) at time zone 'America/Chicago' - pg_temp.day())
  from public.work_orders where org_id = pg_temp.id('one') and id = pg_temp.id(name)
$$;
create function pg_temp.change(name text, change text) returns text language sql stable as $$
  select format('update public.work_orders set %s where org_id = pg_temp.id(''one'') and id = pg_temp.id(%L)', change, name)
$$;

-- The time it takes --------------------------------------------------------------------------------------------
-- Both services take two hours; a repair keeps its technician 15 minutes before and 30 after.
select is(pg_temp.touched('dba', pg_temp.job('a', 'repair', '10:00', '12:00')), 1::bigint, 'a repair, with 15 minutes before and 30 after');
select is(pg_temp.blocked('a'), '09:45:00 12:30:00', 'keeps its technician from 9:45 until before 12:30');
select is(pg_temp.touched('dba', pg_temp.change('a', 'window_end = pg_temp.at(''11:00'')')), 1::bigint, 'a window shorter than the visit');
select is(pg_temp.blocked('a'), '09:45:00 12:30:00', 'does not make the visit shorter');
select is(pg_temp.touched('dba', pg_temp.change('a', 'window_end = pg_temp.at(''13:00'')')), 1::bigint, 'a longer one');
select is(pg_temp.blocked('a'), '09:45:00 13:30:00', 'keeps them longer');
select is(pg_temp.touched('dba', pg_temp.change('a', 'service_type = ''visit''')), 1::bigint, 'another service');
select is(pg_temp.blocked('a'), '10:00:00 13:00:00', 'has other buffers');
select is(pg_temp.touched('dba', pg_temp.change('a', 'blocked = ''empty''')), 1::bigint, 'blocked, written by hand');
select is(pg_temp.blocked('a'), '10:00:00 13:00:00', 'is worked out all the same');
insert into public.work_orders (org_id, id, customer_id, location_id, service_type, window_start, window_end, blocked)
values (pg_temp.id('one'), pg_temp.id('b'), pg_temp.id('rex/customer'), pg_temp.id('rex/home'), 'visit', pg_temp.at('10:00'), pg_temp.at('11:00'), '(,)');
select is(pg_temp.blocked('b'), '10:00:00 12:00:00', 'in an insert, too');
update public.service_types set buffer_after_minutes = 60, duration_minutes = 300 where org_id = pg_temp.id('one');
update public.work_orders set eta = now() where id = pg_temp.id('a');
select is(pg_temp.blocked('a'), '10:00:00 13:00:00', 'a change of the service leaves planned jobs alone');
update public.service_types set buffer_after_minutes = case code when 'repair' then 30 else 0 end, duration_minutes = 120
where org_id = pg_temp.id('one');
select is(pg_temp.refusal('dba', pg_temp.change('a', change)), expected, format('%s: %s', change, expected))
from (values
  ('window_start = ''infinity''', 'PT400 invalid_input'),
  ('window_end = ''infinity''', 'PT400 invalid_input'),
  ('eta = ''-infinity''', 'PT400 invalid_input'),
  ('window_end = window_start', '23514'),
  ('window_start = null', '23502')
) as mistake (change, expected);

-- Who writes into a day waits for who does already: one lock per day of the company.
create function pg_temp.locks(statement text) returns bigint language plpgsql as $$
declare
  before bigint := (select count(*) from pg_locks where locktype = 'advisory' and pid = pg_backend_pid());
begin
  execute statement;
  return (select count(*) from pg_locks where locktype = 'advisory' and pid = pg_backend_pid()) - before;
end $$;
select is(pg_temp.locks(pg_temp.job('one-day', 'repair', '20:00 +6 days', '22:00 +6 days')), 1::bigint, 'a job locks its day');
select is(pg_temp.locks(pg_temp.change('one-day', 'window_end = window_end + interval ''4 hours''')), 1::bigint, 'and the next, once it lasts into it');
select is(pg_temp.locks(pg_temp.change('one-day', 'eta = window_start')), 0::bigint, 'an estimate locks nothing');
select is(pg_temp.locks(pg_temp.job('done', 'repair', '20:00 +8 days', '22:00 +8 days', status => 'completed')), 0::bigint, 'nor does a job that is over');

-- One place at a time --------------------------------------------------------------------------------------------
select is(pg_temp.refusal(who, pg_temp.job('c', service, starts, ends, technician, status)), expected,
  format('%s, beside tess''s job from 10 to 13: %s, %s to %s, %s, %s: %s', who, service, starts, ends, technician, status, expected))
from unnest(array['dba', 'service_role']) as who, (values
  ('visit', '13:00', '14:00', 'tess/technician', 'scheduled', 'accepted'),
  ('visit', '08:00', '09:00', 'tess/technician', 'scheduled', 'accepted'),
  ('visit', '09:00', '10:00', 'tess/technician', 'scheduled', '23P01'),
  ('visit', '12:59', '14:00', 'tess/technician', 'scheduled', '23P01'),
  ('visit', '11:00', '12:00', 'tess/technician', 'tentative', '23P01'),
  ('repair', '13:10', '15:00', 'tess/technician', 'scheduled', '23P01'),
  ('visit', '11:00', '12:00', 'tess/technician', 'canceled', 'accepted'),
  ('visit', '11:00', '12:00', 'olaf/technician', 'scheduled', 'accepted')
) as job (service, starts, ends, technician, status, expected);

-- Only what they can ------------------------------------------------------------------------------------------------
insert into public.technicians (org_id, id, display_name, is_active) values
  (pg_temp.id('one'), pg_temp.id('nell/technician'), 'Nell, who has no skill', true),
  (pg_temp.id('one'), pg_temp.id('otto/technician'), 'Otto, who has left', false);
insert into public.technician_skills (org_id, technician_id, service_type) values (pg_temp.id('one'), pg_temp.id('otto/technician'), 'visit');
select is(pg_temp.refusal(who, pg_temp.change('b', format('technician_id = pg_temp.id(%L)', technician))), expected,
  format('%s gives a job to %s: %s', who, technician, expected))
from unnest(array['dba', 'service_role', 'disa']) as who, (values
  ('olaf/technician', 'accepted'),
  ('nell/technician', 'PT422 technician_unsuited'),
  ('otto/technician', 'PT422 technician_unsuited')
) as job (technician, expected);
select is(pg_temp.refusal('dba', pg_temp.job('d', 'visit', '10:00', '12:00', 'otto/technician', 'completed')), 'accepted', 'what a former technician did stays theirs');
delete from public.technician_skills where technician_id = pg_temp.id('tess/technician') and service_type = 'visit';
select is(pg_temp.refusal('dba', pg_temp.change('a', 'eta = now()')), 'accepted', 'a job that was planned goes on although the skill is gone');
select is(pg_temp.refusal('dba', pg_temp.change('a', 'service_type = ''repair''')), 'accepted', 'it may become one that they can do');
insert into public.technician_skills (org_id, technician_id, service_type) values (pg_temp.id('one'), pg_temp.id('tess/technician'), 'visit');
select is(pg_temp.refusal('dba', 'update public.service_types set code = ''calls'' where code = ''visit'' and org_id = pg_temp.id(''one'')'), 'accepted',
  'a service may be renamed while technicians do it');

-- What follows from the rest -------------------------------------------------------------------------------------
select is(pg_temp.touched('dba', pg_temp.job('e', 'visit', '14:00', '16:00', 'olaf/technician', 'tentative')), 1::bigint, 'a hold');
create function pg_temp.books(change text, columns text) returns text language plpgsql as $$
declare
  result text;
begin
  execute pg_temp.change('e', change);
  execute format('select concat_ws('' '', %s) from public.work_orders where id = pg_temp.id(''e'')', columns) into result;
  return result;
end $$;
select is(pg_temp.books(change, columns), expected, format('after %s: %s is %s', change, columns, expected))
from (values
  ('hold_expires_at = now() + interval ''1 day'', ics_sequence = 7', 'ics_sequence, hold_expires_at > now()', '0 t'),
  ('status = ''scheduled'', status_note = ''See you then.''', 'ics_sequence, hold_expires_at is null, status_note', '1 t See you then.'),
  ('eta = window_start', 'ics_sequence, status_note is null', '1 t'),
  ('window_start = pg_temp.at(''15:00'')', 'ics_sequence, eta is null', '2 t'),
  ('status = ''en_route'', status_note = ''On the way.''', 'ics_sequence, status_note', '2 On the way.'),
  ('updated_at = now()', 'status_note', 'On the way.'),
  ('status = ''canceled''', 'ics_sequence, canceled_at = now(), completed_at is null, status_note is null', '3 t t t')
) as step (change, columns, expected);
select is(pg_temp.touched('dba', pg_temp.change('one-day', 'status = ''completed''')), 1::bigint, 'a job is done');
select is((pg_temp.of('one-day')).completed_at, now(), 'now, where nobody says when');
select is(pg_temp.touched('dba', pg_temp.change('b', 'status = ''completed'', completed_at = ''2026-01-01''')), 1::bigint, 'another was');
select is((pg_temp.of('b')).completed_at, '2026-01-01'::timestamptz, 'when somebody says');

-- Technicians report ------------------------------------------------------------------------------------------------
select is(pg_temp.refusal('tess', pg_temp.change('dana/job', change)), expected, format('tess sets %s: %s', change, expected))
from (values
  ('status = ''on_site''', 'accepted'),
  ('status = ''on_site'', status_note = ''I am here.''', 'accepted'),
  ('eta = now()', 'accepted'),
  ('job_summary = ''Filter changed''', 'accepted'),
  ('window_end = window_end + interval ''1 hour''', 'PT403 not_for_technicians'),
  ('technician_id = pg_temp.id(''olaf/technician'')', 'PT403 not_for_technicians'),
  ('cancel_fee_cents = 100', 'PT403 not_for_technicians'),
  ('ics_sequence = 9', '42501')
) as report (change, expected);
select is(pg_temp.touched('tess', pg_temp.change('rex/job', 'status = ''on_site''')), 0::bigint, 'tess does not reach another technician''s job');

select * from finish();
rollback;
