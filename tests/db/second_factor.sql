-- Proves: whoever has set up a second factor is nobody here until their token was given for it, on every path; and
-- where nobody has, or nothing keeps such factors, all is as it was.
begin;
\ir people.psql
\ir second_factor.psql
select plan(70);

-- Looking ------------------------------------------------------------------------------------------------------
-- How many rows of all tables, or of all views of the API, the person reads. The knowledge base is everybody's.
create function pg_temp.rows_read(person text, of_schema regnamespace) returns bigint language plpgsql as $$
declare
  counts text := (select string_agg(format('(select count(*) from %s)', oid::regclass), ' + ') from pg_class
    where relnamespace = of_schema and relkind in ('r', 'p', 'v') and relname not in ('kb_articles', 'kb_article_chunks', 'kb_embedding_models')
      and has_any_column_privilege('authenticated', oid, 'select'));
begin
  return pg_temp.answer(person, 'select ' || counts);
end $$;
-- Everything that the helpers tell.
create function pg_temp.told(person text) returns text language sql as $$
  select pg_temp.answer(person, $q$
    select concat_ws(' ', portal_internal.user_id(), portal_internal.org_id(), portal_internal.account_id(), nullif(portal_internal.org_ids(), '{}'),
      nullif(portal_internal.account_ids(), '{}'), nullif(portal_internal.customer_ids(), '{}'), nullif(portal_internal.whole_customer_ids('manage'), '{}'),
      nullif(portal_internal.location_ids(), '{}'), nullif(portal_internal.is_staff(), false), nullif(portal_internal.is_office(), false),
      nullif(portal_internal.is_admin(), false), portal_internal.technician_id(), nullif(portal_internal.job_ids(), '{}'),
      nullif(portal_internal.job_customer_ids(), '{}'), nullif(portal_internal.job_location_ids(), '{}')) $q$)
$$;
create function pg_temp.seen(person text) returns text language sql as $$
  select concat_ws(' / ', pg_temp.told(person), pg_temp.rows_read(person, 'public'), pg_temp.rows_read(person, 'portal'))
$$;
-- Files of dana's, to be seen by those who see her things.
insert into storage.objects (bucket_id, name, owner_id)
values ('attachments', concat_ws('/', pg_temp.id('one'), pg_temp.id('dana/customer'), 'photo/by-dana.jpg'), pg_temp.id('dana'));
create function pg_temp.files(person text) returns text language sql as $$
  select pg_temp.answer(person, $q$ select count(*) from storage.objects where split_part(name, '/', 1) = pg_temp.id('one')::text $q$)
$$;

create temporary table people on commit drop as
select person, pg_temp.seen(person) as seen, pg_temp.files(person) as files from unnest(array['dana', 'mona', 'adam', 'cory', 'tess']) as person;
select cmp_ok(split_part(seen, ' / ', 2)::int, '>', 0, format('%s sees something', person)) from people;

select is(pg_temp.seen(person || level), seen, format('%s without a second factor needs none: %s', person, coalesce(nullif(level, ''), 'no level')))
from people, unnest(array[' aal1', ' aal2']) as level;
select pg_temp.set_up(person, 'unverified') from people \g /dev/null
select is(pg_temp.seen(person || ' aal1'), seen, format('%s sees the same while one is being set up', person)) from people;

select pg_temp.set_up(person) from people \g /dev/null
select is(pg_temp.seen(person || level), ' / 0 / 0', format('%s with a second factor sees nothing by%s', person, coalesce(nullif(level, ''), ' a token that names no level')))
from people, unnest(array['', ' aal1', ' AAL2']) as level;
select is(pg_temp.seen(person || ' aal2'), seen, format('%s sees everything by aal2', person)) from people;
select is(pg_temp.files('dana aal1') || pg_temp.files('cory aal1') || pg_temp.files('tess aal1'), '000', 'in Storage they see no file');
select is((select string_agg(pg_temp.files(person || ' aal2'), '' order by person) from people), (select string_agg(files, '' order by person) from people), 'and by aal2 theirs');
select cmp_ok(pg_temp.rows_read('rex aal1', 'portal'), '>', 0::bigint, 'nobody else is touched by it');
select is(pg_temp.answer('dana aal1', 'select num_nulls(org_id, account_id, account_role, staff_role) from portal_internal.whoami()'), '4', 'whoami knows of nothing');
select is(pg_temp.answer('dana aal1', 'select count(*) from portal.kb_articles'), pg_temp.answer('anon', 'select count(*) from portal.kb_articles'),
  'what strangers may read they may read');

select set_config('request.jwt.claims', '', true), set_config('request.jwt.claim.sub', pg_temp.id('dana')::text, true) \g /dev/null
select is(portal_internal.account_id(), null::uuid, 'the old single claim proves no second factor');
select set_config('request.jwt.claim.sub', '', true) \g /dev/null

