-- The tests' company with people who can be written to: a log-in, an address and a conversation for each. All of it
-- is known by name, as in tests/races/company.sql.
call busy.open(2, array['08:00']::time[], 5);
call busy.customers(array['ann', 'bob', 'cid', 'dan']);
call busy.dispatcher('olga');

insert into public.profiles (org_id, user_id, customer_id, full_name, email, phone)
select
  a.org_id, a.user_id, a.customer_id, c.full_name, c.full_name || '@customer.example',
  '+1312555010' || row_number() over (order by c.full_name)
from public.portal_accounts a
join public.customers c on c.org_id = a.org_id and c.id = a.customer_id
where a.org_id = busy.id('company');

insert into public.portal_threads (org_id, id, customer_id, subject, created_by_portal_account_id, created_by_user_id)
select c.org_id, busy.know(c.full_name || '/thread'), c.id, 'The visit', null, busy.id('olga')
from public.customers c
where c.org_id = busy.id('company');

-- A visit to the person's home, as the office enters it.
create function busy.visit(person text, starts timestamptz, ends timestamptz, words text) returns uuid
language sql as $$
  insert into public.work_orders (org_id, customer_id, location_id, service_type, window_start, window_end, job_summary)
  values (busy.id('company'), busy.id(person || '/customer'), busy.id(person || '/home'), 'tune_up', starts, ends, words)
  returning id
$$;
grant execute on all routines in schema busy to authenticated;
