-- Proves: a DBA makes companies, invites, suspends and reinstates with functions that say what they did, can be repeated,
-- and leave a line in the audit log.
begin;
\ir people.psql
\ir health.psql
select plan(48);
create role test_admin login in role portal_admin;

-- Companies -------------------------------------------------------------------------------------------
set local role test_admin;
select * from portal_admin.create_org('north-heating', 'North Heating', 'America/Denver', 'CAD', '(303) 555-0110', 'Help@north.example', 'office@north.example', dry_run => true) \gset dry_
select is((select count(*) from public.orgs where slug = 'north-heating'), 0::bigint, 'a rehearsal keeps nothing');
select is(:'dry_created'::text, 't', 'and says what would be made');
select * from portal_admin.create_org('north-heating', 'North Heating', 'America/Denver', 'CAD', '(303) 555-0110', 'Help@north.example', 'office@north.example') \gset north_
select is(:'north_created'::text, 't', 'a company is made');
select matches(:'north_done'::text, 'booking policy.*office hours.*assistant.*office@north\.example.*health', 'with a sentence on what came with it');
select is((select concat_ws(' ', slug, name, timezone, currency, support_phone, support_email, is_active) from public.orgs where id = :'north_org_id'),
  'north-heating North Heating America/Denver CAD +13035550110 help@north.example t', 'as it was asked for');
select is((select concat_ws(' ', service_type, currency, cancel_notice_minutes, contact_phone, contact_email) from public.booking_policies where org_id = :'north_org_id'),
  'CAD 1440 +13035550110 help@north.example', 'with a policy in its currency');
select is((select string_agg(weekday || ' ' || opens_at || '-' || closes_at, ', ' order by weekday) from public.org_business_hours where org_id = :'north_org_id'),
  '1 08:00:00-17:00:00, 2 08:00:00-17:00:00, 3 08:00:00-17:00:00, 4 08:00:00-17:00:00, 5 08:00:00-17:00:00', 'office hours');
select is((select is_enabled and disclaimer is null from public.org_assistant_settings where org_id = :'north_org_id'), true, 'an assistant with the standard disclaimer');
select is((select concat_ws(' ', channel, label, address) from public.org_channels where org_id = :'north_org_id'), 'email Office office@north.example', 'and a channel to its office');
select is((select string_agg(distinct check_name, ' ' order by check_name) from portal_admin.health() where detail like '%north-heating%'), 'services staff', 'health names what is still missing');

select * from portal_admin.create_org('north-heating', 'North Heating', 'America/Denver', 'CAD') \gset again_
select is(concat_ws(' ', :'again_org_id'::text, :'again_created'::text), :'north_org_id' || ' f', 'the same input answers the same company');
select matches(:'again_done'::text, 'nothing was changed', 'and says that nothing was done');
select is((select count(*) from public.booking_policies where org_id = :'north_org_id'), 1::bigint, 'which is so');
reset role;
select is(pg_temp.refusal('service_role', format('select * from portal_admin.create_org(%s)', arguments)), refusal, arguments || ': ' || refusal)
from (values
  ($$'north-heating', 'South Heating', 'America/Denver', 'CAD'$$, 'PT409 slug_taken'), ($$'north-heating', 'North Heating', 'America/Denver'$$, 'PT409 slug_taken'),
  ($$'north-heating', 'North Heating', 'America/Denver', 'CAD', '+13035550111'$$, 'PT409 slug_taken'),
  ($$'North Heating', 'x', 'UTC'$$, 'PT400 invalid_input'), ($$null, 'x', 'UTC'$$, 'PT400 invalid_input'), ($$'ab', ' ', 'UTC'$$, 'PT400 invalid_input'),
  ($$'ab', 'x', 'Mars/Olympus'$$, 'PT400 invalid_input'), ($$'ab', 'x', 'UTC', 'usd'$$, 'PT400 invalid_input'), ($$'ab', 'x', 'UTC', support_phone => 'call me'$$, 'PT400 invalid_input'),
  ($$'ab', 'x', 'UTC', support_email => 'nobody'$$, 'PT400 invalid_input'), ($$'ab', 'x', 'UTC'$$, 'accepted')) as given (arguments, refusal);

