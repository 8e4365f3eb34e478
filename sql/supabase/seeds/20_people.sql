-- Demo data: the log-ins, and the customers behind them. Every log-in has the password portal-demo.
create or replace function pg_temp.demo_id(name text) returns uuid language sql immutable as $$
  select overlay(overlay(md5(name) placing '8' from 13 for 1) placing '8' from 17 for 1)::uuid
$$;

-- Supabase Auth reads the token columns as text and fails on null, so they are empty instead.
insert into auth.users
  (id, aud, role, email, encrypted_password, email_confirmed_at, confirmation_token, recovery_token, email_change,
   email_change_token_new, raw_app_meta_data, raw_user_meta_data, created_at, updated_at)
select login.id::uuid, 'authenticated', 'authenticated', login.email, extensions.crypt('portal-demo', extensions.gen_salt('bf')),
       now() - interval '400 days', '', '', '', '',
       '{"provider": "email", "providers": ["email"]}', jsonb_build_object('full_name', login.full_name),
       now() - interval '400 days', now() - interval '400 days'
from (values
  ('ac3e0000-0000-4000-8000-000000000101', 'customer@acme-comfort.example', 'Dana Whitfield'),
  ('ac3e0000-0000-4000-8000-000000000102', 'manager@acme-comfort.example', 'Morgan Reyes'),
  ('ac3e0000-0000-4000-8000-000000000103', 'csr@acme-comfort.example', 'Robin Castellano'),
  ('ac3e0000-0000-4000-8000-000000000104', 'technician@acme-comfort.example', 'Sam Lindqvist'),
  ('b0170000-0000-4000-8000-000000000101', 'customer@bolt-pipe.example', 'Jamie Okafor'),
  ('b0170000-0000-4000-8000-000000000103', 'csr@bolt-pipe.example', 'Alex Varga')
) as login (id, email, full_name)
on conflict do nothing;

-- A full Supabase Auth also looks for its instance; the one used locally has no such column.
do $$
begin
  if exists (select from pg_attribute where attrelid = 'auth.users'::regclass and attname = 'instance_id') then
    update auth.users set instance_id = '00000000-0000-0000-0000-000000000000'
    where instance_id is null and (email like '%@acme-comfort.example' or email like '%@bolt-pipe.example');
  end if;
end $$;

insert into auth.identities (id, provider, provider_id, user_id, identity_data, last_sign_in_at, created_at, updated_at)
select pg_temp.demo_id('identity/' || email), 'email', id::text, id,
       jsonb_build_object('sub', id, 'email', email, 'email_verified', true, 'phone_verified', false),
       null, created_at, updated_at
from auth.users
where email in ('customer@acme-comfort.example', 'manager@acme-comfort.example', 'csr@acme-comfort.example',
                'technician@acme-comfort.example', 'customer@bolt-pipe.example', 'csr@bolt-pipe.example')
on conflict do nothing;

insert into public.customers
  (id, org_id, kind, full_name, email, phone, billing_address_line1, billing_city, billing_region, billing_postal_code, created_at)
select customer.id::uuid, orgs.id, kind::portal.customer_kind, full_name, email, phone, line1, city, region, postal_code,
       now() - interval '400 days'
from (values
  ('acme-comfort', 'ac3e0000-0000-4000-8000-000000000201', 'individual', 'Dana Whitfield', 'customer@acme-comfort.example',
   '+13125550121', '1412 Maple Hollow Lane', 'Chicago', 'IL', '60618'),
  ('acme-comfort', 'ac3e0000-0000-4000-8000-000000000202', 'organization', 'Lakeshore Property Group', 'manager@acme-comfort.example',
   '+13125550122', '77 Harbor Point Drive, Suite 300', 'Chicago', 'IL', '60611'),
  ('acme-comfort', 'ac3e0000-0000-4000-8000-000000000203', 'organization', 'Ashgrove Holdings', 'office@ashgrove.example',
   '+13125550123', '9 Ashgrove Court', 'Oak Park', 'IL', '60302'),
  ('bolt-pipe', 'b0170000-0000-4000-8000-000000000201', 'individual', 'Jamie Okafor', 'customer@bolt-pipe.example',
   '+17185550141', '238 Cobbler Street', 'Brooklyn', 'NY', '11215')
) as customer (slug, id, kind, full_name, email, phone, line1, city, region, postal_code)
join public.orgs using (slug)
on conflict do nothing;

