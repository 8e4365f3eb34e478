-- Proves: whoever changes a row, by whatever path, leaves one event that says who, what and which columns, in the
-- company whose row it is; no secret and no message is copied; and what is written stays.
begin;
\ir people.psql
select plan(40);

-- What the audit log gained since it was last asked, as text: who did what for which account, and the payload.
create temporary table seen (id uuid primary key);
insert into seen select id from public.portal_audit_events;
create function pg_temp.news() returns text language plpgsql as $$
declare
  result text;
begin
  select string_agg(concat_ws(' ', o.slug, e.event_type, 'by', e.actor_type, u.email, 'for ' || a.email, e.event_payload), E'\n' order by o.slug, e.event_type)
  into result
  from public.portal_audit_events e
  join public.orgs o on o.id = e.org_id
  left join auth.users u on u.id = e.actor_user_id
  left join public.portal_accounts account on account.org_id = e.org_id and account.id = e.portal_account_id
  left join auth.users a on a.id = account.user_id
  where e.id not in (select id from seen);
  insert into seen select id from public.portal_audit_events on conflict do nothing;
  return coalesce(result, 'nothing');
end $$;

-- Who -----------------------------------------------------------------------------------------------------
select is(pg_temp.news(), 'nothing', 'nothing is new yet');
select is(pg_temp.touched('dana', $$ update public.customer_locations set label = 'Atelier' where id = pg_temp.id('dana/studio') $$), 1::bigint, 'a customer renames a location');
select is(pg_temp.news(),
  'test-one location_updated by portal_user dana@test.example for dana@test.example {"after": {"label": "Atelier"}, "before": {"label": "studio"}}',
  'one event: the person, their account, the changed column before and after');
select is(pg_temp.touched('cory', $$ update public.customers set full_name = 'Rex R.', email = 'rex@test.example' where id = pg_temp.id('rex/customer') $$), 1::bigint, 'staff change a customer');
select is(pg_temp.news(),
  'test-one customer_updated by staff cory@test.example {"after": {"email": "rex@test.example", "full_name": "Rex R."}, "before": {"email": null, "full_name": "Rex"}}',
  'one event: staff, without an account');
select is(pg_temp.touched('service_role', $$ update public.customers set phone = '+13125550199' where id = pg_temp.id('rex/customer') $$), 1::bigint, 'a service changes a customer');
select is(pg_temp.news(), 'test-one customer_updated by service {"after": {"phone": "+13125550199"}, "before": {"phone": null}}', 'one event: a service, no person');
update public.customers set is_active = false where id = pg_temp.id('rex/customer');
select is(pg_temp.news(), 'test-one customer_updated by system {"after": {"is_active": false}, "before": {"is_active": true}}', 'a DBA in psql is the system');
select is(pg_temp.touched('tess', $$ update public.work_orders set status = 'en_route' where id = pg_temp.id('dana/job') $$), 1::bigint, 'a technician sets out');
select is(pg_temp.news(), 'test-one appointment_updated by staff tess@test.example {"after": {"status": "en_route"}, "before": {"status": "scheduled"}}', 'a technician is staff');
select is(
  (select concat_ws(' ', entity, entity_id = pg_temp.id('dana/job'), actor_user_id = pg_temp.id('tess'), occurred_at = now())
   from public.portal_audit_events where entity = 'appointment' and event_type = 'appointment_updated' and org_id = pg_temp.id('one')),
  'appointment t t t', 'an event names the row, the person and the time');

-- What ----------------------------------------------------------------------------------------------------
update public.customers set full_name = full_name where org_id = pg_temp.id('one');
update public.customers set updated_at = now() + interval '1 second' where org_id = pg_temp.id('one');
select is(pg_temp.news(), 'nothing', 'an update that changes nothing is no event');
insert into public.org_holidays (org_id, id, holiday_on, name)
values (pg_temp.id('one'), '00000000-0000-4000-8000-000000000001', '2030-01-01', 'New Year');
select is(pg_temp.news(),
  'test-one holiday_created by system {"after": {"id": "00000000-0000-4000-8000-000000000001", "name": "New Year", "org_id": "'
    || pg_temp.id('one') || '", "holiday_on": "2030-01-01"}}',
  'an insert keeps what the row holds');
