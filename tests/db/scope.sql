-- Proves: who the caller is and what they reach is worked out from live tables by itself, follows the claims at once,
-- works wherever a query can run, and is nothing where nobody calls.

-- Transactions before the tests, all with the same claims: what one of them knows must not outlive it, whether it ends
-- well or not. Dana has an account only where people.psql was read.
select json_build_object('role', 'authenticated', 'sub', md5('test/dana')::uuid) as claims \gset dana_
begin;
\ir people.psql
select set_config('request.jwt.claims', :'dana_claims', true), portal_internal.account_id() as account \gset with_people_
rollback;
begin;
select set_config('request.jwt.claims', :'dana_claims', true), portal_internal.user_id() as person,
       coalesce(portal_internal.account_id()::text, 'none') as account \gset after_rollback_
commit;

begin;
\ir people.psql
select set_config('request.jwt.claims', :'dana_claims', true), portal_internal.account_id() as account \gset after_commit_
select set_config('request.jwt.claims', '', true) \g /dev/null
select plan(43);

select is(:'with_people_account'::text, pg_temp.id('dana/account')::text, 'an earlier transaction knew its caller''s account');
select is(concat_ws(' ', :'after_rollback_person'::text, :'after_rollback_account'::text), pg_temp.id('dana') || ' none',
  'after its rollback the same claims are the person, without the account');
select is(:'after_commit_account'::text, pg_temp.id('dana/account')::text, 'after a commit they have the account that there is now');

-- How Postgres would run the person's query.
create function pg_temp.plan_of(person text, query text) returns text language plpgsql as $$
declare
  line text;
  lines text := '';
begin
  perform pg_temp.become(person, '{"x-portal-org": "test-one"}');
  for line in execute 'explain (costs off) ' || query loop
    lines := lines || line || E'\n';
  end loop;
  perform pg_temp.become('dba');
  return lines;
end $$;

-- Everything that the helpers tell, in one line.
create function pg_temp.told(person text, headers jsonb default '{}') returns text language sql as $$
  select pg_temp.answer(person, $q$
    select concat_ws(' ', portal_internal.user_id(), portal_internal.org_id(), portal_internal.account_id(),
      nullif(portal_internal.org_ids(), '{}'), nullif(portal_internal.account_ids(), '{}'),
      nullif(portal_internal.customer_ids(), '{}'), nullif(portal_internal.whole_customer_ids(), '{}'),
      nullif(portal_internal.location_ids(), '{}'), nullif(portal_internal.is_staff(), false),
      nullif(portal_internal.is_office(), false), nullif(portal_internal.is_admin(), false), portal_internal.technician_id(),
      nullif(portal_internal.job_ids(), '{}'), nullif(portal_internal.job_customer_ids(), '{}'),
      nullif(portal_internal.job_location_ids(), '{}')) $q$, headers)
$$;
-- How many rows of all tables together the person reads. The knowledge base is everybody's.
create function pg_temp.rows_read(person text) returns bigint language plpgsql as $$
declare
  counts text := (select string_agg(format('(select count(*) from %s)', oid::regclass), ' + ') from pg_class
    where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and relname not in ('kb_articles', 'kb_article_chunks', 'kb_embedding_models')
      and has_any_column_privilege('authenticated', oid, 'select'));
begin
  return pg_temp.answer(person, 'select ' || counts);
end $$;

-- Nobody -----------------------------------------------------------------------------------------------
select is(pg_temp.told('nobody'), '', 'without claims every helper answers nothing');
select is(pg_temp.rows_read('nobody'), 0::bigint, 'and not one row of any table can be read');
select is(pg_temp.told('nobody', '{"x-portal-org": "test-one"}'), '', 'naming a company in the headers opens nothing');
select is(pg_temp.told('nemo', '{"x-portal-org": "test-one"}'), pg_temp.id('nemo')::text,
  'a person without an account is only who they are, whatever company they name');
select is(pg_temp.rows_read('nemo'), 0::bigint, 'and reads not one row');
select is(pg_temp.refusal('anon', 'select portal_internal.customer_ids()'), '42501', 'people who are not signed in cannot ask');
select is(pg_temp.answer('anon', 'select portal_internal.org_id()'), null, 'but for a company, which they have none of: the knowledge base compares it');
select is(pg_temp.answer('anon', 'select num_nonnulls(user_id, org_id, account_id, account_role, staff_role) from portal_internal.whoami()'), '0', 'whoami tells them nothing');

