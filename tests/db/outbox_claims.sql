-- Proves: what is due is given to one worker at a time, after a second look, and what becomes of it is kept.
begin;
\ir people.psql
\ir outbox.psql
select plan(68);

-- Claims from company one's rows; others' are put out of the way.
update public.portal_notifications set status = 'canceled' where status in ('pending', 'sending');
create function pg_temp.claim(channel text default 'email', batch int default 100) returns table (event text, whom text, attempt int, facts jsonb, calendar text, id uuid, secret text, url text)
language sql as $$
  select c.event, split_part(c.recipient, '@', 1), c.attempt, c.facts, c.calendar, c.id, c.secret, c.url
  from portal_internal.claim_notifications(channel::portal.notification_channel, batch, 30) c
$$;
create function pg_temp.claimed(channel text default 'email', batch int default 100) returns text[] language sql as $$
  select array_agg(concat_ws(' ', event, whom, attempt)) from pg_temp.claim(channel, batch)
$$;
create function pg_temp.settle(name text, attempt int, outcome text, error text default null) returns int language sql as $$
  select portal_internal.settle_notifications(jsonb_build_array(jsonb_strip_nulls(jsonb_build_object(
    'org_id', pg_temp.id('one'), 'id', pg_temp.id(name), 'attempt', attempt, 'outcome', outcome, 'error', error))))
$$;
-- A row of dana's about her job of tomorrow, as the hooks write it, with some of it changed.
create function pg_temp.row(name text, event text default 'appointment_scheduled', changes jsonb default '{}') returns void language sql as $$
  insert into public.portal_notifications
  select r.* from public.work_orders w, jsonb_populate_record(null::public.portal_notifications, jsonb_build_object(
    'org_id', pg_temp.id('one'), 'id', pg_temp.id(name), 'event', event, 'category', 'booking_updates', 'channel', 'email', 'recipient', 'old@test.example',
    'portal_account_id', pg_temp.id('dana/account'), 'user_id', pg_temp.id('dana'), 'customer_id', pg_temp.id('dana/customer'),
    'work_order_id', pg_temp.id('dana/job'), 'payload', jsonb_build_object('window_start', w.window_start, 'window_end', w.window_end),
    'dedupe_key', name, 'not_before', now(), 'expires_at', now() + interval '1 hour', 'status', 'pending', 'attempts', 0,
    'created_at', now(), 'updated_at', now()) || changes) r
  where w.id = pg_temp.id('dana/job')
$$;
create function pg_temp.stands(name text) returns text language sql as $$
  select concat_ws(' ', n.status, split_part(n.last_error, ':', 1)) from public.portal_notifications n where n.org_id = pg_temp.id('one') and n.id = pg_temp.id(name)
$$;

-- Who may ---------------------------------------------------------------------------------------------

select is(pg_temp.refusal(who, 'select * from portal_internal.claim_notifications(''email'', 1, 30)'), '42501', who || ' cannot claim')
from unnest(array['anon', 'dana', 'cory', 'adam', 'service_role']) as who;
select is(pg_temp.refusal(who, 'select portal_internal.settle_notifications(''[]'')'), '42501', who || ' cannot settle')
from unnest(array['anon', 'dana', 'adam']) as who;
select ok(has_function_privilege('portal_gateway', f, 'execute'), f || ' is the gateway''s')
from unnest(array['portal_internal.claim_notifications(portal.notification_channel, integer, integer)', 'portal_internal.settle_notifications(jsonb)',
  'portal_internal.unsubscribe(text, boolean)', 'portal_internal.live_events(text)']) as f;
