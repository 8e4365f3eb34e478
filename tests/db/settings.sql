-- Proves: people see and change their own profile, wishes and addresses and nobody else's; what is left out stays, what
-- is wrong is refused with a reason; and what others verified is told as it is.
begin;
\ir people.psql
select plan(101);

-- lena is invited to dana's home alone. vera has an account with both companies.
insert into auth.users (id, aud, role, email, email_confirmed_at)
select pg_temp.id(name), 'authenticated', 'authenticated', name || '@test.example', now()
from unnest(array['lena', 'vera']) as name;
insert into public.portal_accounts (org_id, id, user_id, customer_id, implicit_grant) values
  (pg_temp.id('one'), pg_temp.id('lena/account'), pg_temp.id('lena'), pg_temp.id('dana/customer'), false),
  (pg_temp.id('one'), pg_temp.id('vera/one'), pg_temp.id('vera'), pg_temp.id('rex/customer'), true),
  (pg_temp.id('two'), pg_temp.id('vera/two'), pg_temp.id('vera'), pg_temp.id('tova/customer'), true);
insert into public.portal_account_grants (org_id, portal_account_id, customer_id, location_id, capabilities)
values (pg_temp.id('one'), pg_temp.id('lena/account'), pg_temp.id('dana/customer'), pg_temp.id('dana/home'), '{view,book}');
insert into public.profiles (org_id, user_id, customer_id, full_name, email, phone)
select pg_temp.id('one'), pg_temp.id(person), pg_temp.id('dana/customer'), initcap(person), person || '@test.example', '+13125550100'
from unnest(array['dana', 'lena']) as person;

-- Profile ------------------------------------------------------------------------------------------------------
create function pg_temp.profile(person text) returns text language sql as $$
  select concat_ws(' ', full_name, phone, preferred_language, role) from public.profiles where user_id = pg_temp.id(person)
$$;
select is(pg_temp.answer('dana', $$ select concat_ws(' ', full_name, email, phone, preferred_language, updated_at = now()) from portal.update_profile(phone => '(312) 555-0199', preferred_language => 'es_mx') $$),
  'Dana dana@test.example +13125550199 es-MX t', 'what is given is written as the table spells it, what is left out stays');
