-- Proves: every event tells exactly those who are to be told, through the channels that they chose, and nobody else.
begin;
\ir people.psql
\ir outbox.psql
-- The due jobs run here; the gateway's step aside meanwhile.
select pg_advisory_xact_lock(hashtextextended('portal due jobs', 0)) \g /dev/null
select plan(52);

select is(pg_temp.told(), null, 'what was imported or is far away has told nobody of these companies yet')
from (select pg_temp.forget()) as fresh;

-- Jobs ------------------------------------------------------------------------------------------------

select pg_temp.job('dana', 'plan', 5, 'tentative') \g /dev/null
select is(pg_temp.told(), null, 'a time that is only held is nobody''s news; its request tells of it');
update public.work_orders set status = 'scheduled' where id = pg_temp.id('dana/plan');
select is(pg_temp.told(), array[
  'appointment_reminder_24h email dana', 'appointment_reminder_2h email dana', 'appointment_scheduled email dana'],
  'a confirmed appointment is told, and reminded of a day and two hours ahead');
select is(pg_temp.gap('appointment_reminder_24h'), '24:00:00'::interval, 'the one a day before');
select is(pg_temp.gap('appointment_reminder_2h'), '02:00:00'::interval, 'and the other two hours before');
select is((select count(distinct expires_at) from public.portal_notifications n
  where n.work_order_id = pg_temp.id('dana/plan') and n.event like 'appointment_reminder%' and n.expires_at = pg_temp.at('10:00', 5)), 1::bigint,
  'neither is sent once the window has begun');

-- Tess has a job tomorrow from 8 to 10 UTC. The next one must not meet it, whenever this runs.
update public.work_orders set technician_id = null where id = pg_temp.id('dana/job');
select pg_temp.forget() \g /dev/null
select pg_temp.job('dana', 'soon', 0, 'scheduled', '20 hours') \g /dev/null
select is(pg_temp.told(), array['appointment_reminder_2h email dana', 'appointment_scheduled email dana'],
  'a reminder whose moment has passed is not made up for');
select pg_temp.forget() \g /dev/null
select pg_temp.job('dana', 'past', -2, 'completed') \g /dev/null
select is(pg_temp.told(), null, 'a job that is stored when it is over is an import and tells nobody');

-- Moves and their reminders ---------------------------------------------------------------------------

update public.work_orders set window_start = pg_temp.at('12:00', 6), window_end = pg_temp.at('14:00', 6) where id = pg_temp.id('dana/plan');
select is(pg_temp.told(), array[
  'appointment_moved email dana', 'appointment_reminder_24h email dana', 'appointment_reminder_2h email dana'],
  'a move is told, with new reminders');
select is(pg_temp.statuses('dana/plan'), array['canceled', 'canceled', 'pending', 'pending'], 'which replace the old ones');
select is(pg_temp.payload('appointment_moved', 'from_window_start')::timestamptz, pg_temp.at('10:00', 5), 'a move says from when');
update public.work_orders set window_start = pg_temp.at('10:00', 5), window_end = pg_temp.at('12:00', 5) where id = pg_temp.id('dana/plan');
select is(pg_temp.statuses('dana/plan'), array['canceled', 'canceled', 'pending', 'pending'], 'moved back, the first reminders are revived and the others go');
select is((select array_agg(n.not_before order by n.not_before) from public.portal_notifications n
  where n.work_order_id = pg_temp.id('dana/plan') and n.event like 'appointment_reminder%' and n.status = 'pending'),
  array[pg_temp.at('10:00', 5) - interval '24 hours', pg_temp.at('10:00', 5) - interval '2 hours'], 'for their old moments');
select is((select distinct n.last_error from public.portal_notifications n
  where n.work_order_id = pg_temp.id('dana/plan') and n.status = 'canceled'), 'overtaken: what it tells has changed since', 'those say why');
select pg_temp.forget() \g /dev/null
update public.work_orders set status = 'canceled', cancel_reason = 'No parts' where id = pg_temp.id('dana/plan');
select is(pg_temp.told(), array['appointment_canceled email dana'], 'a cancellation is told');
select is(pg_temp.payload('appointment_canceled', 'note'), 'No parts', 'with its reason');
select is(pg_temp.statuses('dana/plan'), array['canceled', 'canceled', 'canceled', 'canceled'], 'and nothing reminds of it any more');

-- On the way ------------------------------------------------------------------------------------------