delete from public.org_holidays where org_id = pg_temp.id('one');
select matches(pg_temp.news(), '^test-one holiday_deleted by system {"before": {.*"name": "New Year".*}}$', 'a delete keeps what the row held');
update public.work_orders set status = 'canceled', canceled_at = now() where id = pg_temp.id('rex/job');
select matches(pg_temp.news(), '^test-one appointment_canceled by system', 'a cancellation has its own name');

-- Secrets and messages --------------------------------------------------------------------------------------
select is(pg_temp.touched('dana', $$ insert into public.portal_threads (customer_id, subject) values (pg_temp.id('dana/customer'), 'Boiler') $$), 1::bigint, 'a customer begins a thread');
select matches(pg_temp.news(), '^test-one thread_created by portal_user dana@test.example for dana@test.example', 'which is an event');
select is(pg_temp.touched('dana', $$ insert into public.portal_messages (thread_id, body, attachments)
  select id, 'the code is 4711', jsonb_build_array(jsonb_build_object('path', concat_ws('/', pg_temp.id('one'), pg_temp.id('dana/customer'), 'photo', 'secret.png')))
  from public.portal_threads where subject = 'Boiler' $$), 1::bigint, 'and writes');
select matches(pg_temp.news(), '(?n)^test-one message_created by portal_user dana.* "hidden": \["attachments", "body"\]}$', 'the event says that there is a text');
select matches(pg_temp.answer('mona', $$ select token from portal.invite_contact('guest@test.example') $$), '^[0-9a-f]{64}$', 'a manager invites somebody');
select matches(pg_temp.news(), '^test-one invite_created by portal_user mona.* "hidden": \["token_hash"\]}$', 'the event says that there is a token');
select is_empty(
  $$ select event_payload from public.portal_audit_events
     where org_id in (pg_temp.id('one'), pg_temp.id('two')) and event_payload::text ~ 'code is 4711|secret|token_hash": "' $$,
  'no text, attachment or hash is in any event');

-- Columns that must be hidden, by their names: a new one is noticed here.
create temporary view hidden as
select t.tgrelid, a.attname,
       a.attname = any ((string_to_array(encode(t.tgargs, 'escape'), '\000'))[2:]) as is_hidden
from pg_trigger t join pg_attribute a on a.attrelid = t.tgrelid and a.attnum > 0 and not a.attisdropped
where t.tgfoid = 'portal_internal.audit_row'::regproc;
select set_eq(
  $$ select format('%s.%s', tgrelid::regclass, attname) from hidden
     where attname ~ '(^|_)(body|content|hash|secret|token|password|preview|metadata|attachments|markdown)(_|$)' and not is_hidden $$,
  array['portal_booking_requests.attachments'], -- paths in Storage, which the request is judged by
  'secrets and texts between people are left out on every table');

-- Which tables ----------------------------------------------------------------------------------------------
create temporary view audited as
select tgrelid, (string_to_array(encode(tgargs, 'escape'), '\000'))[1] as entity from pg_trigger
-- After (1 of 2 and 64 not set) insert, delete and update (4, 8, 16), for each row (1), enabled.
where tgfoid = 'portal_internal.audit_row'::regproc and tgtype = 1 | 4 | 8 | 16 and tgenabled = 'O';
select set_eq(
  $$ select relname from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')
     and oid not in (select tgrelid from audited) $$,
  array[
    'portal_audit_events', 'portal_audit_seals', -- the log itself
    'portal_receipts',                           -- answers of calls that are audited
    'work_order_events',                         -- append-only itself, and the job's own change is audited
    'portal_notifications',                      -- the outbox, written by events
    'portal_live_events',                        -- ids alone, of what is audited
    'portal_message_reads',                      -- as many as messages, and told to nobody
    'portal_ai_turns', 'portal_sentiment_jobs',  -- gone within the day, and ids alone
    'kb_article_chunks', 'kb_embedding_jobs',    -- made from articles
    'kb_embedding_models'],                      -- no company's; only gateways and DBAs write it
  'every table is audited, but for those listed');