insert into public.customer_locations
  (id, org_id, customer_id, label, address_line1, address_line2, city, region, postal_code, timezone, is_primary, created_at)
select place.id::uuid, orgs.id, customer_id::uuid, label, line1, line2, city, region, postal_code, orgs.timezone, is_primary,
       now() - interval '400 days'
from (values
  ('acme-comfort', 'ac3e0000-0000-4000-8000-000000000301', 'ac3e0000-0000-4000-8000-000000000201', 'Home', '1412 Maple Hollow Lane', null, 'Chicago', 'IL', '60618', true),
  ('acme-comfort', 'ac3e0000-0000-4000-8000-000000000302', 'ac3e0000-0000-4000-8000-000000000201', 'Studio', '2205 Foundry Row', 'Unit 4', 'Chicago', 'IL', '60622', false),
  ('acme-comfort', 'ac3e0000-0000-4000-8000-000000000331', 'ac3e0000-0000-4000-8000-000000000203', 'Ashgrove Court 9, ground floor', '9 Ashgrove Court', 'Ground floor', 'Oak Park', 'IL', '60302', true),
  ('acme-comfort', 'ac3e0000-0000-4000-8000-000000000332', 'ac3e0000-0000-4000-8000-000000000203', 'Ashgrove Court 11', '11 Ashgrove Court', null, 'Oak Park', 'IL', '60302', false),
  ('bolt-pipe', 'b0170000-0000-4000-8000-000000000301', 'b0170000-0000-4000-8000-000000000201', 'Home', '238 Cobbler Street', 'Apt 2', 'Brooklyn', 'NY', '11215', true)
) as place (slug, id, customer_id, label, line1, line2, city, region, postal_code, is_primary)
join public.orgs using (slug)
on conflict do nothing;

-- The manager's twelve: two buildings of five units, the laundry and the office.
insert into public.customer_locations
  (id, org_id, customer_id, label, address_line1, address_line2, city, region, postal_code, timezone, is_primary, created_at)
select ('ac3e0000-0000-4000-8000-0000000003' || (10 + number))::uuid, 'ac3e0000-0000-4000-8000-000000000001',
       'ac3e0000-0000-4000-8000-000000000202', label, line1, line2, 'Chicago', 'IL', postal_code, 'America/Chicago', number = 1,
       now() - interval '400 days'
from (
  select 1 as number, 'Office' as label, '77 Harbor Point Drive' as line1, 'Suite 300' as line2, '60611' as postal_code
  union all
  select 2, 'Laundry and boiler room', '410 North Quay Street', 'Basement', '60654'
  union all
  select 2 + unit, 'Quay House, unit ' || unit, '410 North Quay Street', 'Unit ' || unit, '60654' from generate_series(1, 5) as unit
  union all
  select 7 + unit, 'Linden Row, unit ' || unit, '1630 Linden Row', 'Unit ' || unit, '60614' from generate_series(1, 5) as unit
) as place
on conflict do nothing;

insert into public.customer_contacts (id, org_id, customer_id, location_id, full_name, email, phone, role)
select pg_temp.demo_id('contact/' || email), 'ac3e0000-0000-4000-8000-000000000001', customer_id::uuid, location_id::uuid,
       full_name, email, phone, role
from (values
  ('ac3e0000-0000-4000-8000-000000000201', null, 'Dana Whitfield', 'customer@acme-comfort.example', '+13125550121', 'owner'),
  ('ac3e0000-0000-4000-8000-000000000201', 'ac3e0000-0000-4000-8000-000000000302', 'Toby Marsh', 'toby.marsh@studio.example', '+13125550124', 'caretaker'),
  ('ac3e0000-0000-4000-8000-000000000202', null, 'Morgan Reyes', 'manager@acme-comfort.example', '+13125550122', 'property manager'),
  ('ac3e0000-0000-4000-8000-000000000202', null, 'Priya Nandakumar', 'billing@lakeshore.example', '+13125550125', 'accounts payable'),
  ('ac3e0000-0000-4000-8000-000000000202', 'ac3e0000-0000-4000-8000-000000000313', 'Elio Brandt', 'elio.brandt@quayhouse.example', '+13125550126', 'tenant'),
  ('ac3e0000-0000-4000-8000-000000000202', 'ac3e0000-0000-4000-8000-000000000318', 'Hanna Sorensen', 'hanna.sorensen@lindenrow.example', '+13125550127', 'tenant'),
  ('ac3e0000-0000-4000-8000-000000000203', null, 'Lou Ashgrove', 'office@ashgrove.example', '+13125550123', 'owner')
) as contact (customer_id, location_id, full_name, email, phone, role)
on conflict do nothing;

