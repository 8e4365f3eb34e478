-- Proves: with sql/optional/realtime.sql, what happens to a booking or is said in a conversation is sent to those who may see the whole customer, and
-- to nobody else; and running the file again changes nothing. What stands in for Supabase Realtime is its table, its two
-- functions and its publication.
begin;
\ir people.psql
select plan(23);

create schema realtime;
create table realtime.messages (
  id uuid default gen_random_uuid(), topic text not null, extension text not null, payload jsonb, event text, private boolean, inserted_at timestamp default now());
alter table realtime.messages enable row level security;
create function realtime.topic() returns text language sql stable as $$ select nullif(current_setting('realtime.topic', true), '') $$;
create function realtime.send(payload jsonb, event text, topic text, private boolean default true) returns void language sql as $$
  insert into realtime.messages (payload, event, topic, private, extension) values (payload, event, topic, private, 'broadcast')
$$;
grant usage on schema realtime to authenticated;
grant select on realtime.messages to authenticated;
set local client_min_messages = error; -- that this server's WAL is not logical
create publication supabase_realtime;
\ir ../../sql/optional/realtime.sql
\ir ../../sql/optional/realtime.sql
set local client_min_messages = warning;

select set_eq(
  $$ select tablename from pg_publication_tables where pubname = 'supabase_realtime' $$, array['portal_live_events', 'work_orders', 'portal_booking_requests', 'portal_messages'],
  'Postgres Changes has the news, and the tables that it tells of');

-- Sent -----------------------------------------------------------------------------------------------------------
insert into public.portal_booking_requests (org_id, id, portal_account_id, customer_id, location_id, service_type, problem_description, flexible_date, related_work_order_id)
values (pg_temp.id('one'), pg_temp.id('request'), pg_temp.id('dana/account'), pg_temp.id('dana/customer'), pg_temp.id('dana/home'), 'visit', 'No heat', true,
  pg_temp.id('dana/job'));
select is(pg_temp.touched('cory', $$ update public.portal_booking_requests set status = 'rejected' where id = pg_temp.id('request') $$), 1::bigint, 'the office rejects a request');
select set_eq(
  $$ select event, (payload ->> 'id')::uuid as id, payload ->> 'status' as status, topic, private from realtime.messages $$,
  format($$ values ('booking_request_updated', pg_temp.id('request'), 'rejected', %1$L, true), ('appointment_status', pg_temp.id('dana/job'), 'canceled', %1$L, true) $$,
    format('portal:%s:%s', pg_temp.id('one'), pg_temp.id('dana/customer'))),
  'the customer''s topic is told of the request and of its appointment: ids and status');

insert into public.portal_threads (org_id, id, customer_id, subject, created_by_portal_account_id)
values (pg_temp.id('one'), pg_temp.id('thread'), pg_temp.id('dana/customer'), 'Gate', pg_temp.id('dana/account'));
insert into public.portal_messages (org_id, id, thread_id, sender_type, sender_user_id, sender_portal_account_id, body)
values (pg_temp.id('one'), pg_temp.id('message'), pg_temp.id('thread'), 'internal_user', pg_temp.id('cory'), null, 'The gate is open at eight.');
select results_eq(
  $$ select payload ->> 'id', payload ->> 'thread_id', payload ->> 'status' from realtime.messages where event = 'message_created' $$,
  $$ values (pg_temp.id('message')::text, pg_temp.id('thread')::text, 'pending_customer') $$,
  'and of a message: its id, its conversation and whose turn it is');
select is_empty($$ select from realtime.messages where payload::text ~ 'gate' $$, 'but never what was written');

-- Heard ----------------------------------------------------------------------------------------------------------
insert into public.portal_accounts (org_id, id, user_id, customer_id, role) values
  (pg_temp.id('one'), pg_temp.id('nemo/account'), pg_temp.id('nemo'), pg_temp.id('rex/customer'), 'customer');
insert into public.portal_account_grants (org_id, portal_account_id, customer_id, location_id, capabilities)
values (pg_temp.id('one'), pg_temp.id('nemo/account'), pg_temp.id('dana/customer'), pg_temp.id('dana/studio'), '{view}');
-- As Realtime asks when somebody joins: with the topic they named, as them.
create function pg_temp.hears(person text, topic text) returns boolean language plpgsql as $$
begin
  perform set_config('realtime.topic', topic, true);
  return pg_temp.answer(person, 'select count(*) > 0 from realtime.messages');
end $$;
select is(pg_temp.hears(person, format('portal:%s:%s', pg_temp.id(org), pg_temp.id(customer))), expected,
  format('%s %s what concerns %s of company %s', person, case when expected then 'hears' else 'does not hear' end, customer, org))
from (values
  ('dana', 'one', 'dana/customer', true), ('cory', 'one', 'dana/customer', true), ('cory', 'one', 'rex/customer', true), ('nemo', 'one', 'rex/customer', true),
  ('rex', 'one', 'dana/customer', false), ('mona', 'one', 'dana/customer', false), ('tova', 'one', 'dana/customer', false), ('cleo', 'one', 'dana/customer', false),
  ('nobody', 'one', 'dana/customer', false), ('dana', 'two', 'tova/customer', false), ('cory', 'two', 'tova/customer', false), ('dana', 'two', 'dana/customer', false),
  ('nemo', 'one', 'dana/customer', false), -- who sees one of her locations only
  ('tess', 'one', 'dana/customer', false)  -- who sees her own jobs only
) as listener (person, org, customer, expected);
select is(pg_temp.hears('dana', topic), false, format('dana does not hear %L', topic))
from unnest(array['', 'portal', 'portal::', format('other:%s:%s', pg_temp.id('one'), pg_temp.id('dana/customer'))]) as topic;

select * from finish();
rollback;
