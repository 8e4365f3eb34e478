-- Proves: who sets and sees office hours, the channels that a company is told through, and the secrets of both tables of
-- notifications; and that what cannot be right is refused on every path.
begin;
\ir people.psql
select plan(52);

-- Office hours ---------------------------------------------------------------------------------------------------
insert into public.org_business_hours (org_id, weekday, opens_at, closes_at) values (pg_temp.id('one'), 1, '08:00', '12:00'), (pg_temp.id('two'), 1, '09:00', '24:00');
select is(pg_temp.answer(person, 'select string_agg(opens_at::text, '' '') from public.org_business_hours'), expected, format('%s reads the hours of their company', person))
from (values ('dana', '08:00:00'), ('tess', '08:00:00'), ('adam', '08:00:00'), ('tova', '09:00:00'), ('cleo', '09:00:00'), ('nobody', null), ('nemo', null)) as reader (person, expected);
select is(pg_temp.refusal(person, $$ insert into public.org_business_hours (weekday, opens_at, closes_at) values (2, '08:00', '12:00') $$), expected, format('%s sets office hours: %s', person, expected))
from (values ('adam', 'accepted'), ('cory', '42501'), ('disa', '42501'), ('tess', '42501'), ('dana', '42501')) as person (person, expected);
select is(pg_temp.refusal('adam', format($$ insert into public.org_business_hours (org_id, weekday, opens_at, closes_at) values (%L, 2, '08:00', '12:00') $$, pg_temp.id('two'))), '42501',
  'nobody sets those of another company');
select is(pg_temp.touched(person, $$ update public.org_business_hours set closes_at = '13:00' $$), expected::bigint, format('%s changes %s row', person, expected))
from (values ('adam', 1), ('cory', 0), ('dana', 0)) as person (person, expected);
select is(pg_temp.refusal('dba', format($$ insert into public.org_business_hours (org_id, weekday, opens_at, closes_at) values (%L, %s, %L, %L) $$, pg_temp.id('one'), weekday, opens, closes)), expected,
  format('open on day %s from %s to %s: %s', weekday, opens, closes, expected))
from (values
  (1, '13:00', '17:00', 'accepted'), (0, '00:00', '24:00', 'accepted'), (1, '08:00', '09:00', '23505'), (2, '17:00', '08:00', '23514'), (2, '08:00', '08:00', '23514'), (7, '08:00', '17:00', '23514')
) as row (weekday, opens, closes, expected);

-- Channels -------------------------------------------------------------------------------------------------------
select is(pg_temp.refusal('service_role', format(
    $$ insert into public.org_channels (org_id, channel, label, address, secret, events) values (%L, %L, 'Label', %L, %L, %L) $$,
    pg_temp.id('one'), channel, address, secret, events)), expected, format('%s to %s with secret %s for %s: %s', channel, address, coalesce(left(secret, 8), 'none'), events, expected))
from (values
  ('email', 'office@test.example', null, '{}', 'accepted'), ('email', 'office', null, '{}', '23514'), ('email', 'office@test.example', 'whsec_' || repeat('a', 32), '{}', '23514'),
  ('sms', '+13125550100', null, '{}', 'accepted'), ('sms', '3125550100', null, '{}', '23514'), ('sms', '+13125550100', 'whsec_' || repeat('a', 32), '{}', '23514'),
  ('slack', 'https://hooks.test.example/x', null, '{}', 'accepted'), ('slack', 'hooks.test.example', null, '{}', '23514'),
  ('webhook', 'https://test.example/in', 'whsec_' || repeat('a', 32), '{}', 'accepted'), ('webhook', 'https://test.example/in', null, '{}', '23514'),
  ('webhook', 'https://test.example/in', 'whsec_short', '{}', '23514'), ('webhook', 'ftp://test.example/in', 'whsec_' || repeat('a', 32), '{}', '23514'),
  ('webhook', 'https://test.example/a b', 'whsec_' || repeat('a', 32), '{}', '23514'),
  ('email', 'office@test.example', null, '{message_from_customer,booking_hold_expired}', 'accepted'),
  ('email', 'office@test.example', null, '{mesage_from_customer}', '23514'), ('email', 'office@test.example', null, '{null}', '23514')
) as row (channel, address, secret, events, expected);
insert into public.org_channels (org_id, channel, label, address, secret) values
  (pg_temp.id('one'), 'webhook', 'Ours', 'https://test.example/in', 'whsec_' || repeat('a', 32)), (pg_temp.id('two'), 'email', 'Theirs', 'office@two.example', null);
select is(pg_temp.answer(person, 'select string_agg(label, '' '') from public.org_channels'), expected, format('%s sees the channels: %s', person, coalesce(expected, 'none')))
from (values ('adam', 'Ours'), ('cory', null), ('tess', null), ('dana', null), ('cleo', null)) as reader (person, expected);
select is(pg_temp.refusal('adam', format('select %s from public.org_channels', hidden)), '42501', format('not even administrators read the %s', hidden))
from unnest(array['address', 'secret']) as hidden;
select is_empty(
  $$ select from public.portal_audit_events where org_id = pg_temp.id('one') and entity = 'channel' and event_payload::text ~ 'whsec|test\.example' $$, 'and the audit log has neither');

-- What notifications hold back -------------------------------------------------------------------------------------
select is(pg_temp.refusal('dana', 'select unsubscribe_token from public.portal_notification_preferences'), '42501', 'the key of the unsubscribe links is in the links alone');
select is(pg_temp.touched('dana', 'update public.portal_notification_preferences set notify_messages_email = false'), 1::bigint, 'people change their own preferences directly, too');
select is(pg_temp.answer('dana', 'select notify_messages_email from portal.notification_preferences'), 'false', 'and read them');
select is(pg_temp.answer(person, 'select count(*) from portal.notification_preferences'), expected, format('%s has %s row of preferences', person, expected))
from (values ('rex', '1'), ('cory', '0'), ('nobody', '0')) as person (person, expected);

select * from finish();
rollback;