select pg_temp.job('dana', 'today', 0, 'scheduled', '3 hours') \g /dev/null
select pg_temp.forget() \g /dev/null
update public.work_orders set status = 'en_route' where id = pg_temp.id('dana/today');
select is(pg_temp.told(), array['appointment_en_route email dana'], 'a technician on the way is told');
select is(pg_temp.statuses('dana/today'), array['canceled'], 'and takes the place of the reminder');
select pg_temp.forget() \g /dev/null
update public.work_orders set eta = window_end + interval '1 hour' where id = pg_temp.id('dana/today');
select is(pg_temp.told(), array['appointment_running_late email dana'], 'so is one who runs late');
select pg_temp.forget() \g /dev/null
update public.work_orders set status = 'on_site' where id = pg_temp.id('dana/today');
update public.work_orders set job_summary = 'Cleaned' where id = pg_temp.id('dana/today');
select is(pg_temp.told(), null, 'whoever is at the door needs no message');
update public.work_orders set status = 'completed' where id = pg_temp.id('dana/today');
select is(pg_temp.told(), array['appointment_completed email dana'], 'a job that is done is told');

-- What a customer does, the office is told ------------------------------------------------------------

select pg_temp.office() \g /dev/null
select pg_temp.job('dana', 'own', 5, 'scheduled') \g /dev/null
select pg_temp.forget() \g /dev/null
select pg_temp.touched('dana', format('select portal.reschedule_appointment(%L, %L)', pg_temp.id('dana/own'), pg_temp.at('08:00', 6))) \g /dev/null
select is(pg_temp.told('appointment_moved%'), array[
  'appointment_moved email dana', 'appointment_moved_by_customer email office', 'appointment_moved_by_customer webhook hook'],
  'a customer who moves a job is confirmed it, and the office told through its channels');
select pg_temp.forget() \g /dev/null
select pg_temp.touched('dana', format('select portal.cancel_appointment(%L)', pg_temp.id('dana/own'))) \g /dev/null
select is(pg_temp.told(), array['appointment_canceled email dana', 'appointment_canceled_by_customer email office'],
  'so with a cancellation, which the web hook has not asked for');
select pg_temp.job('dana', 'theirs', 5, 'scheduled') \g /dev/null
select pg_temp.forget() \g /dev/null
select pg_temp.touched('cory', format('select portal.cancel_appointment(%L, %L)', pg_temp.id('dana/theirs'), 'No parts')) \g /dev/null
select is(pg_temp.told(), array['appointment_canceled email dana'], 'what staff do, the office knows');

-- Requests --------------------------------------------------------------------------------------------

select pg_temp.forget() \g /dev/null
select pg_temp.ask('dana', 'wish', 'No heat') \g /dev/null
select is(pg_temp.told(), array['booking_request_created email office', 'booking_request_received email dana'],
  'a request is confirmed to the customer and told the office');
select pg_temp.forget() \g /dev/null
select pg_temp.touched('cory', format('select portal.review_booking_request(%L, %L)', pg_temp.id('wish'), 'approve')) \g /dev/null
select is(pg_temp.told(), array['booking_request_approved email dana'], 'an approval without a time is told');
select pg_temp.forget() \g /dev/null
select pg_temp.touched('cory', format('select portal.review_booking_request(%L, %L, note => %L)', pg_temp.id('wish'), 'reject', 'Sorry')) \g /dev/null
select is(pg_temp.told(), array['booking_request_rejected email dana'], 'and so is a refusal');
select pg_temp.ask('dana', 'danger', 'There is a strong smell of gas') \g /dev/null
select is(pg_temp.told('safety%'), array['safety_notice email dana'], 'who writes of danger is told what to do, by mail too');
select pg_temp.forget() \g /dev/null
select pg_temp.touched('dana', format('select portal.cancel_booking_request(%L)', pg_temp.id('danger'))) \g /dev/null
select is(pg_temp.told(), array['booking_request_canceled email office'], 'a request that is taken back is told the office');

select pg_temp.forget() \g /dev/null
select pg_temp.touched('dana', format('select portal.create_booking_request(%L, %L, %L, window_start => %L)', 'repair', 'No heat', pg_temp.id('dana/home'), pg_temp.at('08:00', 4))) \g /dev/null
select is(pg_temp.told(), array['booking_request_created email office', 'booking_request_received email dana'], 'so is a request that holds a time');
select is((select n.expires_at from public.portal_notifications n where n.event = 'booking_request_received' and n.status = 'pending' and n.payload ? 'window_end'
  and n.org_id = pg_temp.id('one') and n.work_order_id is not null order by n.created_at desc limit 1), pg_temp.at('10:00', 4), 'until that is over');
select pg_temp.forget() \g /dev/null
update public.work_orders set hold_expires_at = now() - interval '1 second' where org_id = pg_temp.id('one') and status = 'tentative';
select count(*) from portal_admin.run_due_jobs() \g /dev/null
select is(pg_temp.told(), array['booking_hold_expired email office'], 'a hold that ran out is the office''s to hear of');
select pg_temp.forget() \g /dev/null
update public.service_types set booking_mode = 'instant' where org_id = pg_temp.id('one') and code = 'visit';
select pg_temp.touched('dana', format('select portal.create_booking_request(%L, %L, %L, window_start => %L)', 'visit', 'No heat', pg_temp.id('dana/home'), pg_temp.at('08:00', 4))) \g /dev/null
select is(pg_temp.told(), array['appointment_reminder_24h email dana', 'appointment_reminder_2h email dana', 'appointment_scheduled email dana', 'booking_request_created email office'],
  'what is booked at once is told once');
