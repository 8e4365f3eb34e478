-- Proves: the view of use counts what happened, by company and by the company's own day.
begin;
\ir people.psql
\ir assistant.psql
select plan(21);

create function pg_temp.figures(org text, day date) returns text language sql as $$
  select concat_ws(' ', turns, anonymous_turns, tokens, conversations, escalations, coalesce(deflection::text, '-'), unanswered, reported_unhelpful, messages, booking_requests, bookings_scheduled, coalesce(booking_conversion::text, '-'))
  from portal_admin.usage u where u.org_id = pg_temp.id(org) and u.day = figures.day
$$;
create function pg_temp.today(zone text default 'America/Chicago') returns date language sql as $$ select (now() at time zone zone)::date $$;
select is(pg_temp.figures('one', pg_temp.today() - 1), null, 'a day on which nothing happened has no row');

-- Two conversations with questions, one of them handed over; one without any; one without log-in.
select pg_temp.started('dana') as first, pg_temp.started('dana') as second, pg_temp.started('rex') as silent \gset
create temporary table held as select id, session_token from portal.start_ai_conversation() limit 0;
grant all on held to public;
select pg_temp.touched('anon', 'insert into held select id, session_token from portal.start_ai_conversation(org_slug => ''test-one'')') \g /dev/null
select pg_temp.talked('dana', :'first', 'One'), pg_temp.talked('dana', :'second', 'Two') \g /dev/null
select pg_temp.committed('dana', :'first', (pg_temp.asked('dana', :'first', 'Three') ->> 'turn_id')::uuid, 'So.', tokens => 40) as third \gset
select pg_temp.answer('dana', pg_temp.abandoning(:'first', (pg_temp.asked('dana', :'first', 'Four') ->> 'turn_id')::uuid, 5)) \g /dev/null
select pg_temp.talked('anon', id, 'Five', headers => pg_temp.holding(session_token)) from held \g /dev/null
select is(pg_temp.figures('one', pg_temp.today()), '5 1 45 4 0 1.000 4 0 0 0 0 -', 'questions, those without log-in, tokens, conversations, and that none needed a person');
select pg_temp.answer('dana', format('select portal.escalate_ai_conversation(%L)', :'second')) as thread \gset
select is(split_part(pg_temp.figures('one', pg_temp.today()), ' ', 5) || ' ' || split_part(pg_temp.figures('one', pg_temp.today()), ' ', 6), '1 0.667', 'one in three of those in which something was asked was handed over');
select pg_temp.answer('dana', format('select portal.report_ai_message(%L, false)', :'third'::jsonb ->> 'id')) \g /dev/null
select is(split_part(pg_temp.figures('one', pg_temp.today()), ' ', 8), '1', 'an answer that did not help is counted');
select pg_temp.answer('dana', format('select id from portal.send_message(%L, ''Hello'')', :'thread')), pg_temp.answer('cory', format('select id from portal.send_message(%L, ''Hello'')', :'thread')) \g /dev/null
select is(split_part(pg_temp.figures('one', pg_temp.today()), ' ', 9), '2', 'messages of people are, those of the system are not');
insert into public.portal_booking_requests (org_id, portal_account_id, customer_id, location_id, service_type, problem_description, flexible_date, status, created_at)
select pg_temp.id('one'), pg_temp.id('dana/account'), pg_temp.id('dana/customer'), pg_temp.id('dana/home'), 'visit', 'Noise', true, 'submitted', now() from generate_series(1, 3);
insert into public.portal_booking_requests (org_id, portal_account_id, customer_id, location_id, service_type, problem_description, preferred_service_date, status, related_work_order_id, created_at)
select pg_temp.id('one'), pg_temp.id('dana/account'), pg_temp.id('dana/customer'), pg_temp.id('dana/home'), 'visit', 'Noise', current_date + 1, 'scheduled', pg_temp.id('dana/job'), now();
select is((select concat_ws(' ', booking_requests, bookings_scheduled, booking_conversion) from portal_admin.usage where org_id = pg_temp.id('one') and day = pg_temp.today()), '4 1 0.250', 'and how many requests became appointments');

create function pg_temp.counted(columns text) returns text language plpgsql as $$
declare
  answer text;
begin
  execute format('select concat_ws('' '', %s) from portal_admin.usage where org_id = pg_temp.id(''one'') and day = pg_temp.today()', columns) into answer;
  return answer;
end $$;
select is(pg_temp.counted('messages_of_customers, messages_of_staff'), '1 1', 'who wrote');
update public.portal_booking_requests set status = 'rejected' where id = (select id from public.portal_booking_requests where org_id = pg_temp.id('one') and status <> 'scheduled' order by id limit 1);
select is(pg_temp.counted('booking_requests_open, booking_requests_rejected, booking_requests_canceled, bookings_scheduled'), '2 1 0 1', 'what became of the others');
select pg_temp.answer('dana', format('select portal.cancel_booking_request(%L)', (select id from public.portal_booking_requests where org_id = pg_temp.id('one') and status not in ('scheduled', 'rejected') order by id limit 1))) \g /dev/null
select is(pg_temp.counted('booking_requests, booking_requests_open, booking_requests_canceled, booking_conversion'), '4 1 1 0.250', 'of the same requests');
update public.work_orders set status = 'canceled', canceled_at = now() where id = pg_temp.id('rex/job');
select is(pg_temp.counted('visits_completed, visits_canceled'), '0 1', 'visits that ended today');
select is(pg_temp.counted('sign_ups'), '3', 'and accounts that were opened');

-- By the company's own day.
update public.portal_ai_messages set created_at = (pg_temp.today() + time '00:00:01') at time zone 'America/Chicago' where content = 'One';
update public.portal_ai_messages set created_at = (pg_temp.today() - time '00:00:01') at time zone 'America/Chicago' where content = 'Two';
select is((select turns from portal_admin.usage where org_id = pg_temp.id('one') and day = pg_temp.today() - 1), 1::bigint, 'a second before midnight is yesterday');
select is((select turns from portal_admin.usage where org_id = pg_temp.id('one') and day = pg_temp.today()), 4::bigint, 'a second after it is today');
select is((select sum(turns + messages + booking_requests) from portal_admin.usage where org_id = pg_temp.id('two')), 0::numeric, 'and nothing of it is another company''s');
select is((select org_slug from portal_admin.usage where org_id = pg_temp.id('one') limit 1), 'test-one', 'companies are named');

select is(pg_temp.refusal(who, 'select * from portal_admin.usage'), expected, format('%s: %s', who, expected))
from (values ('anon', '42501'), ('dana', '42501'), ('cory', '42501'), ('adam', '42501'), ('service_role', 'accepted'), ('dba', 'accepted')) as reader (who, expected);

select * from finish();
rollback;