-- Acting -------------------------------------------------------------------------------------------------------
-- Every function that is for people who are signed in, called with nothing.
create function pg_temp.refused(person text) returns table (function text, refusal text) language sql as $$
  select p.oid::regprocedure::text, pg_temp.refusal(person, format('select portal.%I(%s)', p.proname,
    (select string_agg('null::' || format_type(type, null), ', ') from unnest(p.proargtypes) as type)))
  from pg_proc p
  where p.pronamespace = 'portal'::regnamespace and has_function_privilege('authenticated', p.oid, 'execute') and p.prokind = 'f'
    and (not has_function_privilege('anon', p.oid, 'execute') or p.proname ~ 'ai_')
$$;
select is((select string_agg(function || ': ' || refusal, e'\n' order by function) from pg_temp.refused(person) where refusal not in ('PT401 second_factor_required', 'PT400 invalid_input')),
  null, person || ' is refused by every function') from unnest(array['dana aal1', 'cory aal1', 'tess aal1']) as person;
select cmp_ok((select count(*) from pg_temp.refused('dana aal1') where refusal like 'PT401%'), '>', 30::bigint, 'and there are many');
select is(pg_temp.refusal('dana aal1', call), 'PT401 second_factor_required', 'those that look at what is given first as well: ' || call)
from unnest(array[$$ select portal.report_ai_message(gen_random_uuid(), true) $$, $$ select portal.set_thread_status(gen_random_uuid(), 'closed') $$,
  $$ select portal.reschedule_appointment(gen_random_uuid(), now()) $$]) as call;
select ok(not exists (select from pg_temp.refused('dana aal2') where refusal ~ 'second_factor'), 'by aal2 none asks for it');

select is(pg_temp.refusal('dana aal1', $$ select * from portal.accept_invite('x') $$), 'PT401 second_factor_required', 'an invitation is not accepted in somebody''s name');
select is(pg_temp.refusal('dana aal1', $$ select * from portal.sign_up('test-two', 'Dana') $$), 'PT401 second_factor_required', 'nor an account opened at another company');
select is(pg_temp.refusal('dana aal1', format('insert into public.portal_booking_requests (org_id, customer_id, portal_account_id, location_id, service_type, problem_description) values (%L, %L, %L, %L, ''repair'', ''x'')',
  pg_temp.id('one'), pg_temp.id('dana/customer'), pg_temp.id('dana/account'), pg_temp.id('dana/home'))) ~ '^(42501|PT4)', true, 'a row is not written past the functions');
select is(pg_temp.refusal('cory aal1', format('insert into public.customers (org_id, full_name) values (%L, ''New'')', pg_temp.id('one'))), '42501', 'also not by the office');
select is(pg_temp.touched('cory aal1', 'update public.customers set full_name = full_name'), 0::bigint, 'which changes no row');
select is(pg_temp.refusal('dana aal1', format('insert into storage.objects (bucket_id, name, owner_id) values (''attachments'', %L, %L)',
  concat_ws('/', pg_temp.id('one'), pg_temp.id('dana/customer'), 'photo/new.jpg'), pg_temp.id('dana'))), '42501', 'and no file is sent');

-- Services and people with a connection of their own are not asked.
select is(pg_temp.answer('service_role', 'select count(*) from public.portal_accounts where id = pg_temp.id(''dana/account'')'), '1', 'the secret key sees what it saw');
select is((select count(*) from public.portal_accounts where id = pg_temp.id('dana/account')), 1::bigint, 'and so does who administers the database');
select matches((select why from portal_admin.explain_access(pg_temp.id('dana'), 'work_orders', pg_temp.id('dana/job')) where rule = 'second factor'), 'aal2', 'who asks why somebody sees a row is told of it');
select is((select allowed from portal_admin.explain_access(pg_temp.id('dana'), 'work_orders', pg_temp.id('dana/job')) where rule = 'verdict'), true, 'for a token that has it');
select is((select count(*) from portal_admin.explain_access(pg_temp.id('rex'), 'work_orders', pg_temp.id('rex/job')) where rule = 'second factor'), 0::bigint, 'who has none is not told of one');

-- Without ------------------------------------------------------------------------------------------------------
update auth.mfa_factors set status = 'unverified' where user_id = pg_temp.id('dana');
delete from auth.mfa_factors where user_id = pg_temp.id('mona');
select is(pg_temp.seen(person || ' aal1'), seen, format('%s took the second factor back, and the password is enough again', person)) from people where person in ('dana', 'mona');
revoke select (status) on auth.mfa_factors from portal_owner;
select is(pg_temp.seen('cory aal1'), (select seen from people where person = 'cory'), 'a table that portal_owner cannot read whole is none (health says so)');
alter table auth.mfa_factors drop column status;
select is(pg_temp.seen('cory aal1'), (select seen from people where person = 'cory'), 'nor is one of another shape');
drop table auth.mfa_factors;
select is(pg_temp.seen('cory aal1'), (select seen from people where person = 'cory'), 'nor is there one');

select * from finish();
rollback;
