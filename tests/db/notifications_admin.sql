-- Proves: offers reach those who asked for them, what was given up can be sent again, one click unsubscribes, what is over
-- is forgotten with its secrets, and health() speaks up.
begin;
\ir people.psql
\ir outbox.psql
-- The due jobs run here; the gateway's step aside meanwhile.
select pg_advisory_xact_lock(hashtextextended('portal due jobs', 0)) \g /dev/null
select plan(42);

-- Unsubscribing ---------------------------------------------------------------------------------------

create function pg_temp.token(person text, category text) returns text language sql as $$
  select format('%s.%s.%s', org_id, unsubscribe_token, category) from public.portal_notification_preferences where portal_account_id = pg_temp.id(person || '/account')
$$;
select is(pg_temp.refusal('dba', format('select * from portal_internal.unsubscribe(%L, false)', token)), 'PT404 not_found', format('%L is no token', token))
from unnest(array['', 'x', null, gen_random_uuid() || '.' || gen_random_uuid() || '.messages', pg_temp.token('dana', 'safety'), pg_temp.token('dana', 'messages') || '.x']) as token;
select is((select (u.company_name, u.category, u.email_hint)::text from portal_internal.unsubscribe(pg_temp.token('dana', 'messages'), true) u), '("Test One",messages,d***@test.example)',
  'a look says whose token it is');
select ok((select notify_messages_email from public.portal_notification_preferences where portal_account_id = pg_temp.id('dana/account')), 'and changes nothing');
select is((select count(*) from portal_internal.unsubscribe(pg_temp.token('dana', category), false)), 1::bigint, category || ' can be turned off')
from unnest(array['messages', 'booking_updates', 'technician_enroute', 'marketing']) as category;
select is((select (notify_messages_email, notify_booking_updates_email, notify_technician_enroute, notify_marketing_email, notify_booking_updates_sms)::text
  from public.portal_notification_preferences where portal_account_id = pg_temp.id('dana/account')), '(f,f,f,f,t)', 'each turns its own preference off, and only by e-mail');
select is((select notify_messages_email from public.portal_notification_preferences where portal_account_id = pg_temp.id('rex/account')), true, 'nobody else''s changes');
select count(*) from portal_internal.unsubscribe(pg_temp.token('dana', 'messages'), false) \g /dev/null
select is((select count(*) from public.portal_audit_events where portal_account_id = pg_temp.id('dana/account') and event_type = 'notification_preferences_updated'), 3::bigint,
  'the audit log keeps what changed, and no second click');

-- Offers ----------------------------------------------------------------------------------------------

update public.portal_notification_preferences set notify_marketing_email = true where portal_account_id in (pg_temp.id('rex/account'), pg_temp.id('mona/account'), pg_temp.id('tova/account'));
select pg_temp.forget() \g /dev/null
create function pg_temp.offer(dry_run boolean, subject text default 'Spring check') returns bigint language sql as $$
  select sum(recipients)::bigint from portal_admin.send_offer(pg_temp.id('one'), subject, 'Ten per cent off.', 'https://test.example/', dry_run)
$$;
select is(pg_temp.offer(true), 2::bigint, 'a rehearsal counts those who asked for offers');
select is(pg_temp.told(), null, 'and queues nothing');
select is(pg_temp.offer(false), 2::bigint, 'the offer goes to them');
select is(pg_temp.told(), array['offer email mona', 'offer email rex'], 'and to nobody else, nor another company''s');
select is(pg_temp.offer(false), 2::bigint, 'sent again on that day');
select is(cardinality(pg_temp.told()), 2, 'it reaches nobody twice');
update public.customers set do_not_contact = true where id = pg_temp.id('rex/customer');
select is(pg_temp.offer(true, 'Summer check'), 1::bigint, 'who wants no contact gets no offer');
select is(pg_temp.refusal('dba', format('select * from portal_admin.send_offer(%L, %L, %L, %L)', org, subject, 'Hello', link)), refusal, concat_ws(' ', 'an offer is refused for', subject, link))
from (values (pg_temp.id('one'), '', null, 'PT400 invalid_input'), (pg_temp.id('one'), 'Hello', 'http://test.example', 'PT400 invalid_input'), (pg_temp.id('nobody'), 'Hello', null, 'PT404 not_found'))
  as offer (org, subject, link, refusal);

-- What was given up -----------------------------------------------------------------------------------

