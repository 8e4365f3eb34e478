-- Proves: the dashboard says in one call what the single views say, to each person what is theirs, and to people
-- without bills, jobs or words an empty page instead of an error.
begin;
\ir people.psql
select plan(46);

insert into auth.users (id, aud, role, email, email_confirmed_at)
values (pg_temp.id('lena'), 'authenticated', 'authenticated', 'lena@test.example', now());
insert into public.portal_accounts (org_id, id, user_id, customer_id, implicit_grant)
values (pg_temp.id('one'), pg_temp.id('lena/account'), pg_temp.id('lena'), pg_temp.id('dana/customer'), false);
insert into public.portal_account_grants (org_id, portal_account_id, customer_id, location_id, capabilities)
values (pg_temp.id('one'), pg_temp.id('lena/account'), pg_temp.id('dana/customer'), pg_temp.id('dana/studio'), '{view}');

create function pg_temp.page(person text, path text) returns text language sql as $$
  select pg_temp.answer(person, format('select portal.dashboard() #>> %L', path))
$$;
select is(pg_temp.page('mona', path), nothing, format('an empty page: %s', path))
from (values
  ('{next_appointment}', null), ('{upcoming_count}', '0'), ('{open_threads}', '0'), ('{unread_messages}', '0'), ('{outstanding_invoices,count}', '0'),
  ('{outstanding_invoices,total_cents}', '0'), ('{outstanding_invoices,currency}', 'USD'), ('{recent_ai_conversations}', '[]'), ('{pending_requests}', '0')
) as empty (path, nothing);

-- Dana's tomorrow is in people.psql. Beside it: one under way, one long over, one that waits, one canceled.
insert into public.work_orders (org_id, id, customer_id, location_id, service_type, status, window_start, window_end)
select pg_temp.id('one'), pg_temp.id(name), pg_temp.id('dana/customer'), pg_temp.id('dana/' || place), 'visit', status::portal.work_order_status, now() + start, now() + start + interval '2 hours'
from (values
  ('under way', 'home', 'on_site', interval '-3 hours'), ('missed', 'home', 'scheduled', interval '-1 day'), ('waits', 'home', 'tentative', interval '1 hour'),
  ('canceled', 'home', 'canceled', interval '1 hour'), ('done', 'home', 'completed', interval '-2 hours'), ('later', 'studio', 'scheduled', interval '9 days')
) as job (name, place, status, start);
insert into public.portal_booking_requests (org_id, portal_account_id, location_id, service_type, problem_description, flexible_date, status)
select pg_temp.id('one'), pg_temp.id('dana/account'), pg_temp.id('dana/home'), 'repair', 'Noise', true, 'submitted' from generate_series(1, 2);
update public.portal_booking_requests set status = 'rejected', decision_note = 'No.'
where id = (select id from public.portal_booking_requests where customer_id = pg_temp.id('dana/customer') limit 1);
insert into public.invoices (org_id, id, customer_id, location_id, number, status, total_cents, currency)
select pg_temp.id('one'), pg_temp.id(number), pg_temp.id('dana/customer'), pg_temp.id('dana/studio'), number, status::portal.invoice_status, 1000, currency
from (values ('A', 'open', 'USD'), ('B', 'overdue', 'USD'), ('C', 'paid', 'USD'), ('D', 'draft', 'USD'), ('E', 'open', 'CAD')) as bill (number, status, currency);
insert into public.payments (org_id, customer_id, invoice_id, status, amount_cents, method)
values (pg_temp.id('one'), pg_temp.id('dana/customer'), pg_temp.id('A'), 'succeeded', 300, 'card');
insert into public.portal_threads (org_id, id, customer_id, subject, status, created_by_user_id)
select pg_temp.id('one'), pg_temp.id('thread ' || status), pg_temp.id('dana/customer'), status, status::portal.thread_status, pg_temp.id('cory')
from unnest(array['open', 'closed']) as status;
insert into public.portal_messages (org_id, thread_id, sender_type, sender_user_id, body)
select pg_temp.id('one'), pg_temp.id('thread open'), 'internal_user', pg_temp.id('cory'), 'Hello' from generate_series(1, 2);
insert into public.portal_messages (org_id, thread_id, sender_type, sender_portal_account_id, body)
values (pg_temp.id('one'), pg_temp.id('thread open'), 'portal_customer', pg_temp.id('dana/account'), 'Hi');
insert into public.portal_ai_conversations (org_id, id, portal_account_id, customer_id, started_at)
select pg_temp.id('one'), pg_temp.id('talk ' || number), pg_temp.id('dana/account'), pg_temp.id('dana/customer'), now() - make_interval(days => number)
from generate_series(1, 4) as number;

