-- Proves: a request that is written into the table is judged like one that is sent through create_booking_request,
-- by every rule of the calendar, whoever writes it; and what is accepted holds its time at once.
begin;
\ir people.psql
select plan(89);

-- Beside the window from 8 to 10, one from 13 to 15. Two technicians can come.
insert into public.booking_windows (org_id, weekday, start_time, end_time)
select pg_temp.id('one'), weekday, '13:00', '15:00' from generate_series(0, 6) as weekday;
insert into public.service_types (org_id, code, name, category, duration_minutes, lead_time_minutes, horizon_days, booking_mode, is_emergency, safety_notice)
values (pg_temp.id('one'), 'advice', 'Advice', 'hvac', 60, 240, 14, 'request', false, null), -- that nobody can do
       (pg_temp.id('one'), 'quick', 'Quick check', 'hvac', 60, 240, 14, 'instant', false, null),
       (pg_temp.id('one'), 'urgent', 'Emergency', 'hvac', 60, 0, 14, 'instant', true, 'Leave the house.'),
       (pg_temp.id('one'), 'sudden', 'Emergency without words of its own', 'hvac', 60, 0, 14, 'request', true, null);
insert into public.technician_skills (org_id, technician_id, service_type)
select pg_temp.id('one'), pg_temp.id(technician), service from unnest(array['tess/technician', 'olaf/technician']) as technician, unnest(array['quick', 'urgent', 'sudden']) as service;

-- The same request as a row and as a call: a good one, for 8 o'clock in three days, but for the differences.
create function pg_temp.wish(differences jsonb) returns jsonb language sql stable as $$
  select jsonb_build_object('location_id', pg_temp.id('dana/home'), 'service_type', 'repair', 'problem_description', 'No heat',
    'preferred_service_date', pg_temp.day(), 'preferred_time_window_start', '08:00', 'preferred_time_window_end', '10:00') || differences
$$;
create function pg_temp.as_row(differences jsonb default '{}') returns text language sql stable as $$
  select format('insert into public.portal_booking_requests (%s) select %1$s from jsonb_populate_record(null::public.portal_booking_requests, %L)',
    string_agg(quote_ident(key), ', '), request)
  from (select jsonb_build_object('org_id', pg_temp.id('one'), 'portal_account_id', pg_temp.id('dana/account')) || pg_temp.wish(differences)) as whole (request),
       jsonb_object_keys(request) as key
  group by request
$$;
create function pg_temp.as_call(differences jsonb default '{}') returns text language sql stable as $$
  select 'select portal.create_booking_request(' || string_agg(format('%I => %L', key, value), ', ') || ')'
  from jsonb_each_text(pg_temp.wish(differences)) where value is not null
$$;
-- What both paths say: one word when they agree, both when not.
create function pg_temp.verdict(differences jsonb default '{}') returns text language sql volatile as $$
  select string_agg(distinct refusal, ' but ')
  from (select pg_temp.refusal(who, pg_temp.as_row(differences)) as refusal from unnest(array['dana', 'dba', 'service_role']) as who
        union all select pg_temp.refusal('dana', pg_temp.as_call(differences))) as every_path
$$;

