-- Proves: requests and jobs change status only as the two tables in the documentation allow, whoever writes and on
-- whatever path; and neither side of a booking goes its way without the other.
begin;
\ir people.psql
select plan(60);

-- A request that comes with its job, as a company's own system would hand it over. Each pair has a day of its own.
create sequence pg_temp.days start 20;
create function pg_temp.pair(name text, request text, job text) returns void language plpgsql as $$
declare
  day int := nextval('pg_temp.days');
begin
  insert into public.work_orders (org_id, id, customer_id, location_id, service_type, technician_id, status, window_start, window_end)
  values (pg_temp.id('one'), pg_temp.id(name || '/job'), pg_temp.id('dana/customer'), pg_temp.id('dana/home'), 'visit', pg_temp.id('tess/technician'),
    job::portal.work_order_status, pg_temp.at('10:00', day), pg_temp.at('12:00', day));
  insert into public.portal_booking_requests
    (org_id, id, portal_account_id, customer_id, location_id, service_type, problem_description, flexible_date, status, related_work_order_id)
  values (pg_temp.id('one'), pg_temp.id(name), pg_temp.id('dana/account'), pg_temp.id('dana/customer'), pg_temp.id('dana/home'), 'visit', 'No heat', true,
    request::portal.booking_status, pg_temp.id(name || '/job'));
end $$;
create function pg_temp.ask(name text, change text) returns text language sql stable as $$
  select format('update public.portal_booking_requests set %s where org_id = pg_temp.id(''one'') and id = pg_temp.id(%L)', change, name)
$$;
create function pg_temp.work(name text, change text) returns text language sql stable as $$
  select format('update public.work_orders set %s where org_id = pg_temp.id(''one'') and id = pg_temp.id(%L)', change, name || '/job')
$$;
-- The statuses of both sides.
create function pg_temp.both(name text) returns text language sql volatile as $$
  select concat_ws(' ', b.status, w.status)
  from public.portal_booking_requests b left join public.work_orders w on w.org_id = b.org_id and w.id = b.related_work_order_id
  where b.org_id = pg_temp.id('one') and b.id = pg_temp.id(name)
$$;

-- The two tables -----------------------------------------------------------------------------------------------
create temporary table allowed (kind text, was text, may text[]);
insert into allowed values
  ('request', 'submitted', '{under_review,approved,scheduled,rejected,canceled_by_customer}'),
  ('request', 'under_review', '{approved,scheduled,rejected,canceled_by_customer}'),
  ('request', 'approved', '{scheduled,rejected,canceled_by_customer}'),
  ('request', 'scheduled', '{rejected,canceled_by_customer}'), -- and under_review, when the appointment lapsed
  ('request', 'rejected', '{}'),
  ('request', 'canceled_by_customer', '{}'),
  ('job', 'tentative', '{scheduled,canceled}'),
  ('job', 'scheduled', '{en_route,on_site,completed,canceled,no_show}'),
  ('job', 'en_route', '{scheduled,on_site,completed,canceled,no_show}'),
  ('job', 'on_site', '{scheduled,completed,canceled,no_show}'),
  ('job', 'completed', '{}'),
  ('job', 'canceled', '{}'),
  ('job', 'no_show', '{}');
select set_eq($$ select was from allowed $$,
  array(select unnest(enum_range(null::portal.booking_status)::text[]) union all select unnest(enum_range(null::portal.work_order_status)::text[])),
  'the tables cover every status');
select pg_temp.pair('request/' || was, was, case was when 'scheduled' then 'scheduled' when 'rejected' then 'canceled' when 'canceled_by_customer' then 'canceled' else 'tentative' end)
from allowed where kind = 'request' \g /dev/null
select pg_temp.pair('lone/' || was, 'rejected', was) from allowed where kind = 'job' \g /dev/null
select is(pg_temp.both('request/' || was), was || ' ' || (select w.status from public.work_orders w where w.id = pg_temp.id('request/' || was || '/job')),
  'a request that comes with its job is kept as it is: ' || was) from allowed where kind = 'request';

create function pg_temp.change(kind text, was text, becomes text) returns text language sql stable as $$
  select case kind when 'request' then pg_temp.ask('request/' || was, format('status = %L', becomes)) else pg_temp.work('lone/' || was, format('status = %L', becomes)) end
$$;
select is_empty(format($$
    select found.* from (
      select kind, was, becomes, pg_temp.refusal(%L, pg_temp.change(kind, was, becomes)) as answer,
        case when becomes = was or becomes = any (may) then 'accepted' else 'PT422 status_not_allowed' end as expected
      from allowed, lateral (select unnest(case kind when 'request' then enum_range(null::portal.booking_status)::text[]
        else enum_range(null::portal.work_order_status)::text[] end)) as to_status (becomes)) as found
    where answer <> expected $$, who),
  who || ' can change a status as the tables say, and not otherwise')
from unnest(array['dba', 'service_role', 'cory']) as who;
select is_empty(
  $$ select was, becomes, answer from (
       select was, becomes, pg_temp.refusal('tess', pg_temp.change('job', was, becomes)) as answer, may
       from allowed, unnest(enum_range(null::portal.work_order_status)::text[]) as becomes
       where kind = 'job') as found
     where answer not in ('accepted', 'PT422 status_not_allowed') or answer = 'accepted' and becomes <> was and not becomes = any (may) $$,
  'nor can a technician');
create function pg_temp.details(statement text) returns jsonb language plpgsql as $$
declare
  details text;
begin
  execute statement;
  return null;
exception when others then
  get stacked diagnostics details = pg_exception_detail;
  return details;