select is(pg_temp.refusal('dba', format('select * from portal_internal.claim_notifications(%s)', arguments)), 'PT400 invalid_input', arguments || ' is refused')
from unnest(array['null, 1, 30', '''email'', 0, 30', '''email'', 1001, 30', '''email'', 1, 0', '''email'', null, 30']) as arguments;

-- Order, leases ---------------------------------------------------------------------------------------

select pg_temp.row('first', changes => jsonb_build_object('not_before', now() - interval '2 minutes')) \g /dev/null
select pg_temp.row('second', changes => jsonb_build_object('not_before', now() - interval '1 minute')) \g /dev/null
select pg_temp.row('not yet', changes => jsonb_build_object('not_before', now() + interval '1 minute')) \g /dev/null
select pg_temp.row('by text', changes => '{"channel": "sms"}') \g /dev/null
select is((select array_agg(id) from pg_temp.claim(batch => 1)), array[pg_temp.id('first')], 'the longest waiting goes first');
select is((select array_agg(id) from pg_temp.claim()), array[pg_temp.id('second')], 'what is claimed or not due is given to nobody');
select is(pg_temp.claimed(), null, 'then nothing is left');
update public.portal_notifications set lease_until = now() where id = pg_temp.id('first');
select is(pg_temp.claimed(), array['appointment_scheduled dana 2'], 'a lease that ran out is another try');
select is(pg_temp.settle('first', 1, 'sent'), 0, 'the worker that was too slow settles nothing');
select is(pg_temp.stands('first'), 'sending', 'and changes nothing');
select is(pg_temp.settle('first', 2, 'sent'), 1, 'the one that has it does');
select is(pg_temp.stands('first'), 'sent', 'and it is sent');
select is(pg_temp.settle('first', 2, 'retry'), 0, 'once and for all');
select is((select count(*) from public.portal_live_events e where e.kind = 'notification' and e.entity_id = pg_temp.id('first') and e.user_id = pg_temp.id('dana') and e.status = 'sent'),
  1::bigint, 'whom it is for hears that it was sent');
select is((select recipient from public.portal_notifications where id = pg_temp.id('first')), 'dana@test.example', 'it went to the address that the person has now');

-- Outcomes --------------------------------------------------------------------------------------------

select pg_temp.settle('second', 1, 'released') \g /dev/null
select is((select concat_ws(' ', status, attempts) from public.portal_notifications where id = pg_temp.id('second')), 'pending 0', 'what was not tried is no try');
select pg_temp.claim() \g /dev/null
select pg_temp.settle('second', 1, 'refused', 'no such user') \g /dev/null
select is(pg_temp.stands('second'), 'dead no such user', 'what was refused for good is given up');
select pg_temp.row('retried', changes => jsonb_build_object('status', 'sending', 'attempts', attempt, 'expires_at', now() + interval '2 days', 'lease_until', now() + interval '1 minute', 'dedupe_key', 'retried' || attempt,
  'id', pg_temp.id('retried' || attempt))) from generate_series(1, 8) as attempt \g /dev/null
select pg_temp.settle('retried' || attempt, attempt, 'retry', 'busy') from generate_series(1, 8) as attempt \g /dev/null
select ok((select n.not_before - now() between wait * 0.79 and wait * 1.21 and n.status = 'pending' and n.attempts = attempt
  from public.portal_notifications n where n.id = pg_temp.id('retried' || attempt)), format('try %s is followed by another in about %s', attempt, wait))
from unnest(array['5 s', '5 min', '30 min', '2 h', '5 h', '10 h', '10 h']::interval[]) with ordinality as schedule (wait, attempt);
select is(pg_temp.stands('retried8'), 'dead busy', 'the eighth is the last');
select pg_temp.row('too late to retry', changes => '{"status": "sending", "attempts": 3}') \g /dev/null
update public.portal_notifications set expires_at = now() + interval '20 minutes' where id = pg_temp.id('too late to retry');
select pg_temp.settle('too late to retry', 3, 'retry', 'busy') \g /dev/null
select is(pg_temp.stands('too late to retry'), 'expired busy', 'a try that would come too late is not made');
select is(pg_temp.refusal('dba', format('select portal_internal.settle_notifications(%L)', results)), 'PT400 invalid_input', results || ' is refused')
from unnest(array['{}', '[{}]', '[{"org_id": 1}]']) as results;

-- The second look -------------------------------------------------------------------------------------

update public.portal_notifications set status = 'canceled', sent_at = null where status in ('pending', 'sending');
-- Sets something up, claims and says where the row stands; leaves no trace.
create function pg_temp.after(change text, event text default 'appointment_scheduled', changes jsonb default '{}') returns text language plpgsql as $$
begin
  perform pg_temp.row('looked at', event, changes);
  execute change;
  perform pg_temp.claim();
  raise exception using errcode = 'TS000', message = pg_temp.stands('looked at');
exception
  when sqlstate 'TS000' then return sqlerrm;
end $$;
select is(pg_temp.after(change, event, changes::jsonb), expected, format('%s, then %s: %s', event, change, expected))
from (values
  ('select 1', 'appointment_scheduled', '{}', 'sending'),
  ('update public.work_orders set window_start = window_start + interval ''1 hour'', window_end = window_end + interval ''1 hour'' where id = pg_temp.id(''dana/job'')', 'appointment_scheduled', '{}', 'canceled overtaken'),
  ('update public.work_orders set status = ''canceled'' where id = pg_temp.id(''dana/job'')', 'appointment_reminder_2h', '{}', 'canceled overtaken'),
  ('select 1', 'appointment_en_route', '{"category": "technician_enroute"}', 'canceled overtaken'),
  ('update public.work_orders set status = ''en_route'' where id = pg_temp.id(''dana/job'')', 'appointment_en_route', '{"category": "technician_enroute"}', 'sending'),
  ('update public.portal_notification_preferences set notify_booking_updates_email = false where portal_account_id = pg_temp.id(''dana/account'')', 'appointment_scheduled', '{}', 'canceled preference_off'),
  ('update public.customers set do_not_contact = true where id = pg_temp.id(''dana/customer'')', 'appointment_scheduled', '{}', 'canceled do_not_contact'),
  ('update public.portal_accounts set status = ''closed'' where id = pg_temp.id(''dana/account'')', 'appointment_scheduled', '{}', 'canceled account_inactive'),
  ('set local session_replication_role = replica; update public.portal_accounts set (status, user_id) = (''closed'', null) where id = pg_temp.id(''dana/account''); set local session_replication_role = origin', 'appointment_scheduled', '{}', 'canceled account_inactive'),
  ('update public.portal_accounts set implicit_grant = false where id = pg_temp.id(''dana/account'')', 'appointment_scheduled', '{}', 'canceled account_inactive'),
  ('update public.profiles set email = null where user_id = pg_temp.id(''dana'')', 'appointment_scheduled', '{}', 'canceled no_address'),
  ('update public.orgs set is_active = false where id = pg_temp.id(''one'')', 'appointment_scheduled', '{}', 'canceled company_inactive'),
  ('update public.portal_notification_preferences set (quiet_hours_start, quiet_hours_end, timezone) = ((now() at time zone ''UTC'')::time - interval ''1 hour'', (now() at time zone ''UTC'')::time + interval ''30 minutes'', ''UTC'') where portal_account_id = pg_temp.id(''dana/account'')', 'appointment_scheduled', '{}', 'pending'),
  ('update public.portal_notification_preferences set (quiet_hours_start, quiet_hours_end, timezone) = ((now() at time zone ''UTC'')::time - interval ''1 hour'', (now() at time zone ''UTC'')::time + interval ''2 hours'', ''UTC'') where portal_account_id = pg_temp.id(''dana/account'')', 'appointment_scheduled', '{}', 'expired quiet_hours'),
  ('update public.portal_notifications set not_before = now() - interval ''2 hours'', expires_at = now() where id = pg_temp.id(''looked at'')', 'appointment_scheduled', '{}', 'expired too_late'),
  ('select 1', 'appointment_scheduled', '{"attempts": 8}', 'dead gave_up')
) as look (change, event, changes, expected);

-- What the templates get ------------------------------------------------------------------------------

create temporary table got on commit drop as select * from pg_temp.claim() where false;
create function pg_temp.take(name text, event text, changes jsonb) returns jsonb language plpgsql as $$
begin
  perform pg_temp.row(name, event, changes);
  insert into got select * from pg_temp.claim();
  return (select facts from got where id = pg_temp.id(name));
end $$;
select is(pg_temp.take('scheduled', 'appointment_scheduled', '{}') #>> '{appointment,service_name}', 'Visit', 'news of an appointment brings it along');
select is((select facts #>> '{company,name}' || ', ' || (facts #>> '{person,name}') || ', ' || (facts #>> '{appointment,technician_name}') from got where id = pg_temp.id('scheduled')),
  'Test One, Dana, Tess', 'with the company, the person and the technician');
select matches((select calendar from got where id = pg_temp.id('scheduled')), 'METHOD:PUBLISH.*SEQUENCE:0.*SUMMARY:Test One: Visit', 'and as a file for the calendar');
select is((select facts ->> 'unsubscribe' from got where id = pg_temp.id('scheduled')),
  (select format('%s.%s.booking_updates', org_id, unsubscribe_token) from public.portal_notification_preferences where portal_account_id = pg_temp.id('dana/account')),
  'and the token that stops more of them');
select pg_temp.touched('mona', $$ select portal.invite_contact('new@test.example', 'customer', 'Nora') $$) \g /dev/null
insert into got select * from pg_temp.claim();
select is((select facts #>> '{invite,full_name}' || ', ' || char_length(facts #>> '{invite,token}') || coalesce(facts ->> 'unsubscribe', '') from got where event = 'invite_created'), 'Nora, 64',
  'an invitation brings its token, and nothing to unsubscribe from');
select portal_internal.settle_notifications(jsonb_build_array(jsonb_build_object('org_id', pg_temp.id('one'), 'id', id, 'attempt', 1, 'outcome', 'sent'))) from got where event = 'invite_created' \g /dev/null
select is((select (n.status, n.payload ? 'token')::text from public.portal_notifications n join got using (id) where got.event = 'invite_created'), '(sent,f)', 'which the outbox forgets once it is sent');

select pg_temp.office() \g /dev/null
select pg_temp.answer('dana', format('select (portal.create_thread(%L, %L, appointment_id => %L)).thread_id', 'Gate', 'The code is 1234', pg_temp.id('dana/job'))) as thread \gset
select is((select array_agg(concat_ws(' ', event, whom, facts #>> '{message,body}', facts #>> '{person,name}') order by whom) from pg_temp.claim()),
  array['message_from_customer office The code is 1234 Dana', 'message_from_customer tess The code is 1234 Dana'], 'a customer''s message goes to the office and the job''s technician');
select is((select (event, url, left(secret, 6), calendar is null)::text from pg_temp.claim('webhook')), '(message_from_customer,https://hook.test.example/,whsec_,t)', 'a web hook comes with its address and secret');
select pg_temp.answer('cory', format('select (portal.send_message(%L, %L)).id', :'thread', 'Thank you')) \g /dev/null
select is(pg_temp.after(format('select pg_temp.answer(%L, %L)', 'dana', format('select portal.mark_thread_read(%L)', :'thread')), 'message_received', jsonb_build_object('category', 'messages',
  'payload', jsonb_build_object('message_id', (select id from public.portal_messages where thread_id = :'thread' and body = 'Thank you')))), 'canceled overtaken', 'an answer that was read already is not sent');
select is((select array_agg(concat_ws(' ', event, whom, facts #>> '{message,body}')) from pg_temp.claim()), array['message_received dana Thank you'], 'one that was not is');

select * from finish();
rollback;