select is(pg_temp.profile('dana'), 'Dana +13125550199 es-MX portal_customer', 'and kept');
select is(pg_temp.profile('lena'), 'Lena +13125550100 en portal_customer', 'for the caller alone');
select is(pg_temp.touched('dana', 'select * from portal.update_profile()'), 1::bigint, 'nothing given changes nothing');
select is(pg_temp.answer('dana', $$ select full_name from portal.update_profile(full_name => '  Dana Day ') $$), 'Dana Day', 'a name is trimmed');
select is(pg_temp.answer('tess', $$ select full_name from portal.update_profile(full_name => 'Tess T.') $$), 'Tess T.', 'staff change their name as well');
select is(pg_temp.profile('tess'), 'Tess T. en technician', 'and stay what they are');
select is((select string_agg(event_payload #>> '{after,phone}', ' ') from public.portal_audit_events where entity = 'profile' and event_type = 'profile_updated' and actor_user_id = pg_temp.id('dana')),
  '+13125550199', 'the change is on record');
select is(pg_temp.refusal('dana', format('select * from portal.update_profile(%s)', argument)), 'PT400 invalid_input', argument)
from unnest(array[
  'full_name => ''''', 'full_name => repeat(''x'', 201)', 'full_name => E''a\nb''', 'phone => ''''', 'phone => ''911''', 'phone => ''call me''',
  'phone => ''+0123456789''', 'preferred_language => ''''', 'preferred_language => ''english''', 'preferred_language => ''en-''']) as argument;
select is(pg_temp.refusal(person, $$ select * from portal.update_profile(full_name => 'X') $$), refused, format('%s: %s', person, refused))
from (values ('rex', 'PT404 not_found'), ('nemo', 'PT403 no_active_account'), ('vera', 'PT400 org_required'), ('nobody', 'PT401 not_signed_in'), ('anon', '42501')) as stranger (person, refused);
select is(pg_temp.refusal('dana', $$ update public.profiles set role = 'admin' $$), '42501', 'nobody makes themselves staff');

-- Notification preferences ------------------------------------------------------------------------------------------
create function pg_temp.wishes(person text, arguments text) returns text language sql as $$
  select pg_temp.answer(person, format(
    $q$ select concat_ws(' ', notify_booking_updates_email, notify_booking_updates_sms, notify_marketing_email, notify_marketing_sms,
          notify_technician_enroute, notify_messages_email, quiet_hours_start, quiet_hours_end, timezone, portal_account_id = portal_internal.account_id())
        from portal.update_notification_preferences(%s) $q$, arguments))
$$;
select is(pg_temp.wishes('dana', arguments), wishes, format('(%s)', arguments))
from (values
  ('', 't t f f t t t'),
  ('notify_marketing_sms => true, notify_booking_updates_email => false', 'f t f t t t t'),
  ('notify_messages_email => false, notify_booking_updates_sms => false, notify_marketing_email => true, notify_technician_enroute => false', 'f f t t f f t'),
  ('quiet_hours_start => ''22:00'', quiet_hours_end => ''07:30'', timezone => ''America/Denver''', 'f f t t f f 22:00:00 07:30:00 America/Denver t'),
  ('notify_booking_updates_email => true', 't f t t f f 22:00:00 07:30:00 America/Denver t'),
  ('clear_quiet_hours => true', 't f t t f f America/Denver t')
) as step (arguments, wishes);
select is(pg_temp.wishes('rex', ''), 't t f f t t t', 'others keep theirs');
select is(pg_temp.refusal('dana', format('select * from portal.update_notification_preferences(%s)', arguments)), 'PT400 invalid_input', arguments)
from unnest(array[
  'quiet_hours_start => ''22:00''', 'quiet_hours_end => ''07:00''', 'timezone => ''Mars/Olympus''', 'timezone => ''''',
  'clear_quiet_hours => true, quiet_hours_start => ''22:00'', quiet_hours_end => ''07:00''']) as arguments;
select is(pg_temp.refusal(person, 'select * from portal.update_notification_preferences()'), refused, format('%s: %s', person, refused))
from (values ('cory', 'PT403 no_active_account'), ('nemo', 'PT403 no_active_account'), ('vera', 'PT400 org_required'), ('nobody', 'PT401 not_signed_in'), ('anon', '42501')) as stranger (person, refused);
select is(pg_temp.touched('vera', 'select * from portal.update_notification_preferences(notify_marketing_email => true)', '{"x-portal-org": "test-two"}'), 1::bigint, 'with a company named, it is that company''s');
select results_eq(
  $$ select notify_marketing_email from public.portal_notification_preferences where portal_account_id in (pg_temp.id('vera/one'), pg_temp.id('vera/two')) order by portal_account_id = pg_temp.id('vera/two') $$,
  $$ values (false), (true) $$, 'and not the other''s');
select is(pg_temp.touched('dana', 'update public.portal_notification_preferences set notify_messages_email = true'), 1::bigint, 'the table itself can be written as well, one''s own row alone');
select is(pg_temp.refusal('dana', 'select unsubscribe_token from public.portal_notification_preferences'), '42501', 'the secret of its links is nobody''s');

-- Addresses ---------------------------------------------------------------------------------------------------
create function pg_temp.address(more text default '{}') returns text language sql as $$
  select quote_literal(jsonb '{"address_line1": "7 Elm", "city": "Joliet", "postal_code": "60431"}' || more::jsonb) || '::jsonb'
$$;
select is(pg_temp.answer('dana', format($$ select concat_ws(', ', label, address_line1, city, country, timezone, is_primary, can_book, customer_id = pg_temp.id('dana/customer'))
    from portal.add_location('Cabin', %s, 'America/Denver') $$, pg_temp.address('{"country": "ca", "label": "x"}'))),
  'Cabin, 7 Elm, Joliet, CA, America/Denver, f, t, t', 'an address is added; what stands beside it wins');
select is(pg_temp.answer('dana', format('select concat_ws('', '', label, country, timezone) from portal.add_location(address => %s)', pg_temp.address())),
  '7 Elm, US, America/Chicago', 'it needs no more than street, city and postal code');
select is(pg_temp.answer('dana', $$ select count(*) from portal.locations where address_line1 = '7 Elm' $$), '2', 'the caller sees them');
select is(pg_temp.touched('dana', format('select * from portal.add_location(address => %s)', pg_temp.address('{"label": "Once"}')), '{"idempotency-key": "k"}'), 1::bigint, 'with an idempotency key')
from generate_series(1, 2);
select is((select count(*) from public.customer_locations where label = 'Once'), 1::bigint, 'a repetition adds nothing');
select is(pg_temp.refusal('dana', format('select * from portal.add_location(%s)', arguments)), 'PT400 invalid_input', arguments)
from unnest(array[
  '', 'label => ''x''', 'address => ''[]''', 'address => ''null''', 'address => ''{"city": "x"}''', 'address => ' || pg_temp.address('{"customer_id": "x"}'),
  'address => ' || pg_temp.address('{"city": ""}'), 'address => ' || pg_temp.address() || ', timezone => ''Nowhere''', 'address => ' || pg_temp.address('{"country": "USA"}')]) as arguments;
select is(pg_temp.refusal(person, format('select * from portal.add_location(address => %s)', pg_temp.address())), refused, format('%s adds none: %s', person, refused))
from (values ('lena', 'PT403 not_allowed'), ('cory', 'PT403 no_active_account'), ('nemo', 'PT403 no_active_account'), ('nobody', 'PT401 not_signed_in'), ('anon', '42501')) as stranger (person, refused);

create function pg_temp.changed(person text, arguments text, place text default 'dana/home') returns text language sql as $$
  select pg_temp.answer(person, format(
    'select concat_ws('', '', label, address_line1, address_line2, city, country, timezone, is_primary, can_book) from portal.update_location(%L, %s)', pg_temp.id(place), arguments))
$$;
select is(pg_temp.changed(person, arguments), place, format('%s: %s', person, arguments))
from (values
  ('dana', 'label => ''Casa''', 'Casa, 1 Test Street, Chicago, US, America/Chicago, f, t'),
  ('dana', 'address => ''{"address_line2": "Unit 4", "city": "Joliet", "country": "mx"}''', 'Casa, 1 Test Street, Unit 4, Joliet, MX, America/Chicago, f, t'),
  ('dana', 'address => ''{"address_line2": null}'', timezone => ''America/Denver'', is_primary => true', 'Casa, 1 Test Street, Joliet, MX, America/Denver, t, t'),
  ('cory', 'label => ''Home''', 'Home, 1 Test Street, Joliet, MX, America/Denver, t, f')
) as step (person, arguments, place);
select is(pg_temp.changed('dana', 'is_primary => true', 'dana/studio'), 'studio, 1 Test Street, Chicago, US, America/Chicago, t, t', 'another becomes the primary one');
select is((select string_agg(label, ' ') from public.customer_locations where customer_id = pg_temp.id('dana/customer') and is_primary), 'studio', 'instead of the one before');
select is(pg_temp.refusal(person, format('select * from portal.update_location(%L, ''X'')', pg_temp.id('dana/home'))), refused, format('%s: %s', person, refused))
from (values ('lena', 'PT403 cannot_change_location'), ('tess', 'PT403 cannot_change_location'), ('rex', 'PT404 not_found'), ('tova', 'PT404 not_found'), ('cleo', 'PT404 not_found'),
  ('nobody', 'PT401 not_signed_in'), ('anon', '42501')) as stranger (person, refused);
select is(pg_temp.refusal('dana', format('select * from portal.update_location(%L, %s)', pg_temp.id('dana/home'), arguments)), 'PT400 invalid_input', arguments)
from unnest(array['address => ''{"city": null}''', 'address => ''{"is_active": false}''', 'address => ''7''', 'label => ''''', 'timezone => ''Nowhere''']) as arguments;

-- All in one ---------------------------------------------------------------------------------------------------
update auth.users set phone = '13125550100', phone_confirmed_at = null, last_sign_in_at = '2026-01-02T03:04:05Z' where id = pg_temp.id('dana');
create function pg_temp.page(person text, path text) returns text language sql as $$
  select pg_temp.answer(person, format('select portal.settings() #>> %L', path))
$$;
select is(pg_temp.page(person, path), expected, format('%s: %s', person, path))
from (values
  ('dana', '{profile,full_name}', 'Dana Day'), ('dana', '{account,customer_id}', pg_temp.id('dana/customer')::text), ('dana', '{organization,slug}', 'test-one'),
  ('dana', '{locations,0,label}', 'studio'), ('dana', '{notification_preferences,notify_marketing_email}', 'true'), ('dana', '{security,email}', 'dana@test.example'),
  ('dana', '{security,email_verified}', 'true'), ('dana', '{security,phone_verified}', 'false'), ('dana', '{security,mfa_enabled}', 'false'),
  ('cory', '{account}', null), ('cory', '{profile,role}', 'csr')
) as fact (person, path, expected);
select is(pg_temp.page('dana', '{security,last_sign_in_at}')::timestamptz, '2026-01-02T03:04:05Z'::timestamptz, 'when they last signed in');
select is(pg_temp.answer('lena', $$ select jsonb_array_length(portal.settings() -> 'locations') $$), '1', 'who is invited to one place sees one place');
select is(pg_temp.refusal(person, 'select portal.settings()'), refused, format('%s: %s', person, refused))
from (values ('nemo', 'PT403 no_active_account'), ('vera', 'PT400 org_required'), ('nobody', 'PT401 not_signed_in'), ('anon', '42501')) as stranger (person, refused);
select ok(pg_temp.page('dana', '{}') not like '%unsubscribe%', 'no secret is among it');

select * from finish();
rollback;