end $$;
select is(pg_temp.details(pg_temp.change('job', 'on_site', 'en_route')),
  '{"reason": "status_not_allowed", "from": "on_site", "to": "en_route", "allowed": ["scheduled", "completed", "canceled", "no_show"]}', 'the refusal of a job says what is allowed');
select is(pg_temp.details(pg_temp.change('request', 'approved', 'submitted')),
  '{"reason": "status_not_allowed", "from": "approved", "to": "submitted", "allowed": ["scheduled", "rejected", "canceled_by_customer"]}', 'and that of a request');
select is(pg_temp.touched('dana', statement), 0::bigint, 'a customer changes no status directly: ' || statement)
from (values (pg_temp.ask('request/submitted', 'status = ''canceled_by_customer''')), (pg_temp.work('lone/scheduled', 'status = ''canceled'''))) as attempt (statement);

-- A decision on the request reaches the job ------------------------------------------------------------------------
select pg_temp.pair(who || '/' || request || becomes || job, request, job)
from unnest(array['dba', 'service_role', 'cory']) as who, (values
  ('submitted', 'scheduled', 'tentative'), ('submitted', 'rejected', 'tentative'), ('scheduled', 'rejected', 'scheduled'),
  ('submitted', 'approved', 'tentative'), ('scheduled', 'rejected', 'en_route'), ('scheduled', 'canceled_by_customer', 'scheduled')
) as step (request, becomes, job) \g /dev/null
select is(pg_temp.touched(who, pg_temp.ask(who || '/' || request || becomes || job, format('status = %L', becomes)))
    || ' ' || pg_temp.both(who || '/' || request || becomes || job),
  '1 ' || becomes || ' ' || then_job, format('%s: a %s request becomes %s, its %s job %s', who, request, becomes, job, then_job))
from unnest(array['dba', 'service_role', 'cory']) as who, (values
  ('submitted', 'scheduled', 'tentative', 'scheduled'),
  ('submitted', 'rejected', 'tentative', 'canceled'),
  ('scheduled', 'rejected', 'scheduled', 'canceled'),
  ('submitted', 'approved', 'tentative', 'tentative'),
  ('scheduled', 'rejected', 'en_route', 'en_route'),
  ('scheduled', 'canceled_by_customer', 'scheduled', 'canceled')
) as step (request, becomes, job, then_job);
select is((select count(*) from public.portal_booking_requests where id = pg_temp.id(who || '/submittedrejectedtentative') and decided_at = now()), 1::bigint,
  who || ': it is noted when it was decided') from unnest(array['dba', 'service_role', 'cory']) as who;

-- What happens to the job reaches the request ------------------------------------------------------------------------
select pg_temp.pair(who || '/' || request || '/' || change, request, job)
from unnest(array['dba', 'service_role', 'cory']) as who, (values
  ('submitted', 'tentative', 'confirmed'), ('under_review', 'tentative', 'canceled'), ('scheduled', 'scheduled', 'canceled'),
  ('submitted', 'tentative', 'lapsed'), ('rejected', 'scheduled', 'canceled'), ('scheduled', 'scheduled', 'completed')
) as step (request, job, change) \g /dev/null
select is(pg_temp.touched(who, pg_temp.work(who || '/' || request || '/' || change, case change
      when 'confirmed' then 'status = ''scheduled''' when 'lapsed' then 'status = ''canceled'', cancel_reason = ''hold_expired'''
      when 'canceled' then 'status = ''canceled'', cancel_reason = ''No technician''' else 'status = ''completed''' end))
    || ' ' || pg_temp.both(who || '/' || request || '/' || change),
  '1 ' || then_both, format('%s: a job is %s, its %s request and it are %s', who, change, request, then_both))
from unnest(array['dba', 'service_role', 'cory']) as who, (values
  ('submitted', 'confirmed', 'scheduled scheduled'),
  ('under_review', 'canceled', 'rejected canceled'),
  ('scheduled', 'canceled', 'rejected canceled'),
  ('submitted', 'lapsed', 'under_review canceled'),
  ('rejected', 'canceled', 'rejected canceled'),
  ('scheduled', 'completed', 'scheduled completed')
) as step (request, change, then_both);
-- A customer's cancellation is told apart from the company's.
select pg_temp.pair('dana/submitted', 'submitted', 'tentative') \g /dev/null
select is(pg_temp.touched('dana', 'select portal.cancel_appointment(pg_temp.id(''dana/submitted/job''), ''It works again'')') || ' ' || pg_temp.both('dana/submitted'),
  '1 canceled_by_customer canceled', 'a customer cancels: the request says so');

-- Without time there is no appointment -------------------------------------------------------------------------------
select is(pg_temp.refusal('cory', pg_temp.ask('cory/submitted/lapsed', 'status = ''scheduled''')), 'PT409 hold_lapsed', 'a request whose hold lapsed is not scheduled without taking time again');
insert into public.portal_booking_requests (org_id, id, portal_account_id, customer_id, location_id, service_type, problem_description, flexible_date)
values (pg_temp.id('one'), pg_temp.id('flexible'), pg_temp.id('dana/account'), pg_temp.id('dana/customer'), pg_temp.id('dana/home'), 'visit', 'No heat', true);
select is(pg_temp.refusal(who, pg_temp.ask('flexible', 'status = ''scheduled''')), 'PT422 no_appointment', who || ' cannot schedule a request that has no job')
from unnest(array['dba', 'service_role', 'cory']) as who;
select pg_temp.pair('lapsing', 'scheduled', 'tentative') \g /dev/null
select is(pg_temp.touched('dba', pg_temp.work('lapsing', 'status = ''canceled'', cancel_reason = ''hold_expired''')) || ' ' || pg_temp.both('lapsing'),
  '1 under_review canceled', 'a scheduled request goes back to the office when its appointment lapsed');

select * from finish();
rollback;