select is_empty($$ select entity from audited group by 1 having count(*) > 1 $$, 'each under a name of its own');

-- Whose -----------------------------------------------------------------------------------------------------
select is(pg_temp.touched('service_role', $$ update public.customers set full_name = full_name || ' x' where id in (pg_temp.id('mona/customer'), pg_temp.id('tova/customer')) $$), 2::bigint, 'a service changes customers of two companies at once');
select is(pg_temp.news(), E'test-one customer_updated by service {"after": {"full_name": "Mona''s houses x"}, "before": {"full_name": "Mona''s houses"}}\n'
  || 'test-two customer_updated by service {"after": {"full_name": "Tova x"}, "before": {"full_name": "Tova"}}', 'each company has its own event');
update public.orgs set name = 'Two, renamed' where id = pg_temp.id('two');
select matches(pg_temp.news(), '^test-two org_updated by system', 'a change of a company is in its own log');
select is(pg_temp.refusal('adam', 'delete from public.portal_audit_events'), '42501', 'an administrator cannot change the log');
select is(pg_temp.answer('adam', 'select count(*) > 0 and bool_and(org_id = portal_internal.org_id()) from public.portal_audit_events'), 'true', 'but reads that of their own company');
select is(pg_temp.answer('cory', 'select count(*) from public.portal_audit_events') || pg_temp.answer('dana', 'select count(*) from public.portal_audit_events'), '00', 'others read nothing of it');

-- From where --------------------------------------------------------------------------------------------------
create function pg_temp.origin(headers text) returns text language plpgsql as $$
begin
  perform pg_temp.become('dana');
  perform set_config('request.headers', headers, true);
  insert into public.customer_locations (customer_id, address_line1, city, postal_code, timezone)
  values (pg_temp.id('dana/customer'), '2 Test Street', 'Chicago', '60601', 'UTC');
  perform pg_temp.become('dba');
  return (select concat_ws(' ', host(ip_address), left(user_agent, 10), char_length(user_agent))
    from public.portal_audit_events where id not in (select id from seen));
end $$;
create function pg_temp.origin_of(headers text) returns text language sql as $$
  select origin from pg_temp.origin(headers) as origin, lateral (select pg_temp.news() where origin is not null) as forgotten
$$;
select is(pg_temp.origin_of('{"x-real-ip": "203.0.113.7", "user-agent": "curl"}'), '203.0.113.7 curl 4', 'address and program come from the headers');
select is(pg_temp.origin_of('{"x-forwarded-for": "2001:db8::1, 10.0.0.1"}'), '2001:db8::1', 'the first address of a list is the client''s');
select is(pg_temp.origin_of(jsonb_build_object('user-agent', repeat('ü', 5000))::text), 'üüüüüüüüüü 400', 'a long name is cut');
select is(pg_temp.origin_of(headers), '', format('headers %s do no harm', headers))
from unnest(array['garbage', '[]', '{"x-real-ip": "garbage", "user-agent": 7}', '{"x-forwarded-for": ""}']) as headers;

-- Append-only ---------------------------------------------------------------------------------------------------
insert into public.work_order_events (org_id, work_order_id, event_type) values (pg_temp.id('one'), pg_temp.id('dana/job'), 'called');
select set_eq(
  $$ select format('%s %s', who, pg_temp.refusal(who, statement))
     from unnest(array['dba', 'service_role']) as who, unnest(array[
       'update public.portal_audit_events set event_type = ''login''', 'delete from public.portal_audit_events',
       'truncate public.portal_audit_events', 'update public.work_order_events set note = ''x''', 'truncate public.work_order_events']) as statement $$,
  array['dba PT422 append_only', 'service_role 42501'],
  'nobody changes, deletes or empties the log, the owner of the database neither');
select is(pg_temp.refusal('dba', $$ delete from public.work_order_events where work_order_id = pg_temp.id('dana/job') $$), 'PT422 append_only', 'nor the timeline of a job');

select * from finish();
rollback;
