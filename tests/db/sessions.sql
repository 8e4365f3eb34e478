-- Proves: people see where they are signed in and end their own sessions; of another's they learn nothing; and where
-- Supabase Auth keeps no sessions or second factors, the functions answer all the same.
begin;
\ir people.psql
select plan(22);

insert into auth.sessions (id, user_id, created_at, updated_at, refreshed_at, not_after, user_agent, ip)
values
  (pg_temp.id('phone'), pg_temp.id('dana'), '2026-01-01', '2026-01-02', '2026-01-03 12:00', null, 'Phone', '203.0.113.7'),
  (pg_temp.id('laptop'), pg_temp.id('dana'), '2026-01-01', '2026-01-05', null, now() + interval '1 day', 'Laptop', null),
  (pg_temp.id('old'), pg_temp.id('dana'), '2026-01-01', '2026-01-06', null, now() - interval '1 second', 'Old', null),
  (pg_temp.id('other'), pg_temp.id('rex'), '2026-01-01', '2026-01-07', null, null, 'Other', null);
insert into auth.refresh_tokens (id, token, user_id, session_id)
select pg_temp.id(name)::text, name, pg_temp.id('dana'), pg_temp.id(name) from unnest(array['phone', 'laptop']) as name;

-- As `answer`, with the session in the token.
create function pg_temp.listed(person text, session text default null) returns text language plpgsql as $$
declare
  result text;
begin
  perform pg_temp.become(person);
  perform set_config('request.jwt.claims', (current_setting('request.jwt.claims')::jsonb
    || jsonb_build_object('session_id', coalesce(pg_temp.id(session)::text, 'x')))::text, true);
  select string_agg(concat_ws(' ', s.user_agent, s.ip, to_char(s.last_seen_at at time zone 'UTC', 'MM-DD HH24:MI'), case when s.is_current then 'current' end), ', ')
  into result from portal.my_sessions() s;
  perform pg_temp.become('dba');
  return result;
end $$;
set local timezone to 'America/Chicago';
update auth.sessions set updated_at = '2026-01-05T00:00Z' where id = pg_temp.id('laptop');
select is(pg_temp.listed('dana', 'phone'), 'Laptop 01-05 00:00, Phone 203.0.113.7 01-03 12:00 current', 'the live ones, the one seen last first, and which of them asks');
select is(pg_temp.listed('dana'), 'Laptop 01-05 00:00, Phone 203.0.113.7 01-03 12:00', 'a token that names none asks from none');
select ok(pg_temp.listed('rex') like 'Other%', 'everybody sees their own');
select is(pg_temp.listed('mona'), null, 'who has none sees none');
select is(pg_temp.refusal('nobody', 'select * from portal.my_sessions()'), 'PT401 not_signed_in', 'who is not signed in is told so');
select is(pg_temp.refusal('anon', 'select * from portal.my_sessions()'), '42501', 'anonymous people cannot ask');

select is(pg_temp.refusal('dana', format('select portal.revoke_session(%L)', session)), 'PT404 not_found', 'another''s session and none are alike')
from unnest(array[pg_temp.id('other'), pg_temp.id('nothing'), null]) as session;
select is(pg_temp.refusal('adam', format('select portal.revoke_session(%L)', pg_temp.id('phone'))), 'PT404 not_found', 'also for the company''s admin');
select is(pg_temp.refusal('nobody', format('select portal.revoke_session(%L)', pg_temp.id('phone'))), 'PT401 not_signed_in', 'not signed in');
select is(pg_temp.refusal('nemo', format('select portal.revoke_session(%L)', pg_temp.id('phone'))), 'PT403 no_active_account', 'no account');
select is(pg_temp.touched('dana', format('select portal.revoke_session(%L)', pg_temp.id('laptop'))), 1::bigint, 'one''s own ends');
select is(pg_temp.listed('dana'), 'Phone 203.0.113.7 01-03 12:00', 'and is gone from the list');
select is((select string_agg(token, ' ') from auth.refresh_tokens where user_id = pg_temp.id('dana')), 'phone', 'with what would refresh it');
select is((select count(*) from auth.sessions where user_id = pg_temp.id('rex')), 1::bigint, 'another''s stays');
select results_eq(
  $$ select entity, entity_id, portal_account_id from public.portal_audit_events where event_type = 'session_revoked' and org_id = pg_temp.id('one') $$,
  $$ values ('session', pg_temp.id('laptop'), pg_temp.id('dana/account')) $$, 'on record, once');
select is(pg_temp.refusal('dana', format('select portal.revoke_session(%L)', pg_temp.id('laptop'))), 'PT404 not_found', 'a second time there is nothing to end');
select is(pg_temp.refusal('dana', 'select * from auth.sessions'), '42501', 'nobody reads the table of sessions itself');

-- Second factors, where Auth keeps them, as Supabase Auth does.
alter table if exists auth.mfa_factors rename to factors_aside;
select is(pg_temp.answer('dana', $$ select portal.settings() #>> '{security,mfa_enabled}' $$), 'false', 'without a table of factors there are none');
create table auth.mfa_factors (id uuid, user_id uuid, friendly_name text, factor_type text, status text, created_at timestamptz);
insert into auth.mfa_factors values
  (pg_temp.id('totp'), pg_temp.id('dana'), 'My phone', 'totp', 'verified', now()), (pg_temp.id('half'), pg_temp.id('dana'), 'Half', 'totp', 'unverified', now()),
  (pg_temp.id('his'), pg_temp.id('rex'), 'His', 'totp', 'verified', now());
grant select (id, user_id, friendly_name, factor_type, status, created_at) on auth.mfa_factors to portal_owner;
select is(pg_temp.answer('dana aal2', $$ select concat_ws(' ', s -> 'mfa_enabled', jsonb_array_length(s -> 'factors'), s #>> '{factors,0,name}') from (select portal.settings() -> 'security' as s) told $$),
  'true 1 My phone', 'one''s own verified factors are told');
alter table auth.sessions rename to sessions_aside;
select is(pg_temp.listed('dana aal2'), null, 'without a table of sessions there are none to list');

select * from finish();
rollback;
