-- On top of load.sql: what else the portal of each of its customers holds, and one member of the office per company.
-- Two visits to come (the first with three entries in its timeline), preferences, five conversations of eight messages, six
-- bills, four talks with the assistant that begin with a question, two requests that wait.
--
-- Loaded as load.sql is: by the superuser, row triggers off, everything drawn from its number.
set session_replication_role = replica;

create function pg_temp.id(kind int, n bigint) returns uuid language sql immutable as $$
  select md5(format('bench/%s/%s', kind, n))::uuid
$$;
create temp table customer as
select n, pg_temp.id(1, 1 + (n - 1) % 2) as org_id, pg_temp.id(4, n) as id, pg_temp.id(5, n) as user_id,
       pg_temp.id(6, n * 10 + 1) as location_id, pg_temp.id(7, n) as account_id
from generate_series(1, :customers) n;
create temp table office as
select pg_temp.id(1, o) as org_id, pg_temp.id(9, o) as user_id, o as n from generate_series(1, 2) o;

insert into auth.users
  (id, aud, role, email, email_confirmed_at, raw_app_meta_data, raw_user_meta_data, created_at, updated_at)
select user_id, 'authenticated', 'authenticated', 'office-' || n || '@bench.example', now(), '{}', '{}', now(), now()
from office;
insert into public.profiles (org_id, user_id, role, full_name, email)
select org_id, user_id, 'csr', 'Office ' || n, 'office-' || n || '@bench.example' from office;

insert into public.portal_notification_preferences (org_id, portal_account_id) select org_id, account_id from customer;

insert into public.work_orders
  (id, org_id, reference, customer_id, location_id, service_type, technician_id, status, window_start, window_end, blocked)
select pg_temp.id(8, c.n * 1000 + 200 + j), c.org_id, 'N-' || c.n || '-' || j, c.id, c.location_id,
       'service_' || 1 + (c.n + j) % 12,
       pg_temp.id(3, (1 + (c.n - 1) % 2) * 10000 + 1 + (c.n - 1) / 2 % (:customers / 50)), 'scheduled',
       slot.at, slot.at + interval '2 hours', tstzrange(slot.at, slot.at + interval '2 hours')
from customer c, generate_series(1, 2) j,
  lateral (select date_trunc('day', now()) + ((j * 25 + (c.n - 1) / (:customers / 25)) * interval '4 hours') as at) slot;
insert into public.work_order_events
  (org_id, work_order_id, customer_id, location_id, event_type, status, window_start, window_end, actor_user_id, occurred_at)
select w.org_id, w.id, w.customer_id, w.location_id, 'created', w.status, w.window_start, w.window_end, null, now() - e * interval '1 hour'
from customer c, generate_series(1, 3) e, lateral (
  select * from public.work_orders w where w.org_id = c.org_id and w.id = pg_temp.id(8, c.n * 1000 + 201)) w;

insert into public.portal_threads
  (id, org_id, customer_id, subject, status, last_message_at, last_message_preview, created_by_portal_account_id)
select pg_temp.id(10, c.n * 10 + t), c.org_id, c.id, 'About visit ' || t,
       (case t when 1 then 'open' when 2 then 'pending_customer' else 'closed' end)::portal.thread_status,
       now() - t * interval '1 day', 'We shall have a look at it and call you.', c.account_id
from customer c, generate_series(1, 5) t;
-- In turns from the customer and from the office; of the office's the last one of each conversation is not read.
insert into public.portal_messages
  (id, org_id, thread_id, customer_id, sender_type, sender_portal_account_id, sender_user_id, sender_name, body, sent_at)
select pg_temp.id(11, c.n * 100 + t * 10 + m), c.org_id, pg_temp.id(10, c.n * 10 + t), c.id,
       (case m % 2 when 1 then 'portal_customer' else 'internal_user' end)::portal.sender_type,
       case m % 2 when 1 then c.account_id end, case m % 2 when 0 then pg_temp.id(9, 1 + (c.n - 1) % 2) end, 'Somebody',
       repeat('We shall have a look at it and call you. ', 3), now() - t * interval '1 day' - (8 - m) * interval '1 minute'
from customer c, generate_series(1, 5) t, generate_series(1, 8) m;
insert into public.portal_message_reads (org_id, message_id, user_id, portal_account_id)
select c.org_id, pg_temp.id(11, c.n * 100 + t * 10 + m), c.user_id, c.account_id
from customer c, generate_series(1, 5) t, generate_series(2, 6, 2) m;

insert into public.invoices (id, org_id, customer_id, location_id, work_order_id, number, status, total_cents, issued_at, due_at)
select pg_temp.id(12, c.n * 10 + i), c.org_id, c.id, c.location_id, pg_temp.id(8, c.n * 1000 + 60 + i), 'B-' || c.n || '-' || i,
       (case when i <= 4 then 'paid' when i = 5 then 'overdue' else 'open' end)::portal.invoice_status, 10000 + i,
       now() - interval '60 days', now() - interval '30 days'
from customer c, generate_series(1, 6) i;
insert into public.payments (org_id, customer_id, location_id, invoice_id, status, amount_cents, method, paid_at)
select c.org_id, c.id, c.location_id, pg_temp.id(12, c.n * 10 + i), 'succeeded',
       case when i <= 4 then 10000 + i else 4000 end, 'card', now()
from customer c, generate_series(1, 5) i;

insert into public.portal_ai_conversations (id, org_id, portal_account_id, customer_id, status, started_at, ended_at)
select pg_temp.id(13, c.n * 10 + t), c.org_id, c.account_id, c.id, 'ended', now() - t * interval '1 day',
       now() - t * interval '1 day' + interval '5 minutes'
from customer c, generate_series(1, 4) t;
insert into public.portal_ai_messages (org_id, conversation_id, portal_account_id, role, content, created_at)
select c.org_id, pg_temp.id(13, c.n * 10 + t), c.account_id, 'user', 'How often should I change the filter of my furnace?',
       now() - t * interval '1 day'
from customer c, generate_series(1, 4) t;
insert into public.portal_booking_requests
  (org_id, portal_account_id, customer_id, location_id, flexible_date, service_type, problem_description, status)
select c.org_id, c.account_id, c.id, c.location_id, true, 'service_1',
       repeat('It makes a noise and does not cool. ', 3), 'submitted'
from customer c, generate_series(1, 2) r;

set session_replication_role = origin;
vacuum (analyze);