-- Wishes -------------------------------------------------------------------------------------------------------
select is(pg_temp.verdict(differences), expected, format('on every path: %s: %s', differences, expected))
from (values
  ('{}'::jsonb, 'accepted'),
  ('{"preferred_time_window_end": null}', 'accepted'),
  ('{"preferred_time_window_start": null, "preferred_time_window_end": null}', 'accepted'),
  ('{"preferred_service_date": null, "preferred_time_window_start": null, "preferred_time_window_end": null, "flexible_date": true}', 'accepted'),
  ('{"preferred_service_date": null, "preferred_time_window_start": null, "preferred_time_window_end": null}', 'PT400 invalid_input'),
  ('{"preferred_service_date": null}', 'PT400 invalid_input'),
  ('{"preferred_time_window_start": null}', 'PT400 invalid_input'),
  ('{"preferred_time_window_start": "10:00", "preferred_time_window_end": "08:00"}', 'PT400 invalid_input'),
  ('{"preferred_service_date": "infinity"}', 'PT400 invalid_input'),
  ('{"preferred_time_window_start": "09:00"}', 'PT422 window_not_offered'),
  ('{"preferred_time_window_end": "12:00"}', 'PT422 window_not_offered'),
  (jsonb_build_object('preferred_service_date', pg_temp.day(-1)), 'PT422 date_in_past'),
  (jsonb_build_object('preferred_service_date', pg_temp.day(14)), 'accepted'),
  (jsonb_build_object('preferred_service_date', pg_temp.day(15)), 'PT422 beyond_horizon'),
  ('{"service_type": "nonsense"}', 'PT404 not_found'),
  ('{"service_type": "advice"}', 'PT422 nobody_can_do_it'),
  ('{"service_type": "advice", "flexible_date": true}', 'accepted'),
  ('{"attachments": [{"path": "somebody/else.png"}]}', 'PT422 attachment_not_yours')
) as request (differences, expected);
select is(pg_temp.refusal('dana', statement), 'PT404 not_found', 'the location of somebody else is no location')
from unnest(array[pg_temp.as_row(jsonb_build_object('location_id', pg_temp.id('rex/home'))), pg_temp.as_call(jsonb_build_object('location_id', pg_temp.id('rex/home')))]) as statement;
select is(pg_temp.refusal('dba', pg_temp.as_row(jsonb_build_object('location_id', pg_temp.id('rex/home'), 'customer_id', pg_temp.id('dana/customer')))),
  '23503', 'and cannot be paired with another customer in psql');
select is(pg_temp.refusal('nobody', pg_temp.as_row()), '42501', 'people without an account send nothing');

-- The calendar ---------------------------------------------------------------------------------------------------
-- Each arrangement, and what a wish is told under it. Nothing of it stays.
create function pg_temp.under(arrangement text, differences jsonb default '{}') returns text language plpgsql as $$
declare
  result text;
begin
  execute arrangement;
  result := pg_temp.verdict(differences);
  raise exception using errcode = 'TS001';
exception when sqlstate 'TS001' then
  return result;
end $$;
create function pg_temp.job(technician text, starts text, service text default 'visit', status text default 'scheduled', more text default 'null') returns text language sql stable as $$
  select format(
    $q$ insert into public.work_orders (org_id, customer_id, location_id, service_type, technician_id, status, window_start, window_end, hold_expires_at)
        select %L, %L, %L, %L, %L, %L, %L, %L::timestamptz + interval '2 hours', %s $q$,
    pg_temp.id('one'), pg_temp.id('rex/customer'), pg_temp.id('rex/home'), service, pg_temp.id(technician), status, pg_temp.at(starts), pg_temp.at(starts), more)
$$;
create function pg_temp.off(technician text, starts text, ends text) returns text language sql stable as $$
  select format('insert into public.technician_time_off (org_id, technician_id, starts_at, ends_at) values (%L, %L, %L, %L)',
    pg_temp.id('one'), pg_temp.id(technician), pg_temp.at(starts), pg_temp.at(ends))