insert into public.profiles (id, org_id, user_id, customer_id, role, full_name, email, phone)
select pg_temp.demo_id('profile/' || users.email), orgs.id, users.id, customer_id::uuid, person.role::portal.profile_role,
       users.raw_user_meta_data ->> 'full_name', users.email, person.phone
from (values
  ('acme-comfort', 'customer@acme-comfort.example', 'ac3e0000-0000-4000-8000-000000000201', 'portal_customer', '+13125550121'),
  ('acme-comfort', 'manager@acme-comfort.example', 'ac3e0000-0000-4000-8000-000000000202', 'portal_manager', '+13125550122'),
  ('acme-comfort', 'csr@acme-comfort.example', null, 'csr', '+13125550112'),
  ('acme-comfort', 'technician@acme-comfort.example', null, 'technician', '+13125550113'),
  ('bolt-pipe', 'customer@bolt-pipe.example', 'b0170000-0000-4000-8000-000000000201', 'portal_customer', '+17185550141'),
  ('bolt-pipe', 'csr@bolt-pipe.example', null, 'csr', '+17185550132')
) as person (slug, email, customer_id, role, phone)
join public.orgs using (slug)
join auth.users on users.email = person.email
on conflict do nothing;

-- Accounts are for customers; staff have a profile only.
insert into public.portal_accounts
  (id, org_id, user_id, customer_id, primary_location_id, role, status, invited_via, last_login_at, created_at)
values
  ('ac3e0000-0000-4000-8000-000000000401', 'ac3e0000-0000-4000-8000-000000000001', 'ac3e0000-0000-4000-8000-000000000101',
   'ac3e0000-0000-4000-8000-000000000201', 'ac3e0000-0000-4000-8000-000000000301', 'customer', 'active', 'self_signup',
   now() - interval '2 days', now() - interval '390 days'),
  ('ac3e0000-0000-4000-8000-000000000402', 'ac3e0000-0000-4000-8000-000000000001', 'ac3e0000-0000-4000-8000-000000000102',
   'ac3e0000-0000-4000-8000-000000000202', 'ac3e0000-0000-4000-8000-000000000311', 'property_manager', 'active', 'csr_created',
   now() - interval '5 hours', now() - interval '390 days'),
  ('b0170000-0000-4000-8000-000000000401', 'b0170000-0000-4000-8000-000000000001', 'b0170000-0000-4000-8000-000000000101',
   'b0170000-0000-4000-8000-000000000201', 'b0170000-0000-4000-8000-000000000301', 'customer', 'active', 'self_signup',
   now() - interval '9 days', now() - interval '380 days')
on conflict do nothing;

-- The manager also looks after one address of another owner, and used to look after the second.
insert into public.portal_account_grants
  (id, org_id, portal_account_id, customer_id, location_id, capabilities, granted_by_user_id, revoked_at, created_at)
values
  ('ac3e0000-0000-4000-8000-000000000501', 'ac3e0000-0000-4000-8000-000000000001', 'ac3e0000-0000-4000-8000-000000000402',
   'ac3e0000-0000-4000-8000-000000000203', 'ac3e0000-0000-4000-8000-000000000331', '{view,book,cancel}',
   'ac3e0000-0000-4000-8000-000000000103', null, now() - interval '200 days'),
  ('ac3e0000-0000-4000-8000-000000000502', 'ac3e0000-0000-4000-8000-000000000001', 'ac3e0000-0000-4000-8000-000000000402',
   'ac3e0000-0000-4000-8000-000000000203', 'ac3e0000-0000-4000-8000-000000000332', '{view,book}',
   'ac3e0000-0000-4000-8000-000000000103', now() - interval '60 days', now() - interval '200 days')
on conflict do nothing;