select is(pg_temp.told('dana'), concat_ws(' ', pg_temp.id('dana'), pg_temp.id('one'), pg_temp.id('dana/account'),
    array[pg_temp.id('one')], array[pg_temp.id('dana/account')], array[pg_temp.id('dana/customer')],
    array[pg_temp.id('dana/customer')]),
  'a customer is their account, its company and its customer');

select is((select portal_internal.org_id()), null::uuid, 'the next statement without claims is nobody again');
select pg_temp.answer('adam', 'select portal_internal.is_admin()') \g /dev/null
select is(pg_temp.told('nobody'), '', 'right after an administrator nobody is nobody');
select is(pg_temp.told('nemo'), pg_temp.id('nemo')::text, 'and somebody else only who they are');

-- Claims that are no claims: no error, no access.
create function pg_temp.user_of(claims text) returns uuid language plpgsql as $$
begin
  perform set_config('request.jwt.claims', claims, true);
  return portal_internal.user_id();
end $$;
select is(pg_temp.user_of(claims), null::uuid, format('claims %s are nobody''s', claims))
from unnest(array['garbage', '[]', '{"sub": null}', '{"sub": 7}', '{"sub": "nobody"}', '"00000000-0000-4000-8000-000000000000"']) as claims;
select is(pg_temp.user_of(jsonb_build_object('sub', pg_temp.id('dana'))::text), pg_temp.id('dana'), 'claims with a sub are');
select pg_temp.become('dba') \g /dev/null

-- Without enter() ----------------------------------------------------------------------------------------
-- Storage and psql never call it. Older services set the single claims.
select set_config('request.jwt.claims', '', true), set_config('request.jwt.claim.sub', pg_temp.id('dana')::text, true) \g /dev/null
select is(portal_internal.account_id(), pg_temp.id('dana/account'), 'the first helper works everything out, from the old single claim as well');
select set_config('request.jwt.claim.sub', '', true) \g /dev/null
select is(pg_temp.answer('dana', 'select portal_internal.enter()::text || portal_internal.org_id()'), pg_temp.id('one')::text,
  'entering first, as PostgREST does, gives the same');

-- Changes within one transaction -------------------------------------------------------------------------
select is(pg_temp.answer('tova', 'select string_agg(id::text, '' '') from portal.appointments'), pg_temp.id('tova/job')::text, 'tova reads her appointment');
select is(pg_temp.answer('dana', 'select string_agg(id::text, '' '') from portal.appointments'), pg_temp.id('dana/job')::text, 'dana, right after, only hers');
insert into public.portal_accounts (org_id, id, user_id, customer_id)
values (pg_temp.id('two'), pg_temp.id('dana/second'), pg_temp.id('dana'), pg_temp.id('tova/customer'));
select is(pg_temp.answer('dana', 'select portal_internal.org_id()', '{"a": "b"}'), null::text, 'with two companies a person is in neither until the request names one');
select is(pg_temp.answer('dana', 'select portal_internal.org_id()', '{"x-portal-org": "test-two"}'), pg_temp.id('two')::text, 'the header names it by slug');
select is(pg_temp.answer('dana', 'select portal_internal.account_id()', jsonb_build_object('x-portal-org', pg_temp.id('one'))),
  pg_temp.id('dana/account')::text, 'and another header in the same transaction, by id');
select is(pg_temp.answer('dana', 'select count(*) from portal.accounts where is_own'), '2', 'the accounts view shows both');
delete from public.portal_notification_preferences where portal_account_id = pg_temp.id('dana/second');
savepoint before_tova;
select pg_temp.told('tova') \g /dev/null
rollback to before_tova;
select is(pg_temp.answer('dana', 'select portal_internal.org_id()', '{"x-portal-org": "test-one"}'), pg_temp.id('one')::text,
  'a rolled-back savepoint takes its caller with it');

savepoint nobodys_account;
insert into public.portal_accounts (org_id, id, user_id, customer_id)
values (pg_temp.id('two'), pg_temp.id('nemo/account'), pg_temp.id('nemo'), pg_temp.id('tova/customer'));
select pg_temp.answer('nemo', 'select portal_internal.account_id()') as account \gset inside_
rollback to nobodys_account;
select is(:'inside_account'::text || coalesce(pg_temp.answer('nemo', 'select portal_internal.account_id()'), ' and none'),
  pg_temp.id('nemo/account') || ' and none', 'so does one whose account it had made');