-- Invitations -----------------------------------------------------------------------------------------
set local role test_admin;
insert into public.customers (org_id, id, full_name, email) values (pg_temp.id('one'), pg_temp.id('ada/customer'), 'Ada', 'ADA@test.example');
select * from portal_admin.invite_customer(pg_temp.id('ada/customer')) \gset ada_
select is(concat_ws(' ', :'ada_email'::text, :'ada_role'::text, :'ada_times_sent'::text, :'ada_is_queued'::text), 'ada@test.example customer 1 t', 'a customer is invited at their own address, and the message waits');
select * from portal_admin.invite_customer(pg_temp.id('ada/customer'), 'ada@test.example', 'property_manager') \gset second_
reset role;
select is(concat_ws(' ', :'second_invite_id'::text, :'second_times_sent'::text), :'ada_invite_id' || ' 2', 'inviting once more is the same invitation, sent twice');
select is((select count(*) from public.portal_notifications where event = 'invite_created' and recipient = 'ada@test.example' and status = 'pending'), 2::bigint, 'each with its message');
select is((select count(*) from public.portal_audit_events where entity = 'invite' and entity_id = :'ada_invite_id' and actor_type = 'system'), 2::bigint, 'and its line in the audit log');
insert into auth.users (id, aud, role, email, email_confirmed_at) values (pg_temp.id('ada'), 'authenticated', 'authenticated', 'ada@test.example', now());
select is(pg_temp.refusal('ada', format('select * from portal.accept_invite(%L)', :'ada_token')), 'PT404 not_found', 'the earlier token is void');
select is(pg_temp.answer('ada', format('select role from portal.accept_invite(%L)', :'second_token')), 'property_manager', 'the later one opens the account');
select is(pg_temp.refusal('service_role', format('select * from portal_admin.invite_customer(%s)', arguments)), refusal, arguments || ': ' || refusal)
from (values
  ('null', 'PT404 not_found'), ('gen_random_uuid()', 'PT404 not_found'), ('pg_temp.id(''dana/customer'')', 'PT400 invalid_input'), ('pg_temp.id(''dana/customer''), ''dana''', 'PT400 invalid_input'),
  ('pg_temp.id(''dana/customer''), ''d@test.example'', ''king''', 'PT400 invalid_input'), ('pg_temp.id(''dana/customer''), ''d@test.example'', location_ids => array[pg_temp.id(''rex/home'')]', 'PT404 not_found'),
  ('pg_temp.id(''dana/customer''), ''d@test.example'', location_ids => array[pg_temp.id(''dana/home'')]', 'accepted')) as given (arguments, refusal);
update public.customers set is_active = false where id = pg_temp.id('rex/customer');
select is(pg_temp.refusal('service_role', 'select * from portal_admin.invite_customer(pg_temp.id(''rex/customer''), ''r@test.example'')'), 'PT422 customer_inactive', 'who is no longer served is not invited');

-- Suspension ------------------------------------------------------------------------------------------
create function pg_temp.reached(person text) returns text language sql as $$
  select pg_temp.answer(person, 'select concat_ws('' '', portal_internal.account_id() is not null, cardinality(portal_internal.customer_ids()), (select count(*) from public.work_orders))')
$$;
select is(pg_temp.reached('dana'), 't 1 1', 'an account reaches its customer and jobs');
set local role test_admin;
select * from portal_admin.suspend_account(pg_temp.id('dana/account'), ' Lost phone ') \gset dana_
reset role;
select is(concat_ws(' ', :'dana_status'::text, :'dana_changed'::text), 'suspended t', 'it is suspended');
savepoint next_request; -- what was worked out in this transaction counts within it, as in a request that is under way
select is(pg_temp.reached('dana'), 'f 0 0', 'and reaches nothing from the next request on, with the same token');
select is((select concat_ws(' ', actor_type, portal_account_id = pg_temp.id('dana/account'), event_payload) from public.portal_audit_events where event_type = 'account_suspended' and entity_id = pg_temp.id('dana/account')),
  format('system t {"reason": "Lost phone", "database_user": "%s"}', session_user), 'the audit log says why and at whose hand');
set local role test_admin;
select * from portal_admin.suspend_account(pg_temp.id('dana/account'), 'Once more') \gset twice_
select is(concat_ws(' ', :'twice_status'::text, :'twice_changed'::text), 'suspended f', 'suspending it once more changes nothing');
select is((select count(*) from public.portal_audit_events where event_type = 'account_suspended' and entity_id = pg_temp.id('dana/account')), 1::bigint, 'and leaves no second line');
select * from portal_admin.reinstate_account(pg_temp.id('dana/account'), 'Phone found') \gset back_
reset role;
savepoint one_more_request;
select is(concat_ws(' ', :'back_status'::text, :'back_changed'::text, pg_temp.reached('dana')), 'active t t 1 1', 'reinstated it reaches what it did');

update public.portal_accounts set status = 'closed' where id = pg_temp.id('rex/account');
select is(string_agg(pg_temp.refusal('service_role', format('select * from portal_admin.%s(%s)', function, arguments)), ', ' order by place), refusal, function || ' refuses')
from (values
  ('suspend_account', 1, 'null, ''x'''), ('suspend_account', 2, 'pg_temp.id(''dana/account''), null'), ('suspend_account', 3, 'pg_temp.id(''dana/account''), repeat(''x'', 1001)'), ('suspend_account', 4, 'pg_temp.id(''rex/account''), ''x'''),
  ('reinstate_account', 1, 'gen_random_uuid(), ''x'''), ('reinstate_account', 2, 'pg_temp.id(''dana/account''), '' '''), ('reinstate_account', 3, 'pg_temp.id(''dana/account''), ''x'''), ('reinstate_account', 4, 'pg_temp.id(''rex/account''), ''x'''))
  as given (function, place, arguments)
cross join lateral (select case function when 'suspend_account' then 'PT404 not_found, PT400 invalid_input, PT400 invalid_input, PT422 status_not_allowed'
  else 'PT404 not_found, PT400 invalid_input, accepted, PT422 status_not_allowed' end as refusal) expected
group by function, refusal;
-- As erasure leaves it; nobody else may take a log-in away.
set local session_replication_role = replica;
update public.portal_accounts set user_id = null where id = pg_temp.id('rex/account');
set local session_replication_role = origin;
select is(pg_temp.refusal('service_role', 'select * from portal_admin.reinstate_account(pg_temp.id(''rex/account''), ''x'')'), 'PT422 status_not_allowed', 'nor does the account of somebody who was erased open again');

select * from finish();
rollback;
