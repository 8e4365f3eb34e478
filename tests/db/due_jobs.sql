-- Proves: what falls due is done, once, and by nobody who may not.
begin;
\ir people.psql
-- The due jobs run here; the gateway's step aside meanwhile.
select pg_advisory_xact_lock(hashtextextended('portal due jobs', 0)) \g /dev/null
select plan(26);

-- A request of dana's, sent `ago`; with a job where it holds a time `days` ahead from 10 to 12.
create function pg_temp.request(
  name text, status text, ago interval, job text default null, days int default 3, service text default 'visit', expires interval default '1 day',
  technician text default 'olaf'
) returns void language plpgsql as $$
begin
  if job is not null then
    insert into public.work_orders
      (org_id, id, customer_id, location_id, service_type, technician_id, status, window_start, window_end, hold_expires_at, created_at)
    values (pg_temp.id('one'), pg_temp.id(name || '/job'), pg_temp.id('dana/customer'), pg_temp.id('dana/home'), service,
      pg_temp.id(technician || '/technician'), job::portal.work_order_status, pg_temp.at('10:00', days), pg_temp.at('12:00', days),
      case job when 'tentative' then now() + expires end, now() - ago);
  end if;
  insert into public.portal_booking_requests
    (org_id, id, portal_account_id, customer_id, location_id, service_type, problem_description, flexible_date, status, related_work_order_id,
     preferred_service_date, created_at)
  values (pg_temp.id('one'), pg_temp.id(name), pg_temp.id('dana/account'), pg_temp.id('dana/customer'), pg_temp.id('dana/home'), service, 'No heat',
    job is null, status::portal.booking_status, case when job is not null then pg_temp.id(name || '/job') end,
    case when job is not null then pg_temp.day(days) end, now() - ago);
end $$;
create function pg_temp.both(name text) returns text language sql stable as $$
  select concat_ws(' ', b.status, w.status, w.cancel_reason)
  from public.portal_booking_requests b left join public.work_orders w on w.org_id = b.org_id and w.id = b.related_work_order_id
  where b.org_id = pg_temp.id('one') and b.id = pg_temp.id(name)
$$;

insert into public.booking_policies (org_id, service_type, auto_approve) values (pg_temp.id('one'), 'repair', true);
select pg_temp.request('stale', 'submitted', '2 days', 'tentative', 21, expires => '-1 second') \g /dev/null
select pg_temp.request('stale reviewed', 'under_review', '2 days', 'tentative', 22, expires => '-1 second') \g /dev/null
select pg_temp.request('stale but automatic', 'submitted', '2 days', 'tentative', 23, 'repair', expires => '-1 second') \g /dev/null
select pg_temp.request('automatic', 'submitted', '1 second', 'tentative', 24, 'repair') \g /dev/null
select pg_temp.request('automatic, in review', 'under_review', '1 hour', 'tentative', 25, 'repair') \g /dev/null
select pg_temp.request('fresh', 'submitted', '59 seconds', 'tentative', 26) \g /dev/null
select pg_temp.request('minute old', 'submitted', '61 seconds', 'tentative', 27) \g /dev/null
-- These go through the rules: no window named, so the office is to find a time.
insert into public.portal_booking_requests
  (org_id, id, portal_account_id, customer_id, location_id, service_type, problem_description, flexible_date)
select pg_temp.id('one'), pg_temp.id(name), pg_temp.id('dana/account'), pg_temp.id('dana/customer'), pg_temp.id('dana/home'), service, problem, true
from (values ('wish', 'repair', 'No heat'), ('wish for a visit', 'visit', 'No heat'), ('danger', 'repair', 'There is a strong smell of gas')) as wish (name, service, problem);
insert into public.portal_receipts (org_id, portal_account_id, operation, key, request_hash, created_at)
select pg_temp.id('one'), pg_temp.id('dana/account'), 'test', key, sha256('x'), now() - age
from (values ('old', interval '7 days 1 second'), ('young', interval '6 days 23 hours')) as receipt (key, age);

select is(pg_temp.refusal(who, 'select * from portal_internal.run_due_jobs()'), '42501', who || ' cannot run the due jobs')
from unnest(array['anon', 'dana', 'cory', 'adam', 'tess']) as who;
select is(pg_temp.refusal(who, 'select * from portal_admin.run_due_jobs()'), '42501', who || ' cannot reach portal_admin')
from unnest(array['anon', 'adam']) as who;
select is(pg_temp.refusal(who, call), 'accepted', format('%s can: %s', who, call))
from (values ('service_role', 'select * from portal_admin.run_due_jobs()'), ('service_role', 'select * from portal_internal.run_due_jobs()'),
  ('dba', 'select * from portal_admin.run_due_jobs()')) as may (who, call);
select ok(has_function_privilege('portal_gateway', 'portal_internal.run_due_jobs()', 'execute'), 'the gateway can run the due jobs');

create temporary table before_run as select status, count(*) from public.work_orders where org_id <> pg_temp.id('one') group by status;
create temporary table run as select * from portal_admin.run_due_jobs();
select results_eq('select job from run',
  array['holds_expired', 'requests_scheduled', 'requests_approved', 'requests_to_review', 'receipts_purged', 'notifications_expired',
    'notifications_purged', 'live_events_purged', 'embedding_sets_dropped', 'sentiment_jobs_purged', 'ai_turns_purged', 'audit_events_sealed',
    'audit_months_made'], 'every job answers');
select ok((select bool_and(done >= least) from run join (values ('holds_expired', 3), ('requests_scheduled', 1), ('requests_approved', 1),
  ('requests_to_review', 1), ('receipts_purged', 1)) as expected (job, least) using (job)), 'and says how much it did');
select is(pg_temp.both('stale'), 'under_review canceled hold_expired', 'a hold that ran out is let go, and its request goes back to the office');
select is(pg_temp.both('stale reviewed'), 'under_review canceled hold_expired', 'one that the office was looking at too');
select is(pg_temp.both('stale but automatic'), 'under_review canceled hold_expired', 'and it is not confirmed instead');
select is(pg_temp.both('automatic'), 'scheduled scheduled', 'with auto_approve a request that holds a time is confirmed, and so is its job');
select is(pg_temp.both('automatic, in review'), 'under_review tentative', 'but not one that the office has taken up');
select is(pg_temp.both('fresh'), 'submitted tentative', 'a request stays submitted for a minute');
select is(pg_temp.both('minute old'), 'under_review tentative', 'then it is under review and keeps its time');
select is(pg_temp.both('wish'), 'approved', 'with auto_approve a wish without a window is approved');
select is(pg_temp.both('wish for a visit'), 'under_review', 'without it, it waits for the office');
select is(pg_temp.both('danger'), 'under_review', 'and danger always waits for a person');
select results_eq($$ select key from public.portal_receipts where org_id = pg_temp.id('one') $$, array['young'], 'receipts are forgotten after 7 days');
select is((select array_agg(e.actor_type::text) from public.work_order_events e where e.work_order_id = pg_temp.id('stale/job') and e.event_type = 'hold_expired'),
  array['system'], 'the timeline says that nobody did it');
select is((select sum(done) from portal_admin.run_due_jobs()), 0::bigint, 'a second run finds nothing to do');

select * from finish();
rollback;
