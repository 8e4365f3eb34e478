-- Proves: who writes while the office is closed hears at once when it opens again, once per conversation and closure,
-- whatever path the message takes.
begin;
\ir people.psql
select plan(20);

-- It is between twelve and one at the office, wherever that may be, so that today's hours are before and after.
update public.orgs
set support_phone = '+13125550100', timezone = (
  select case ahead when 0 then 'Etc/GMT' else 'Etc/GMT' || case when ahead > 0 then '-' else '+' end || abs(ahead) end
  from (select 12 - extract(hour from now() at time zone 'UTC')::int) as office (ahead))
where id = pg_temp.id('one');
create function pg_temp.today(days int default 0) returns date language sql stable as $$
  select (now() at time zone o.timezone)::date + days from public.orgs o where o.id = pg_temp.id('one')
$$;
-- From now on the office is open every day from and to.
create function pg_temp.opens(opens time, closes time) returns void language sql as $$
  delete from public.org_business_hours where org_id = pg_temp.id('one');
  insert into public.org_business_hours (org_id, weekday, opens_at, closes_at)
  select pg_temp.id('one'), weekday, opens, closes from generate_series(0, 6) as weekday
$$;
create function pg_temp.writes(person text, thread uuid, body text default 'Hello') returns void language sql as $$
  select pg_temp.answer(person, format('select id from portal.send_message(%L, %L)', thread, body))
$$;
-- The conversation so far: who spoke.
create function pg_temp.spoke(thread uuid) returns text language sql as $$
  select string_agg(left(m.sender_type::text, 1), '' order by m.sent_at) from public.portal_messages m where m.org_id = pg_temp.id('one') and m.thread_id = thread
$$;
create function pg_temp.last_reply() returns text language sql as $$
  select m.body from public.portal_messages m where m.org_id = pg_temp.id('one') and m.sender_type = 'system' order by m.sent_at desc limit 1
$$;
insert into public.portal_threads (org_id, id, customer_id, subject, related_work_order_id) values
  (pg_temp.id('one'), pg_temp.id('first'), pg_temp.id('dana/customer'), 'First', pg_temp.id('dana/job')),
  (pg_temp.id('one'), pg_temp.id('second'), pg_temp.id('dana/customer'), 'Second', null);

select pg_temp.writes('dana', pg_temp.id('first')) \g /dev/null
select is(pg_temp.spoke(pg_temp.id('first')), 'p', 'an office without hours is always there');
select pg_temp.opens('00:00', '24:00'), pg_temp.writes('dana', pg_temp.id('first')) \g /dev/null
select is(pg_temp.spoke(pg_temp.id('first')), 'pp', 'an office that is open leaves the answer to people');

select pg_temp.opens('08:00', '10:00'), pg_temp.writes('dana', pg_temp.id('first')) \g /dev/null
select is(pg_temp.spoke(pg_temp.id('first')), 'ppps', 'an office that is closed answers at once');
select is(pg_temp.last_reply(), format('Thank you for your message. Our office is closed right now and opens again on %s at 8:00 AM; we will answer as soon as we are back. In an emergency please call +13125550100.',
  to_char(pg_temp.today(1), 'FMDay')), 'it says when it opens again, in its own wall clock, and whom to call');
select is((select concat_ws(' ', m.sender_name, m.sender_portal_account_id, m.sender_user_id, i.direction) from public.portal_messages m join public.crm_interactions i on i.id = m.crm_interaction_id
  where m.sender_type = 'system' and m.org_id = pg_temp.id('one')), 'Test One outbound', 'in the company''s name, and on record');
