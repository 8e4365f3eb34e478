-- Proves: simulate_policy() judges what happened by the rules that decide, as of the moment it happened, and keeps nothing.
begin;
\ir people.psql
select plan(19);

-- A visit to dana, done by now, that was booked `ago` days ago at noon for 8 o'clock `ahead` days later.
create function pg_temp.asked(name text, ago int, ahead int, technician text) returns void language plpgsql as $$
begin
  insert into public.work_orders
    (org_id, id, customer_id, location_id, service_type, technician_id, status, window_start, window_end, created_at)
  values (pg_temp.id('one'), pg_temp.id(name), pg_temp.id('dana/customer'), pg_temp.id('dana/home'), 'visit', pg_temp.id(technician || '/technician'),
    'completed', pg_temp.at('08:00', ahead - ago), pg_temp.at('10:00', ahead - ago), pg_temp.at('12:00', -ago));
  insert into public.portal_booking_requests
    (org_id, portal_account_id, customer_id, location_id, service_type, problem_description, status, related_work_order_id,
     preferred_service_date, preferred_time_window_start, preferred_time_window_end, created_at)
  values (pg_temp.id('one'), pg_temp.id('dana/account'), pg_temp.id('dana/customer'), pg_temp.id('dana/home'), 'visit', 'No heat', 'scheduled',
    pg_temp.id(name), pg_temp.day(ahead - ago), '08:00', '10:00', pg_temp.at('12:00', -ago));
end $$;
-- What the simulation says of visits, in its own words.
create function pg_temp.visits(policy jsonb, columns text[], days int default 30) returns text language sql as $$
  select string_agg(to_jsonb(s) ->> name, ' ' order by number)
  from portal_admin.simulate_policy(pg_temp.id('one'), policy, days) as s, unnest(columns) with ordinality as wanted (name, number)
  where s.service_type = 'visit'
$$;
create function pg_temp.accepted(policy jsonb, days int default 30) returns text language sql as $$
  select pg_temp.visits(policy, array['requests', 'accepted_old', 'refused_old', 'accepted_new', 'refused_new'], days)
$$;

-- Three ask for one window and there are two technicians: the third would be refused, but neither of the first two.
select pg_temp.asked('first', 10, 3, 'tess'), pg_temp.asked('second', 9, 2, 'olaf'), pg_temp.asked('third', 8, 1, 'olaf') \g /dev/null
-- Two jobs were in the way of another window until they were canceled nine days ago.
insert into public.work_orders
  (org_id, customer_id, location_id, service_type, technician_id, status, window_start, window_end, created_at, canceled_at)
select pg_temp.id('one'), pg_temp.id('rex/customer'), pg_temp.id('rex/home'), 'visit', pg_temp.id(technician || '/technician'), 'canceled',
  pg_temp.at('08:00', -3), pg_temp.at('10:00', -3), pg_temp.at('12:00', -12), pg_temp.at('00:00', -9)
from unnest(array['tess', 'olaf']) as technician;
select pg_temp.asked('too early', 10, 7, 'tess'), pg_temp.asked('after that', 9, 6, 'tess') \g /dev/null
-- These name no window: a day ten days ahead, and any day.
insert into public.portal_booking_requests
  (org_id, portal_account_id, customer_id, location_id, service_type, problem_description, preferred_service_date, flexible_date, created_at)
values
  (pg_temp.id('one'), pg_temp.id('dana/account'), pg_temp.id('dana/customer'), pg_temp.id('dana/home'), 'visit', 'No heat', pg_temp.day(5), false, pg_temp.at('12:00', -5)),
  (pg_temp.id('one'), pg_temp.id('dana/account'), pg_temp.id('dana/customer'), pg_temp.id('dana/home'), 'visit', 'No heat', null, true, pg_temp.at('12:00', -5));

create function pg_temp.print() returns text language sql stable as $$
  select md5(concat(
    (select string_agg(s::text, '' order by s.id) from public.service_types s), (select string_agg(p::text, '' order by p.id) from public.booking_policies p),
    (select count(*) from public.portal_audit_events), (select count(*) from public.work_order_events), (select count(*) from public.portal_booking_requests)))
$$;
create temporary table before as select pg_temp.print();

select is(pg_temp.accepted('{"max_reschedules": 3}'), '7 5 2 5 2', 'each request is judged against the jobs that were in its way when it was sent');
select is(pg_temp.accepted('{"horizon_days": 5}'), '7 5 2 3 4', 'a nearer horizon refuses what lay beyond it, wishes for a day included');
select is(pg_temp.accepted('{"lead_time_minutes": 2880}'), '7 5 2 4 3', 'a longer lead time refuses what came too late');
select is(pg_temp.accepted('{"daily_cap": 1}'), '7 5 2 3 4', 'a daily cap counts the visits that were booked by then');
select is(pg_temp.accepted('{"daily_cap": 1, "horizon_days": 5}'), '7 5 2 2 5', 'values work together');
select is(pg_temp.accepted('{"horizon_days": 5}', 6), '2 2 0 1 1', 'only the days that are asked for count');
select is_empty($$ select * from portal_admin.simulate_policy(pg_temp.id('one'), '{"horizon_days": 5, "service_type": "repair"}') $$,
  'restricted to a service, only its requests count');