select pg_temp.forget() \g /dev/null
select pg_temp.touched('dana', format('select portal.create_booking_request(%L, %L, %L, window_start => %L, dry_run => true)', 'visit', 'No heat', pg_temp.id('dana/home'), pg_temp.at('08:00', 5))) \g /dev/null
select is(pg_temp.told(), null, 'a rehearsal tells nobody');
insert into public.portal_booking_requests (org_id, id, portal_account_id, customer_id, location_id, service_type, problem_description, status, related_work_order_id)
values (pg_temp.id('one'), pg_temp.id('imported'), pg_temp.id('dana/account'), pg_temp.id('dana/customer'), pg_temp.id('dana/home'), 'visit', 'No heat', 'scheduled', pg_temp.id('dana/job'));
select is(pg_temp.told(), null, 'and so does a request that comes with its job from another system');

-- Invitations -----------------------------------------------------------------------------------------

select pg_temp.touched('mona', $$ select portal.invite_contact('new@test.example', 'customer') $$) \g /dev/null
select is(pg_temp.told(), array['invite_created email new@test.example'], 'an invitation goes to its address');
select matches(pg_temp.payload('invite_created', 'token'), '^[0-9a-f]{64}$', 'with the token, of which the table of invitations keeps the hash');
select pg_temp.forget() \g /dev/null
select pg_temp.touched('mona', $$ select portal.invite_contact('new@test.example', 'customer') $$) \g /dev/null
select is(pg_temp.told(), array['invite_created email new@test.example'], 'sent again, it goes again with its new token');

-- Who is told -----------------------------------------------------------------------------------------

insert into public.portal_account_grants (org_id, portal_account_id, customer_id, location_id, capabilities) values
  (pg_temp.id('one'), pg_temp.id('mona/account'), pg_temp.id('dana/customer'), pg_temp.id('dana/home'), '{view,book}'),
  (pg_temp.id('one'), pg_temp.id('rex/account'), pg_temp.id('dana/customer'), pg_temp.id('dana/home'), '{view}');
select pg_temp.forget() \g /dev/null
select pg_temp.job('dana', 'shared', 7, 'scheduled') \g /dev/null
select is(pg_temp.told('appointment_scheduled'), array['appointment_scheduled email dana', 'appointment_scheduled email mona'],
  'those who may book at the location are told, those who only see it not');
select pg_temp.job('dana', 'elsewhere', 8, 'scheduled', place => 'studio') \g /dev/null
select is(pg_temp.recipients('dana/elsewhere'), array['dana'], 'who may book at another location is not');
update public.portal_account_grants set revoked_at = now() where portal_account_id = pg_temp.id('mona/account');
select pg_temp.job('dana', 'later', 9, 'scheduled') \g /dev/null
select is(pg_temp.recipients('dana/later'), array['dana'], 'nor who may no longer');
update public.portal_accounts set status = 'suspended' where id = pg_temp.id('dana/account');
select pg_temp.job('dana', 'suspended', 10, 'scheduled') \g /dev/null
select is(pg_temp.recipients('dana/suspended'), null, 'nor anybody whose account is suspended');
update public.portal_accounts set status = 'active' where id = pg_temp.id('dana/account');

-- Preferences -----------------------------------------------------------------------------------------

update public.orgs set sms_from = '+13125550100' where id = pg_temp.id('one');
select is(pg_temp.channels_for('dana', preferences, status), expected, format('%s, told that a job is %s: %s', preferences, status, expected))
from (values
  ('{}', 'scheduled', 'email sms'),
  ('{"notify_booking_updates_email": false}', 'scheduled', 'sms'),
  ('{"notify_booking_updates_sms": false}', 'scheduled', 'email'),
  ('{"notify_booking_updates_email": false, "notify_booking_updates_sms": false}', 'scheduled', null),
  ('{"notify_booking_updates_email": false, "notify_booking_updates_sms": false}', 'en_route', 'email'),
  ('{"notify_technician_enroute": false}', 'en_route', null)
) as choice (preferences, status, expected);
update public.customers set do_not_contact = true where id = pg_temp.id('dana/customer');
select is(pg_temp.channels_for('dana', '{}', status), expected, format('who wants no contact is told that a job is %s: %s', status, expected))
from (values ('scheduled', null), ('en_route', 'email sms')) as choice (status, expected);

select is((select count(*) from public.portal_notifications n where n.org_id = pg_temp.id('two') and n.event not like '%reminder%' and n.event <> 'appointment_scheduled'), 0::bigint,
  'nothing of all this has reached the other company');

select * from finish();
rollback;