select is(pg_temp.page('dana', path), expected, format('dana''s page: %s', path))
from (values
  ('{next_appointment,id}', pg_temp.id('under way')::text), ('{next_appointment,service_name}', 'Visit'), ('{upcoming_count}', '3'), ('{pending_requests}', '1'),
  ('{outstanding_invoices,count}', '3'), ('{outstanding_invoices,total_cents}', '1700'), ('{recent_ai_conversations,0,id}', pg_temp.id('talk 1')::text),
  ('{recent_ai_conversations,2,id}', pg_temp.id('talk 3')::text), ('{recent_ai_conversations,3}', null)
) as part (path, expected);
select is(pg_temp.page('dana', '{open_threads}'), pg_temp.answer('dana', $$ select count(*) from portal.threads where status <> 'closed' $$), 'as many open threads as the view has');
select is(pg_temp.page('dana', '{unread_messages}'), pg_temp.answer('dana', 'select sum(unread_count) from portal.threads'), 'as many unread messages');
select cmp_ok(pg_temp.page('dana', '{unread_messages}')::int, '>=', 2, 'which are those that others wrote');

-- Who sees one place sees what is of that place; bills need the right to see bills.
select is(pg_temp.page('lena', path), expected, format('lena''s page: %s', path))
from (values ('{next_appointment,id}', pg_temp.id('later')::text), ('{upcoming_count}', '1'), ('{outstanding_invoices,count}', '0'), ('{recent_ai_conversations}', '[]')) as part (path, expected);

-- At one place: what is there, and what is for the customer as a whole (the threads, in this world). A bill that names a
-- job and no place is where the job is.
create function pg_temp.page_at(person text, place text, path text) returns text language sql as $$
  select pg_temp.answer(person, format('select portal.dashboard(%L) #>> %L', pg_temp.id(place), path))
$$;
insert into public.invoices (org_id, id, customer_id, work_order_id, number, status, total_cents)
values (pg_temp.id('one'), pg_temp.id('F'), pg_temp.id('dana/customer'), pg_temp.id('under way'), 'F', 'open', 40),
  (pg_temp.id('one'), pg_temp.id('G'), pg_temp.id('dana/customer'), null, 'G', 'open', 2);
select is(pg_temp.page_at('dana', place, path), expected, format('dana''s page of %s: %s', place, path))
from (values
  ('dana/home', '{next_appointment,id}', pg_temp.id('under way')::text), ('dana/home', '{upcoming_count}', '2'), ('dana/home', '{pending_requests}', '1'),
  ('dana/home', '{outstanding_invoices,count}', '2'), ('dana/home', '{outstanding_invoices,total_cents}', '42'), ('dana/home', '{recent_ai_conversations,0,id}', pg_temp.id('talk 1')::text),
  ('dana/studio', '{next_appointment,id}', pg_temp.id('later')::text), ('dana/studio', '{upcoming_count}', '1'), ('dana/studio', '{pending_requests}', '0'),
  ('dana/studio', '{outstanding_invoices,count}', '4'), ('dana/studio', '{outstanding_invoices,total_cents}', '1702'), ('dana/studio', '{recent_ai_conversations,2,id}', pg_temp.id('talk 3')::text)
) as part (place, path, expected);
select is(pg_temp.page_at('dana', 'dana/studio', '{open_threads}'), pg_temp.answer('dana', format(
  $$ select count(*) from portal.threads where status <> 'closed' and (location_id is null or location_id = %L) $$, pg_temp.id('dana/studio'))), 'as many open threads as the view has there and for nowhere');
select is(pg_temp.refusal(person, format('select portal.dashboard(%L)', pg_temp.id(place))), 'PT404 not_found', format('%s does not learn of %s', person, place))
from (values ('lena', 'dana/home'), ('dana', 'rex/home'), ('dana', 'tova/home'), ('dana', 'nowhere')) as stranger (person, place);

select is(pg_temp.refusal(person, 'select portal.dashboard()'), refused, format('%s: %s', person, refused))
from (values ('cory', 'PT403 no_active_account'), ('nemo', 'PT403 no_active_account'), ('nobody', 'PT401 not_signed_in'), ('anon', '42501')) as stranger (person, refused);

select * from finish();
rollback;