select is_empty($$ select * from portal_admin.simulate_policy(pg_temp.id('two'), '{"horizon_days": 5}') $$, 'another company has its own history');

-- A visit that was moved by the customer twice and by the office once, and one that the customer canceled.
insert into public.work_orders
  (org_id, id, customer_id, location_id, service_type, technician_id, status, window_start, window_end, created_at)
select pg_temp.id('one'), pg_temp.id(name), pg_temp.id('dana/customer'), pg_temp.id('dana/home'), 'visit', pg_temp.id('tess/technician'),
  status::portal.work_order_status, pg_temp.at('08:00', day), pg_temp.at('10:00', day), pg_temp.at('12:00', -6)
from (values ('moved', 'scheduled', 4), ('canceled', 'canceled', 2)) as visit (name, status, day);
insert into public.work_order_events (org_id, work_order_id, event_type, status, window_start, window_end, actor_type, occurred_at)
select pg_temp.id('one'), pg_temp.id(job), event, status::portal.work_order_status, pg_temp.at('08:00', day), pg_temp.at('10:00', day),
  actor::portal.actor_type, pg_temp.at('12:00', at)
from (values
  ('moved', 'moved', 'scheduled', 4, 'portal_user', -5), ('moved', 'moved', 'scheduled', 4, 'portal_user', -4), ('moved', 'moved', 'scheduled', 4, 'staff', -3),
  ('canceled', 'scheduled', 'scheduled', 2, 'portal_user', -6), ('canceled', 'canceled', 'canceled', 2, 'portal_user', -1)
) as event (job, event, status, day, actor, at);
drop table before;
create temporary table before as select pg_temp.print();

create function pg_temp.changes(policy jsonb) returns text language sql as $$
  select pg_temp.visits(policy, array['moves_old', 'moves_new', 'cancellations_old', 'cancellations_new', 'fees_old_cents', 'fees_new_cents'])
$$;
select is(pg_temp.changes('{"horizon_days": 14}'), '2 2 1 1 0 0', 'moves and cancellations by customers count, those by the office do not');
select is(pg_temp.changes('{"max_reschedules": 1}'), '2 1 1 1 0 0', 'fewer moves would have been allowed');
select is(pg_temp.changes('{"reschedule_notice_minutes": 12000}'), '2 1 1 1 0 0', 'a longer notice is measured from the moment of the move');
select is(pg_temp.changes('{"cancel_notice_minutes": 5000}'), '2 2 1 0 0 0', 'a cancellation too late would have been refused, and cost nothing');
select is(pg_temp.changes('{"fee_tiers": [{"notice_minutes": 4320, "fee_cents": 0}, {"notice_minutes": 0, "fee_cents": 2500}]}'), '2 2 1 1 0 2500',
  'fees are those of the notice that was given');
select is(pg_temp.print(), (select print from before), 'nothing is kept: no rule, no audit row, no event');

insert into public.booking_policies (org_id, service_type, cancel_notice_minutes, max_reschedules) values
  (pg_temp.id('one'), null, 10080, 0), (pg_temp.id('one'), 'visit', 0, 5);
select is(pg_temp.changes('{"max_reschedules": 1}'), '2 1 1 1 0 0', 'a service''s own policy counts, and what is not proposed stays as it is');
delete from public.booking_policies where org_id = pg_temp.id('one') and service_type = 'visit';
select is(pg_temp.changes('{"max_reschedules": 1}'), '0 1 0 0 0 0', 'else the company''s');

-- How a call is refused.
select is(pg_temp.refusal(who, 'select * from portal_admin.simulate_policy(pg_temp.id(''one''), ''{}'')'), answer, who || ' cannot simulate ' || answer)
from (values ('adam', '42501'), ('service_role', '42501')) as caller (who, answer);
select is_empty($$
    select call, answer, expected from (values
      (null, '{"horizon_days": 5}', 30, 'PT404 not_found'), ('nobody', '{"horizon_days": 5}', 30, 'PT404 not_found'),
      ('one', '{"horizon_days": 5, "service_type": "unknown"}', 30, 'PT404 not_found'), ('one', '{"horizon": 5}', 30, 'PT400 invalid_input'),
      ('one', '{"horizon_days": 0}', 30, 'PT400 invalid_input'), ('one', '{"horizon_days": 5}', 0, 'PT400 invalid_input'),
      ('one', '{"fee_tiers": [{"notice_minutes": 1}]}', 30, 'PT400 invalid_input'), ('one', null, 30, 'PT400 invalid_input')
    ) as call (org, policy, days, expected),
    lateral (select pg_temp.refusal('dba', format('select * from portal_admin.simulate_policy(%L, %L, %s)', pg_temp.id(org), policy, days)) as answer) as given
    where answer <> expected $$, 'what cannot be simulated is refused, by name');

select * from finish();
rollback;