update public.portal_notifications set status = 'dead', attempts = 8, last_error = 'mailbox full' where event = 'offer' and portal_account_id = pg_temp.id('mona/account');
select is((select count(*) from portal_admin.retry_notifications(org_id => pg_temp.id('one'))), 1::bigint, 'a rehearsal shows what was given up');
select is((select count(*) from portal_admin.notification_queue where org_slug = 'test-one' and status = 'dead' and last_error = 'mailbox full'), 1::bigint, 'as the queue does');
select is((select count(*) from portal_admin.retry_notifications(pg_temp.id('one'), 'offer', 'sms', dry_run => false)), 0::bigint, 'another channel''s is left alone');
select is((select count(*) from portal_admin.retry_notifications(pg_temp.id('one'), 'offer', 'email', dry_run => null)), 1::bigint, 'no word about it is a rehearsal');
select is((select count(*) from portal_admin.retry_notifications(pg_temp.id('one'), 'offer', 'email', dry_run => false)), 1::bigint, 'it is queued again');
select is((select (status, attempts)::text from public.portal_notifications where event = 'offer' and portal_account_id = pg_temp.id('mona/account')), '(pending,0)', 'with a fresh schedule');

-- What is over ----------------------------------------------------------------------------------------

select pg_temp.touched('mona', $$ select portal.invite_contact('new@test.example', 'customer') $$) \g /dev/null
update public.portal_notifications set not_before = now() - interval '2 hours', expires_at = now() - interval '1 hour' where event = 'invite_created' and org_id = pg_temp.id('one');
insert into public.portal_notifications (org_id, id, event, category, channel, recipient, dedupe_key, status, sent_at, updated_at)
select pg_temp.id('one'), pg_temp.id(name), 'offer', 'marketing', 'email', 'old@test.example', name, status::portal.notification_status, case status when 'sent' then now() - age end, now() - age
from (values ('old', 'sent', interval '30 days 1 second'), ('old but dead', 'dead', interval '31 days'), ('young', 'sent', interval '29 days'), ('old but pending', 'pending', interval '31 days')) as row (name, status, age);
insert into public.portal_live_events (org_id, id, kind, entity_id, occurred_at)
select pg_temp.id('one'), pg_temp.id(name), 'notification', pg_temp.id(name), now() - age from (values ('old news', interval '24 hours 1 second'), ('news', interval '23 hours')) as news (name, age);
select ok((select done >= 1 from portal_admin.run_due_jobs() where job = 'notifications_expired'), 'what nobody sent in time expires');
select is((select array_agg(dedupe_key order by dedupe_key) from public.portal_notifications where dedupe_key in ('old', 'old but dead', 'young', 'old but pending')),
  array['old but pending', 'young'], 'what is over is forgotten after 30 days');
select is((select array_agg(entity_id) from public.portal_live_events where entity_id in (pg_temp.id('old news'), pg_temp.id('news'))), array[pg_temp.id('news')], 'and live news after one');
select is((select (status, payload ? 'token')::text from public.portal_notifications where event = 'invite_created' and org_id = pg_temp.id('one')), '(expired,f)', 'and its secret is forgotten');
select is((select count(*) from portal_admin.retry_notifications(event => 'invite_created', org_id => pg_temp.id('one'))), 0::bigint, 'an invitation is not sent again without its token');

update public.portal_notifications set not_before = now() - interval '10 minutes', expires_at = now() + interval '1 hour', status = 'pending' where event = 'offer' and portal_account_id = pg_temp.id('mona/account');
select is((select status from portal_admin.health() where check_name = 'outbox'), 'warn', 'health() warns when notifications do not leave');
update public.portal_notifications set not_before = now() - interval '2 hours', expires_at = now() + interval '1 hour' where event = 'offer' and portal_account_id = pg_temp.id('mona/account');
select is((select status from portal_admin.health() where check_name = 'outbox'), 'fail', 'and more loudly after an hour');
select is((select count(*) from portal_admin.health() where check_name = 'dead_letters' and detail like '%test-one%'), 0::bigint, 'nothing is given up');
update public.portal_notifications set status = 'dead', last_error = 'mailbox full' where event = 'offer' and portal_account_id = pg_temp.id('mona/account');
select is((select count(*) from portal_admin.health() where check_name = 'dead_letters' and detail like '%test-one: 1 notification(s) by email%mailbox full%'), 1::bigint, 'something is, and why');
select is((select count(*) from portal_admin.health() where check_name = 'office_channels' and detail like '%test-one %'), 1::bigint, 'an office that is told nothing is named');
select pg_temp.office() \g /dev/null
select is((select count(*) from portal_admin.health() where check_name = 'office_channels' and detail like '%test-one %'), 0::bigint, 'until it has a channel');

select * from finish();
rollback;