-- Access ends at once ------------------------------------------------------------------------------------
-- A rolled-back savepoint forgets the scope, as the end of a transaction does.
savepoint request;
select pg_temp.answer('rex', 'select count(*) from portal.appointments') as count \gset before_
rollback to request;
update public.portal_accounts set status = 'suspended' where id = pg_temp.id('rex/account');
select is(:'before_count' || ' ' || pg_temp.rows_read('rex'), '1 0', 'a suspended account reads nothing, from the next request on');
select is(pg_temp.answer('rex', 'select count(*) from portal.accounts'), '0', 'their account is gone from the view of accounts, too');
select is(pg_temp.answer('cleo', 'select count(*) from public.work_orders'), '1', 'the staff of a company see its work');
savepoint request;
update public.orgs set is_active = false where id = pg_temp.id('two');
select pg_temp.rows_read('tova') + pg_temp.rows_read('cleo') as count \gset inactive_
rollback to request;
select is(:'inactive_count'::text, '0', 'nobody reads anything of a company that is not active, its staff neither');

-- Wherever a query runs ----------------------------------------------------------------------------------
savepoint request;
set transaction read only;
select pg_temp.answer('dana', 'select count(*) from portal.appointments', '{"x-portal-org": "test-one"}') as count \gset readonly_
rollback to request;
select is(:'readonly_count'::text, '1', 'reads work in a read-only transaction');

savepoint request;
-- It had another name before Postgres 16.
select set_config(name, 'on', true) from pg_settings where name in ('force_parallel_mode', 'debug_parallel_query') \g /dev/null
set local min_parallel_table_scan_size = 0;
set local parallel_setup_cost = 0;
set local parallel_tuple_cost = 0;
select pg_temp.answer('dana', 'select string_agg(id::text, '' '') from public.work_orders', '{"x-portal-org": "test-one"}') as ids,
       pg_temp.plan_of('dana', 'select id from public.work_orders') as plan,
       pg_temp.plan_of('dba', 'select portal_internal.is_time_zone(timezone) from public.customer_locations') as zone_plan
\gset parallel_
select bool_and(portal_internal.is_time_zone(timezone)) as zones from public.customer_locations \gset parallel_
rollback to request;
select is(:'parallel_ids'::text, pg_temp.id('dana/job')::text, 'a planner that wants parallel workers gives the same answer');
select doesnt_match(:'parallel_plan'::text, 'Gather', 'because it must not use any where the caller''s scope is read');
select is(:'parallel_zones'::text || (:'parallel_zone_plan'::text ~ 'Gather')::text, 'ttrue', 'and what may run in a worker does');

-- Once per statement -------------------------------------------------------------------------------------
select matches(pg_temp.plan_of('dana', 'select * from public.work_orders'), 'InitPlan \d', 'a policy''s helpers run once, before the scan');
select doesnt_match(pg_temp.plan_of('dana', 'select * from public.work_orders'), '(Filter|Cond|Output):[^\n]*portal_internal', 'and never for a row');
-- Enough customers that the planner has a choice; without triggers, to be quick.
set local session_replication_role = replica;
insert into public.customer_locations (org_id, id, customer_id, address_line1, city, postal_code, timezone)
select pg_temp.id('one'), pg_temp.id('many/home/' || n), pg_temp.id('many/' || n), 'Street', 'Town', '1', 'UTC'
from generate_series(1, 3000) as n;
insert into public.work_orders (org_id, customer_id, location_id, service_type, window_start, window_end, blocked)
select pg_temp.id('one'), pg_temp.id('many/' || n), pg_temp.id('many/home/' || n), 'visit', start, start + '1 hour',
       tstzrange(start, start + '1 hour')
from generate_series(1, 3000) as n, generate_series(now() + '1 day', now() + '5 days', '1 day') as start;
set local session_replication_role = origin;
analyze public.work_orders;
analyze public.customer_locations;
analyze public.service_types;
analyze public.technicians;
select matches(pg_temp.plan_of('dana', 'select id, window_start from portal.appointments'),
  'Index Cond: \(\(org_id = (\$\d+|\(InitPlan \d+\)\.col1)\) AND \(customer_id = ANY', 'a customer''s appointments are found by company and customer');

select * from finish();
rollback;
