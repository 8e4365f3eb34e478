-- Proves: every change of a job that a customer would want to know of adds one line to its timeline, whoever makes it
-- and on whatever path, says it once, and stays; and those who watch are told where Realtime is there.
begin;
\ir people.psql
select plan(60);

-- What the timeline of a job gained since it was last asked, as text.
create temporary table told (id uuid primary key);
create function pg_temp.news(job text default 'job') returns text language plpgsql as $$
declare
  result text;
begin
  select string_agg(concat_ws(' ', e.event_type, e.status, 'by ' || e.actor_type, split_part(u.email, '@', 1), 'saying ' || quote_literal(e.note)), E'\n' order by e.event_type)
  into result
  from public.work_order_events e left join auth.users u on u.id = e.actor_user_id
  where e.work_order_id = pg_temp.id(job) and e.id not in (select id from told);
  insert into told select id from public.work_order_events where work_order_id = pg_temp.id(job) on conflict do nothing;
  return coalesce(result, 'nothing');
end $$;
create function pg_temp.job(status text, technician text default null, name text default 'job', more text default 'null') returns text language sql stable as $$
  select format(
    $q$ insert into public.work_orders
          (org_id, id, customer_id, location_id, service_type, technician_id, status, window_start, window_end, status_note)
        values (pg_temp.id('one'), pg_temp.id(%L), pg_temp.id('dana/customer'), pg_temp.id('dana/home'), 'visit', pg_temp.id(%L), %L,
          pg_temp.at('10:00'), pg_temp.at('12:00'), %s) $q$, name, technician, status, more)
$$;
create function pg_temp.change(change text, job text default 'job') returns text language sql stable as $$
  select format('update public.work_orders set %s where org_id = pg_temp.id(''one'') and id = pg_temp.id(%L)', change, job)
$$;

-- Beginnings -------------------------------------------------------------------------------------------------
select is(pg_temp.touched('dba', pg_temp.job(status, null, 'new/' || status)), 1::bigint, 'a new job that is ' || status) from unnest(enum_range(null::portal.work_order_status)::text[]) as status;
select is(pg_temp.news('new/' || status), coalesce(event || ' ' || status || ' by system', 'nothing'), format('begins its timeline with %s', coalesce(event, 'nothing: it brings its own')))
from (values
  ('tentative', 'requested'), ('scheduled', 'scheduled'), ('en_route', 'en_route'), ('on_site', 'on_site'),
  ('completed', null), ('canceled', null), ('no_show', null)
) as beginning (status, event);
insert into public.work_orders (org_id, id, customer_id, location_id, service_type, window_start, window_end, created_at)
values (pg_temp.id('one'), pg_temp.id('old'), pg_temp.id('dana/customer'), pg_temp.id('dana/home'), 'visit', pg_temp.at('10:00'), pg_temp.at('12:00'), '2026-01-02');
select is((select occurred_at from public.work_order_events where work_order_id = pg_temp.id('old')), '2026-01-02'::timestamptz, 'at the time at which the job was made');

-- One kind of change after the other -----------------------------------------------------------------------------
select is(pg_temp.touched('service_role', pg_temp.job('tentative', 'tess/technician', 'job', '''We hold this time for you.''')), 1::bigint, 'a service takes a request');
select is(pg_temp.news(), 'requested tentative by service saying ''We hold this time for you.''', 'and its words are in the timeline');
create function pg_temp.told(who text, change text) returns text language plpgsql as $$
begin
  perform pg_temp.touched(who, pg_temp.change(change));
  return pg_temp.news();
end $$;
select is(pg_temp.told(who, change), expected, format('%s sets %s: %s', who, change, expected))
from (values
  ('disa', 'status = ''scheduled'', status_note = ''See you then.''', 'scheduled scheduled by staff disa saying ''See you then.'''),
  ('disa', 'contact_phone = ''+13125550100''', 'nothing'),
  ('disa', 'status = ''scheduled''', 'nothing'),
  ('disa', 'status_note = ''Bring the key.''', 'note_added scheduled by staff disa saying ''Bring the key.'''),
  ('service_role', 'window_start = pg_temp.at(''11:00''), window_end = pg_temp.at(''13:00'')', 'moved scheduled by service'),
  ('disa', 'technician_id = pg_temp.id(''olaf/technician'')', 'technician_assigned scheduled by staff disa'),
  ('disa', 'technician_id = pg_temp.id(''tess/technician''), window_end = pg_temp.at(''14:00'')', 'moved scheduled by staff disa'),
  ('tess', 'eta = window_end', 'eta_changed scheduled by staff tess'),
  ('tess', 'eta = window_end + interval ''1 minute'', status_note = ''Traffic.''', 'running_late scheduled by staff tess saying ''Traffic.'''),
  ('tess', 'eta = window_start', 'eta_changed scheduled by staff tess'),
  ('tess', 'status = ''en_route'', eta = window_end + interval ''1 hour''', 'en_route en_route by staff tess'),
  ('tess', 'status = ''scheduled''', 'scheduled scheduled by staff tess'),
  ('tess', 'status = ''on_site''', 'on_site on_site by staff tess'),
  ('dba', 'status = ''completed'', job_summary = ''Filter changed''', 'completed completed by system'),
  ('dba', 'job_summary = ''Filter and belt changed''', 'nothing')
) as step (who, change, expected);
select results_eq(
  $$ select window_start = pg_temp.at('11:00') and window_end = pg_temp.at('14:00'), eta = window_start, status
     from public.work_order_events where work_order_id = pg_temp.id('job') and event_type = 'eta_changed' and eta = window_start $$,
  $$ values (true, true, 'scheduled'::portal.work_order_status) $$,
  'a line keeps the window, the estimate and the status as they stood');