select is((select status || ' ' || left(last_message_preview, 9) from public.portal_threads where id = pg_temp.id('first')), 'pending_internal Thank you', 'it stays the company''s turn');
select pg_temp.writes('dana', pg_temp.id('first')), pg_temp.writes('dana', pg_temp.id('first')) \g /dev/null
select is(pg_temp.spoke(pg_temp.id('first')), 'pppspp', 'in one closure it says so once');
select pg_temp.writes('dana', pg_temp.id('second')) \g /dev/null
select is(pg_temp.spoke(pg_temp.id('second')), 'ps', 'in each conversation');
select pg_temp.writes('cory', pg_temp.id('second')), pg_temp.writes('tess', pg_temp.id('first')) \g /dev/null
select is(pg_temp.spoke(pg_temp.id('first')) || ' ' || pg_temp.spoke(pg_temp.id('second')), 'pppsppi psi', 'staff who write late get no answer');

select pg_temp.opens('08:00', '11:00'), pg_temp.writes('dana', pg_temp.id('first')), pg_temp.writes('dana', pg_temp.id('first')) \g /dev/null
select is(pg_temp.spoke(pg_temp.id('first')), 'pppsppipsp', 'another closure is told of again, once');
update public.orgs set away_message = 'Back soon.' where id = pg_temp.id('one');
select pg_temp.opens('13:00', '24:00'), pg_temp.writes('dana', pg_temp.id('first')) \g /dev/null
select is(pg_temp.last_reply(), 'Back soon.', 'a company''s own words are used where it has them');
update public.orgs set away_message = null where id = pg_temp.id('one');

select pg_temp.opens('00:00', '24:00') \g /dev/null
insert into public.org_holidays (org_id, holiday_on, name) select pg_temp.id('one'), pg_temp.today(days), 'Feast' from generate_series(0, 1) as days;
select pg_temp.writes('dana', pg_temp.id('second')) \g /dev/null
select matches(pg_temp.last_reply(), format('on %s at 12:00 AM', to_char(pg_temp.today(2), 'FMDay')), 'on a holiday the office is closed all day');
delete from public.org_holidays where org_id = pg_temp.id('one');
insert into public.org_holidays (org_id, holiday_on, name) values (pg_temp.id('one'), pg_temp.today(1), 'Feast'), (pg_temp.id('two'), pg_temp.today(), 'Feast');
select pg_temp.writes('dana', pg_temp.id('first')) \g /dev/null
select matches(pg_temp.spoke(pg_temp.id('first')), 'p$', 'but not on its eve, nor on another company''s');

-- Every path.
create function pg_temp.after(person text, columns text, "values" text) returns text language sql as $$
  insert into public.portal_threads (org_id, id, customer_id, subject) values (pg_temp.id('one'), pg_temp.id(person || columns), pg_temp.id('dana/customer'), 'Path');
  select pg_temp.touched(person, format('insert into public.portal_messages (org_id, thread_id, body, sender_portal_account_id %s) values (%L, %L, ''Row'', %L %s)',
    columns, pg_temp.id('one'), pg_temp.id(person || columns), pg_temp.id('dana/account'), "values"));
  select pg_temp.spoke(pg_temp.id(person || columns))
$$;
select pg_temp.opens('08:00', '10:00') \g /dev/null
select is(pg_temp.after(person, '', ''), 'ps', person || ' writes for a customer as a row: it is answered') from unnest(array['dana', 'service_role', 'dba']) as person;
select is(pg_temp.after('service_role', ', sent_at', ', ''2025-03-01 12:00+00'''), 'p', 'what is imported is not answered');
select pg_temp.answer('dana', 'select thread_id from portal.create_thread(body => ''Hello'')') as thread \gset new_
select is(pg_temp.spoke(:'new_thread'), 'ps', 'the first message of a conversation is answered');
select is(pg_temp.answer('dana', format('select unread_count from portal.threads where id = %L', pg_temp.id('second'))) > '0', true, 'the answer is unread until the customer reads it');
select is((select count(*) from public.portal_live_events e join public.portal_messages m on m.id = e.entity_id where m.sender_type = 'system' and m.org_id = pg_temp.id('one')),
  (select count(*) from public.portal_messages m where m.sender_type = 'system' and m.org_id = pg_temp.id('one')), 'and those who watch hear of it');

select * from finish();
rollback;