$$;
-- Tess is busy with the window, so that it hangs on olaf.
select pg_temp.job('tess/technician', '08:00') as busy \gset tess_
select is(pg_temp.under(:'tess_busy' || ';' || arrangement, differences), expected, format('%s %s: %s', why, differences, expected))
from (values
  ('one of two is busy', 'select', '{}'::jsonb, 'accepted'),
  ('both are busy', pg_temp.job('olaf/technician', '08:00'), '{}', 'PT409 slot_taken'),
  ('both are busy, any day would do', pg_temp.job('olaf/technician', '08:00'), '{"flexible_date": true}', 'accepted'),
  ('the other is held for somebody', pg_temp.job('olaf/technician', '08:00', status => 'tentative', more => 'now() + interval ''1 minute'''), '{}', 'PT409 slot_taken'),
  ('the other was held until now', pg_temp.job('olaf/technician', '08:00', status => 'tentative', more => 'now()'), '{}', 'accepted'),
  ('the other''s job is canceled', pg_temp.job('olaf/technician', '08:00', status => 'canceled'), '{}', 'accepted'),
  ('a job that nobody has yet needs the other', replace(pg_temp.job('x', '08:00'), quote_literal(pg_temp.id('x')), 'null'), '{}', 'PT409 slot_taken'),
  ('the other comes from a job until 8 and needs 15 minutes', pg_temp.job('olaf/technician', '06:00'), '{}', 'PT409 slot_taken'),
  ('the other comes from a job until 7:45', pg_temp.job('olaf/technician', '05:45'), '{}', 'accepted'),
  ('the other must leave at 10:15, 15 minutes too early', pg_temp.job('olaf/technician', '10:15'), '{}', 'PT409 slot_taken'),
  ('the other must leave at 10:30', pg_temp.job('olaf/technician', '10:30'), '{}', 'accepted'),
  ('the other is off', pg_temp.off('olaf/technician', '09:59', '20:00'), '{}', 'PT409 slot_taken'),
  ('the other is off from 10 on', pg_temp.off('olaf/technician', '10:00', '20:00'), '{}', 'accepted'),
  ('the other starts at 8:01', 'update public.technician_shifts set start_time = ''08:01'' where technician_id = pg_temp.id(''olaf/technician'')', '{}', 'PT409 slot_taken'),
  ('the other works in two shifts that adjoin at 9',
    'update public.technician_shifts set end_time = ''09:00'' where technician_id = pg_temp.id(''olaf/technician'');
     insert into public.technician_shifts (org_id, technician_id, weekday, start_time, end_time, valid_from)
     select org_id, technician_id, weekday, ''09:00'', ''24:00'', valid_from from public.technician_shifts where technician_id = pg_temp.id(''olaf/technician'')', '{}', 'accepted'),
  ('the other''s shifts have ended', 'update public.technician_shifts set valid_to = pg_temp.day(2) where technician_id = pg_temp.id(''olaf/technician'')', '{}', 'PT409 slot_taken'),
  ('the other has left', 'update public.technicians set is_active = false where id = pg_temp.id(''olaf/technician'')', '{}', 'PT409 slot_taken'),
  ('the other cannot do it', 'delete from public.technician_skills where service_type = ''repair'' and technician_id = pg_temp.id(''olaf/technician'')', '{}', 'PT409 slot_taken'),
  ('the other stays elsewhere', 'insert into public.service_areas (org_id, technician_id, postal_code_prefix) values (pg_temp.id(''one''), pg_temp.id(''olaf/technician''), ''70'')', '{}', 'PT409 slot_taken'),
  ('the other goes there', 'insert into public.service_areas (org_id, technician_id, postal_code_prefix) values (pg_temp.id(''one''), pg_temp.id(''olaf/technician''), ''606'')', '{}', 'accepted'),
  ('the company goes there', 'insert into public.service_areas (org_id, postal_code_prefix) values (pg_temp.id(''one''), ''70''), (pg_temp.id(''one''), ''60601'')', '{}', 'accepted'),
  ('the company stays elsewhere', 'insert into public.service_areas (org_id, postal_code_prefix) values (pg_temp.id(''one''), ''70'')', '{}', 'PT422 outside_service_area'),
  ('the company goes to such codes of another country', 'insert into public.service_areas (org_id, country, postal_code_prefix) values (pg_temp.id(''one''), ''CA'', ''606'')', '{}', 'PT422 outside_service_area'),
  ('the postal code is written in another way', 'update public.customer_locations set postal_code = ''k1a-0b1'', country = ''CA'' where id = pg_temp.id(''dana/home'');
     insert into public.service_areas (org_id, country, postal_code_prefix) values (pg_temp.id(''one''), ''CA'', ''K1A0'')', '{}', 'accepted'),
  ('that day is a holiday', 'insert into public.org_holidays (org_id, holiday_on, name) values (pg_temp.id(''one''), pg_temp.day(), ''Feast'')', '{}', 'PT422 holiday'),
  ('the next day is a holiday', 'insert into public.org_holidays (org_id, holiday_on, name) values (pg_temp.id(''one''), pg_temp.day(4), ''Feast'')', '{}', 'accepted'),
  ('it must be booked four days ahead', 'update public.service_types set lead_time_minutes = 4 * 1440 where code = ''repair''', '{}', 'PT422 inside_lead_time'),
  -- Four hours of windows a day: four days of them are not over before day four.
  ('it must be booked 16 business hours ahead', 'update public.service_types set lead_time_minutes = 960, lead_time_business_hours_only = true where code = ''repair''', '{}', 'PT422 inside_lead_time'),
  ('it must be booked 16 hours ahead', 'update public.service_types set lead_time_minutes = 960 where code = ''repair''', '{}', 'accepted'),
  ('the window is not offered any more', 'update public.booking_windows set is_active = false where start_time = ''08:00''', '{}', 'PT422 window_not_offered'),
  ('the service has its own window at 8, which ends later',
    'insert into public.booking_windows (org_id, service_type, weekday, start_time, end_time) select pg_temp.id(''one''), ''repair'', weekday, ''08:00'', ''11:00'' from generate_series(0, 6) as weekday',
    '{}', 'PT422 window_not_offered'),
  ('one repair a day, and none yet', 'update public.service_types set daily_cap = 1 where code = ''repair''', '{}', 'accepted'),
  ('one repair a day, and one in the afternoon', 'update public.service_types set daily_cap = 1 where code = ''repair'';' || pg_temp.job('olaf/technician', '13:00', 'repair'), '{}', 'PT409 day_full'),
  ('one repair a day, which was canceled', 'update public.service_types set daily_cap = 1 where code = ''repair'';' || pg_temp.job('olaf/technician', '13:00', 'repair', 'canceled'), '{}', 'accepted'),
  -- Two windows and two technicians make four; half of them are two; tess has one of those.
  ('half the day is for emergencies, one of two is taken', 'update public.orgs set emergency_reserve_percent = 50', '{}', 'accepted'),
  ('half the day is for emergencies, two of two are taken', 'update public.orgs set emergency_reserve_percent = 50;' || pg_temp.job('olaf/technician', '13:00'), '{}', 'PT409 slot_taken'),
  ('half the day is for emergencies, this is one', 'update public.orgs set emergency_reserve_percent = 50;' || pg_temp.job('olaf/technician', '13:00'), '{"service_type": "urgent"}', 'accepted'),
  ('half the day is for emergencies, which took theirs', 'update public.orgs set emergency_reserve_percent = 50;' || pg_temp.job('olaf/technician', '13:00', 'urgent'), '{}', 'accepted'),
  ('the service is not offered any more', 'update public.service_types set is_active = false where code = ''repair''', '{}', 'PT404 not_found'),
  ('the location is not served any more', 'update public.customer_locations set is_active = false where id = pg_temp.id(''dana/home'')', '{}', 'PT404 not_found')
) as calendar (why, arrangement, differences, expected);

-- Facts of a refusal ---------------------------------------------------------------------------------------------
create function pg_temp.facts(person text, statement text) returns jsonb language plpgsql as $$
declare
  details text;
begin
  perform pg_temp.touched(person, statement);
  return null;
exception when others then
  get stacked diagnostics details = pg_exception_detail;
  perform pg_temp.become('dba');
  return details;
end $$;
select is(pg_temp.facts('dana', pg_temp.as_row(jsonb_build_object('preferred_service_date', pg_temp.day(15)))) - 'alternatives' - 'window_start',
  jsonb_build_object('reason', 'beyond_horizon', 'first_date', pg_temp.day(0), 'last_date', pg_temp.day(14)), 'beyond the horizon: which days there are');
savepoint busy;
select pg_temp.touched('dba', pg_temp.job(technician, '08:00')) from unnest(array['tess/technician', 'olaf/technician']) as technician \g /dev/null
select is(
  array(select (alternative ->> 'window_start')::timestamptz from jsonb_array_elements(facts -> 'alternatives') as alternative limit 2),
  array[pg_temp.at('13:00'), pg_temp.at('13:00', 2)], 'taken: the windows nearest to the wanted one')
from pg_temp.facts('dana', pg_temp.as_row()) as facts;
rollback to busy;

-- What is accepted ------------------------------------------------------------------------------------------------
-- What became of a request by its problem, with its job.
create function pg_temp.stored(problem text) returns text language sql volatile as $$
  select concat_ws(' ', b.status, b.preferred_time_window_start || '-' || b.preferred_time_window_end, w.status, t.display_name,
    w.window_start at time zone 'America/Chicago' - pg_temp.day(), 'held for ' || (w.hold_expires_at - now()))
  from public.portal_booking_requests b
  left join public.work_orders w on w.org_id = b.org_id and w.id = b.related_work_order_id
  left join public.technicians t on t.org_id = w.org_id and t.id = w.technician_id
  where b.org_id = pg_temp.id('one') and b.problem_description = problem
$$;
select is(pg_temp.touched('dba', pg_temp.job('tess/technician', '10:45')), 1::bigint, 'tess has a job that day, olaf none');
select is(pg_temp.touched(who, pg_temp.as_row(jsonb_build_object('problem_description', problem) || differences)) || ' ' || pg_temp.stored(problem), '1 ' || expected,
  format('%s: %s, %s', who, problem, expected))
from (values
  ('dana', 'Request', '{"preferred_time_window_end": null}'::jsonb, 'submitted 08:00:00-10:00:00 tentative Olaf 08:00:00 held for 1 day'),
  ('dana', 'Instant', '{"service_type": "quick"}', 'scheduled 08:00:00-10:00:00 scheduled Tess 08:00:00'),
  ('dba', 'Day', '{"preferred_time_window_start": null, "preferred_time_window_end": null}', 'under_review'),
  ('dana', 'Full', '{"flexible_date": true}', 'under_review 08:00:00-10:00:00'),
  ('service_role', 'Any', '{"preferred_service_date": null, "preferred_time_window_start": null, "preferred_time_window_end": null, "flexible_date": true}', 'under_review'),
  ('dana', 'I smell gas in the cellar', '{"preferred_time_window_start": "13:00", "preferred_time_window_end": "15:00"}', 'under_review 13:00:00-15:00:00')
) as request (who, problem, differences, expected);
insert into public.booking_policies (org_id, service_type, hold_minutes) values (pg_temp.id('one'), null, 60), (pg_temp.id('one'), 'repair', 90);
select is(pg_temp.touched('dana', pg_temp.as_row('{"problem_description": "Policy", "preferred_time_window_start": "13:00", "preferred_time_window_end": "15:00"}')) || ' ' || pg_temp.stored('Policy'),
  '1 submitted 13:00:00-15:00:00 tentative Olaf 13:00:00 held for 01:30:00', 'the service''s policy says how long a request is held');

-- Safety ------------------------------------------------------------------------------------------------------------
create function pg_temp.notice(problem text, service text) returns text language plpgsql as $$
begin
  perform pg_temp.touched('dana', pg_temp.as_row(jsonb_build_object('problem_description', problem, 'service_type', service,
    'preferred_service_date', pg_temp.day(5), 'flexible_date', true)));
  return (select safety_notice from portal_booking_requests where problem_description = problem and org_id = pg_temp.id('one'));
end $$;
update public.orgs set support_phone = '+13125550100' where id = pg_temp.id('one');
select is(pg_temp.notice('It drips', 'repair'), null, 'a harmless request has no safety notice');
select matches(pg_temp.notice('There are sparks from the outlet', 'repair'), '911', 'dangerous words are answered with what to do');
select is(pg_temp.notice('It is very cold', 'urgent'), 'Leave the house.', 'an emergency is answered with the words of its service');
select matches(pg_temp.notice('It is even colder', 'sudden'), '\+13125550100', 'or with the company''s number, where it has none');

-- What comes with its job --------------------------------------------------------------------------------------------
select is(pg_temp.touched(who, pg_temp.as_row(jsonb_build_object('problem_description', who, 'preferred_service_date', '2025-01-06', 'status', 'rejected',
    'customer_id', pg_temp.id('dana/customer'), 'related_work_order_id', pg_temp.id('dana/job')))) || ' ' || pg_temp.stored(who),
  '1 rejected 08:00:00-10:00:00 scheduled Tess ' || (date_trunc('day', now()) + interval '1 day 8 hours') at time zone 'America/Chicago' - pg_temp.day(),
  who || ' hands over a request with its job: it is taken as it is')
from unnest(array['dba', 'service_role']) as who;
select is(pg_temp.refusal(who, pg_temp.as_row(jsonb_build_object('customer_id', pg_temp.id('dana/customer'), 'related_work_order_id', pg_temp.id('dana/job')))), '42501',
  who || ' cannot name a job for a new request') from unnest(array['dana', 'cory']) as who;

-- Afterwards ------------------------------------------------------------------------------------------------------------
select is(pg_temp.refusal(who, format('update public.portal_booking_requests set %s where problem_description = ''Request''', change)), expected,
  format('%s changes a request: %s: %s', who, change, expected))
from unnest(array['dba', 'service_role', 'cory']) as who, (values
  ('preferred_service_date = null', 'PT400 invalid_input'),
  ('preferred_time_window_end = ''07:00''', 'PT400 invalid_input'),
  ('decision_note = ''We call you.''', 'accepted')
) as attempt (change, expected);

select * from finish();
rollback;
