-- Two companies with :customers customers between them (a multiple of 1,000), each with one log-in and 100 jobs.
--
-- Loaded by the superuser with the row triggers off (they would write an audit event for each row, and are not what
-- is measured); checks, unique keys and the exclusion constraint stay on. Everything is drawn from its number, so
-- every run has the same rows.
set session_replication_role = replica;

create function pg_temp.id(kind int, n bigint) returns uuid language sql immutable as $$
  select md5(format('bench/%s/%s', kind, n))::uuid
$$;

insert into public.orgs (id, slug, name, timezone)
select pg_temp.id(1, o), 'bench-' || o, 'Bench Company ' || o, 'America/Chicago'
from generate_series(1, 2) o;

insert into public.service_types (id, org_id, code, name, category, description, duration_minutes, booking_mode, is_active)
select pg_temp.id(2, o * 100 + s), pg_temp.id(1, o), 'service_' || s, 'Service ' || s, 'hvac',
       repeat('What we do and what it costs. ', 4), 90, 'request', s <= 12
from generate_series(1, 2) o, generate_series(1, 14) s;

insert into public.technicians (id, org_id, display_name, avatar_url)
select pg_temp.id(3, o * 10000 + t), pg_temp.id(1, o), 'Technician ' || t, 'https://cdn.example/avatars/' || t || '.jpg'
from generate_series(1, 2) o, generate_series(1, :customers / 50) t;

-- Odd ones belong to the first company.
create temp table customer as
select n, pg_temp.id(1, 1 + (n - 1) % 2) as org_id, pg_temp.id(4, n) as id, pg_temp.id(5, n) as user_id
from generate_series(1, :customers) n;

insert into auth.users (id, aud, role, email, email_confirmed_at, raw_app_meta_data, raw_user_meta_data, created_at, updated_at)
select user_id, 'authenticated', 'authenticated', 'customer-' || n || '@bench.example', now(), '{}', '{}', now(), now()
from customer;

insert into public.customers (id, org_id, full_name, email)
select id, org_id, 'Customer ' || n, 'customer-' || n || '@bench.example' from customer;

insert into public.profiles (org_id, user_id, customer_id, full_name, email)
select org_id, user_id, id, 'Customer ' || n, 'customer-' || n || '@bench.example' from customer;

insert into public.customer_locations
  (id, org_id, customer_id, label, address_line1, city, region, postal_code, timezone, is_primary)
select pg_temp.id(6, c.n * 10 + l), c.org_id, c.id, 'House ' || l, c.n || ' Long Street', 'Springfield', 'IL', '62701',
       'America/Chicago', l = 1
from customer c, generate_series(1, 3) l
order by l, md5(c.n::text);

insert into public.customer_contacts (org_id, customer_id, full_name, email, role, is_active)
select c.org_id, c.id, 'Contact ' || k, 'contact-' || k || '-' || c.n || '@bench.example', 'tenant', k <= 4
from customer c, generate_series(1, 5) k
order by k, md5(c.n::text);

insert into public.portal_accounts (id, org_id, user_id, customer_id, primary_location_id, linked_by)
select pg_temp.id(7, n), org_id, user_id, id, pg_temp.id(6, n * 10 + 1), 'email' from customer;

-- 100 jobs for every customer, written in the order of time as in life, so that a customer's rows lie far apart.
-- The last six are still to come; each technician has 25 customers, and their slots are counted one after another.
insert into public.work_orders
  (id, org_id, reference, customer_id, location_id, service_type, technician_id, status, window_start, window_end, blocked,
   job_summary, completed_at)
select pg_temp.id(8, c.n * 1000 + j), c.org_id, 'B-' || c.n || '-' || j, c.id, pg_temp.id(6, c.n * 10 + 1 + j % 3),
       'service_' || 1 + (c.n + j) % 14, pg_temp.id(3, (1 + (c.n - 1) % 2) * 10000 + 1 + (c.n - 1) / 2 % (:customers / 50)),
       (case when j <= 94 then 'completed' else 'scheduled' end)::portal.work_order_status,
       slot.at, slot.at + interval '2 hours', tstzrange(slot.at, slot.at + interval '2 hours'),
       repeat('Found and repaired the fault, tested it. ', 3), case when j <= 94 then slot.at + interval '90 minutes' end
from customer c, generate_series(1, 100) j,
  lateral (select timestamptz '2024-01-01' + ((j * 25 + (c.n - 1) / (:customers / 25)) * interval '4 hours') as at) slot
order by slot.at;

insert into public.portal_booking_requests
  (org_id, portal_account_id, customer_id, location_id, preferred_service_date, preferred_time_window_start,
   preferred_time_window_end, service_type, problem_description, status, related_work_order_id, created_at)
select c.org_id, pg_temp.id(7, c.n), c.id, pg_temp.id(6, c.n * 10 + 1 + j % 3), asked.at::date, '08:00', '12:00',
       'service_' || 1 + (c.n + j) % 14, repeat('It makes a noise and does not cool. ', 3), 'scheduled',
       pg_temp.id(8, c.n * 1000 + j), asked.at
from customer c, generate_series(1, 94, 3) j,
  lateral (select timestamptz '2024-01-01' + ((j * 25 + (c.n - 1) / (:customers / 25) - 20) * interval '4 hours') as at) asked
order by asked.at;

set session_replication_role = origin;
vacuum (analyze);