-- Endings ----------------------------------------------------------------------------------------------------
select is(pg_temp.touched('dba', pg_temp.change(change, 'new/' || job)), 1::bigint, format('the %s job: %s', job, change))
from (values
  ('tentative', 'status = ''canceled'', cancel_reason = ''hold_expired'''),
  ('scheduled', 'status = ''canceled'', cancel_reason = ''It works again.'', status_note = ''Canceled.'''),
  ('on_site', 'status = ''no_show''')
) as ending (job, change);
select is(pg_temp.news('new/' || job), expected, 'is told as ' || expected)
from (values
  ('tentative', 'hold_expired canceled by system'),
  ('scheduled', 'canceled canceled by system saying ''It works again.'''),
  ('on_site', 'no_show no_show by system')
) as ending (job, expected);

-- Who may read and write it ------------------------------------------------------------------------------------
select is(pg_temp.answer('dana', $$ select string_agg(event_type, ' ' order by event_type) from portal.appointment_events where appointment_id = pg_temp.id('job') and event_type ~ 'late|moved' $$),
  'moved moved running_late', 'the customer reads the timeline');
select is(pg_temp.answer(who, $$ select count(*) from portal.appointment_events where appointment_id = pg_temp.id('job') $$), '0', who || ' does not')
from unnest(array['rex', 'mona', 'tova']) as who;
select is(pg_temp.refusal('anon', 'select from portal.appointment_events'), '42501', 'people who are not signed in neither');
select is(pg_temp.touched('tess', $$ insert into public.work_order_events (work_order_id, event_type, note) values (pg_temp.id('dana/job'), 'rang', 'I rang the bell twice.') $$), 1::bigint,
  'a technician adds a line of their own');
select is(pg_temp.news('dana/job'), E'rang by staff tess saying ''I rang the bell twice.''\nscheduled scheduled by system', 'which says who wrote it');
select is(pg_temp.refusal('tess', $$ insert into public.work_order_events (work_order_id, event_type) values (pg_temp.id('rex/job'), 'rang') $$), '42501', 'but not to another''s job');
select is(pg_temp.refusal('dana', $$ insert into public.work_order_events (work_order_id, event_type) values (pg_temp.id('dana/job'), 'completed') $$), '42501', 'a customer adds nothing');
select is(pg_temp.refusal('cory', $$ insert into public.work_order_events (work_order_id, event_type, actor_type) values (pg_temp.id('dana/job'), 'x', 'portal_user') $$), '42501',
  'nobody writes in another''s name');
select is(pg_temp.refusal(who, statement), refused, format('%s: %s', who, statement))
from (values
  ('dba', 'update public.work_order_events set note = ''x''', 'PT422 append_only'),
  ('dba', 'delete from public.work_order_events', 'PT422 append_only'),
  ('dba', 'truncate public.work_order_events', 'PT422 append_only'),
  ('service_role', 'update public.work_order_events set note = ''x''', '42501'),
  ('service_role', 'delete from public.work_order_events', '42501'),
  ('adam', 'delete from public.work_order_events', '42501')
) as attempt (who, statement, refused);

-- Live ----------------------------------------------------------------------------------------------------------
-- Everything above ran without Realtime. This stands in for its function.
create schema realtime;
create table realtime.sent (payload jsonb, event text, topic text, private boolean);
create function realtime.send(payload jsonb, event text, topic text, private boolean default true) returns void language sql as $$
  insert into realtime.sent values (payload, event, topic, private)
$$;
select is(pg_temp.touched('tess', pg_temp.change('status = ''en_route''', 'dana/job')), 1::bigint, 'without the right to send, a change is made all the same');
grant usage on schema realtime to portal_owner;
grant insert on realtime.sent to portal_owner;
select is(pg_temp.touched('tess', pg_temp.change('status = ''on_site'', status_note = ''In the cellar.''', 'dana/job')), 1::bigint, 'with it');
select results_eq('select * from realtime.sent', $$ values (
    jsonb_build_object('id', pg_temp.id('dana/job'), 'status', 'on_site'), 'appointment_status',
    format('portal:%s:%s', pg_temp.id('one'), pg_temp.id('dana/customer')), true) $$,
  'those who watch the customer are told which appointment and its status, and nothing more');
select is(pg_temp.touched('dba', pg_temp.change('contact_phone = ''+13125550101''', 'dana/job')), 1::bigint, 'what is nobody''s news');
select is((select count(*) from realtime.sent), 1::bigint, 'is not sent');

select * from finish();
rollback;
