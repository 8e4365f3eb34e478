-- Chapter 1: who the companies are, the people who work with them, and their customers' addresses.
--
-- How every chapter is built: tables with their comments, indexes and triggers first, then row level
-- security, then grants. org_id is part of every key, so a reference across companies
-- cannot be written down. Policies only compare with what the request's scope holds; they look nothing up.

create table public.orgs (
  id uuid primary key default gen_random_uuid(),
  slug text not null unique check (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$' and char_length(slug) between 2 and 63),
  name text not null check (char_length(btrim(name)) between 1 and 200),
  timezone text not null check (portal_internal.is_time_zone(timezone)),
  currency text not null default 'USD' check (currency ~ '^[A-Z]{3}$'),
  support_phone text check (support_phone ~ '^\+[1-9][0-9]{6,14}$'),
  support_email text check (char_length(support_email) <= 254 and support_email ~ '^[^@[:space:]]+@[^@[:space:]]+$'),
  brand_color text check (brand_color ~ '^#[0-9a-f]{6}$'),
  logo_url text check (logo_url ~ '^https?://' and char_length(logo_url) <= 2000),
  is_active boolean not null default true,
  emergency_reserve_percent integer not null default 0 check (emergency_reserve_percent between 0 and 100),
  sms_from text check (sms_from ~ '^\+[1-9][0-9]{6,14}$'),
  away_message text check (char_length(btrim(away_message)) >= 1 and char_length(away_message) <= 1000),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
comment on table public.orgs is
  'The companies that use the portal, one row each.';
comment on column public.orgs.id is 'Identifies the company.';
comment on column public.orgs.slug is 'Short name for web addresses and sign-up, such as acme-comfort.';
comment on column public.orgs.name is 'The name customers know.';
comment on column public.orgs.timezone is 'IANA time zone of the office; new locations start with it.';
comment on column public.orgs.currency is 'ISO 4217 code of the currency the company bills in.';
comment on column public.orgs.support_phone is 'Phone number that customers are told to call, in E.164 form.';
comment on column public.orgs.support_email is 'E-mail address that customers are told to write to.';
comment on column public.orgs.brand_color is 'Main colour of the portal, such as #1d4ed8.';
comment on column public.orgs.logo_url is 'Where the portal finds the logo.';
comment on column public.orgs.is_active is 'False closes the portal of this company.';
comment on column public.orgs.emergency_reserve_percent is
  'Share of each day''s capacity that routine bookings leave free for emergencies.';
comment on column public.orgs.sms_from is
  'Number that text messages come from, in E.164 form; null when the company sends none.';
comment on column public.orgs.away_message is
  'What customers who write while the office is closed are answered; null for a sentence that says when it opens.';
comment on column public.orgs.created_at is 'When the row was created.';
comment on column public.orgs.updated_at is 'When the row last changed.';

create trigger touch before update on public.orgs
  for each row execute function portal_internal.touch_updated_at();
create trigger audit after insert or update or delete on public.orgs
  for each row execute function portal_internal.audit_row('org');

create table public.customers (
  id uuid not null default gen_random_uuid(),
  org_id uuid not null default portal_internal.org_id() references public.orgs (id),
  kind portal.customer_kind not null default 'individual',
  full_name text not null check (char_length(btrim(full_name)) between 1 and 200),
  email text check (char_length(email) <= 254 and email ~ '^[^@[:space:]]+@[^@[:space:]]+$'),
  phone text check (phone ~ '^\+[1-9][0-9]{6,14}$'),
  do_not_contact boolean not null default false,
  billing_address_line1 text check (char_length(btrim(billing_address_line1)) between 1 and 200),
  billing_address_line2 text check (char_length(btrim(billing_address_line2)) between 1 and 200),
  billing_city text check (char_length(btrim(billing_city)) between 1 and 100),
  billing_region text check (char_length(btrim(billing_region)) between 1 and 100),
  billing_postal_code text check (char_length(btrim(billing_postal_code)) between 1 and 20),
  billing_country text not null default 'US' check (billing_country ~ '^[A-Z]{2}$'),
  is_active boolean not null default true,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (org_id, id)
);
comment on table public.customers is
  'Homes and businesses that a company serves; the canonical record that accounts, jobs and bills point to.';
comment on column public.customers.id is 'Identifies the row, together with org_id.';
comment on column public.customers.org_id is 'The company this row belongs to.';
comment on column public.customers.kind is 'A person or an organization.';
comment on column public.customers.full_name is 'Name of the person or organization.';
comment on column public.customers.email is 'Main e-mail address.';
comment on column public.customers.phone is 'Main phone number, in E.164 form.';
comment on column public.customers.do_not_contact is
  'True when the customer asked not to be contacted except about work that is under way.';
comment on column public.customers.billing_address_line1 is 'Street and number for bills.';
comment on column public.customers.billing_address_line2 is 'Second line of the billing address.';
comment on column public.customers.billing_city is 'City for bills.';
comment on column public.customers.billing_region is 'State or province for bills.';
comment on column public.customers.billing_postal_code is 'Postal code for bills.';
comment on column public.customers.billing_country is 'ISO 3166 code of the country for bills.';
comment on column public.customers.is_active is 'False once the company no longer serves this customer.';
comment on column public.customers.created_at is 'When the row was created.';
comment on column public.customers.updated_at is 'When the row last changed.';

-- Sign-up looks for a customer by verified e-mail or phone.
create index idx_customers_org_id_email on public.customers (org_id, lower(email));
create index idx_customers_org_id_phone on public.customers (org_id, phone);
create index idx_customers_org_id_full_name on public.customers (org_id, full_name);

create trigger keep_keys before update on public.customers
  for each row execute function portal_internal.keep_columns('org_id', 'id');
create trigger touch before update on public.customers
  for each row execute function portal_internal.touch_updated_at();
create trigger audit after insert or update or delete on public.customers
  for each row execute function portal_internal.audit_row('customer');

create table public.profiles (
  id uuid not null default gen_random_uuid(),
  org_id uuid not null references public.orgs (id),
  user_id uuid not null references auth.users (id) on delete cascade,
  customer_id uuid,
  role portal.profile_role not null default 'portal_customer',
  full_name text check (char_length(btrim(full_name)) between 1 and 200),
  email text check (char_length(email) <= 254 and email ~ '^[^@[:space:]]+@[^@[:space:]]+$'),
  phone text check (phone ~ '^\+[1-9][0-9]{6,14}$'),
  preferred_language text not null default 'en' check (preferred_language ~ '^[a-z]{2,3}(-[A-Z]{2})?$'),
  avatar_url text check (avatar_url ~ '^https?://' and char_length(avatar_url) <= 2000),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (org_id, id),
  unique (org_id, user_id),
  foreign key (org_id, customer_id) references public.customers (org_id, id)
);
comment on table public.profiles is
  'People who sign in, one row per company they deal with: its staff and its portal users.';
comment on column public.profiles.id is 'Identifies the row, together with org_id.';
comment on column public.profiles.org_id is 'The company this row belongs to.';
comment on column public.profiles.user_id is 'The person''s log-in.';
comment on column public.profiles.customer_id is
  'For portal users, the customer whose account they hold, so that its managers see their name; null for staff.';
comment on column public.profiles.role is 'What the person is to the company: a portal role, or a staff role.';
comment on column public.profiles.full_name is 'Name to show.';
comment on column public.profiles.email is 'E-mail address to show; the log-in''s own address counts for signing in.';
comment on column public.profiles.phone is 'Phone number in E.164 form.';
comment on column public.profiles.preferred_language is 'Language for messages, such as en or es-MX.';
comment on column public.profiles.avatar_url is 'Picture to show.';
comment on column public.profiles.created_at is 'When the row was created.';
comment on column public.profiles.updated_at is 'When the row last changed.';

create index idx_profiles_user_id on public.profiles (user_id);
create index idx_profiles_org_id_customer_id on public.profiles (org_id, customer_id);

create trigger keep_keys before update on public.profiles
  for each row execute function portal_internal.keep_columns('org_id', 'id', 'user_id');
create trigger touch before update on public.profiles
  for each row execute function portal_internal.touch_updated_at();
create trigger audit after insert or update or delete on public.profiles
  for each row execute function portal_internal.audit_row('profile');

create table public.customer_locations (
  id uuid not null default gen_random_uuid(),
  org_id uuid not null default portal_internal.org_id() references public.orgs (id),
  customer_id uuid not null,
  label text check (char_length(btrim(label)) between 1 and 100),
  address_line1 text not null check (char_length(btrim(address_line1)) between 1 and 200),
  address_line2 text check (char_length(btrim(address_line2)) between 1 and 200),
  city text not null check (char_length(btrim(city)) between 1 and 100),
  region text check (char_length(btrim(region)) between 1 and 100),
  postal_code text not null check (char_length(btrim(postal_code)) between 1 and 20),
  country text not null default 'US' check (country ~ '^[A-Z]{2}$'),
  timezone text not null check (portal_internal.is_time_zone(timezone)),
  is_primary boolean not null default false,
  is_active boolean not null default true,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (org_id, id),
  -- What the other tables refer to, so that a location can never be paired with somebody else's customer.
  unique (org_id, customer_id, id),
  foreign key (org_id, customer_id) references public.customers (org_id, id)
);
comment on table public.customer_locations is
  'Addresses where a customer is served.';
comment on column public.customer_locations.id is 'Identifies the row, together with org_id.';
comment on column public.customer_locations.org_id is 'The company this row belongs to.';
comment on column public.customer_locations.customer_id is 'The customer served here.';
comment on column public.customer_locations.label is
  'The customer''s own name for the place, such as Home or Unit 4.';
comment on column public.customer_locations.address_line1 is 'Street and number.';
comment on column public.customer_locations.address_line2 is 'Unit, floor or entrance.';
comment on column public.customer_locations.city is 'City.';
comment on column public.customer_locations.region is 'State or province.';
comment on column public.customer_locations.postal_code is 'Postal code.';
comment on column public.customer_locations.country is 'ISO 3166 code of the country.';
comment on column public.customer_locations.timezone is
  'IANA time zone of the place; every appointment here is told in its wall clock.';
comment on column public.customer_locations.is_primary is
  'True for the place that is offered first; at most one per customer.';
comment on column public.customer_locations.is_active is 'False once the company no longer serves this place.';
comment on column public.customer_locations.created_at is 'When the row was created.';
comment on column public.customer_locations.updated_at is 'When the row last changed.';

create unique index customer_locations_one_primary on public.customer_locations (org_id, customer_id) where is_primary;

create trigger keep_keys before update on public.customer_locations
  for each row execute function portal_internal.keep_columns('org_id', 'id', 'customer_id');
create trigger touch before update on public.customer_locations
  for each row execute function portal_internal.touch_updated_at();
create trigger audit after insert or update or delete on public.customer_locations
  for each row execute function portal_internal.audit_row('location');

create table public.customer_contacts (
  id uuid not null default gen_random_uuid(),
  org_id uuid not null default portal_internal.org_id() references public.orgs (id),
  customer_id uuid not null,
  location_id uuid,
  full_name text not null check (char_length(btrim(full_name)) between 1 and 200),
  email text check (char_length(email) <= 254 and email ~ '^[^@[:space:]]+@[^@[:space:]]+$'),
  phone text check (phone ~ '^\+[1-9][0-9]{6,14}$'),
  role text check (char_length(btrim(role)) between 1 and 60),
  is_active boolean not null default true,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (org_id, id),
  foreign key (org_id, customer_id) references public.customers (org_id, id),
  foreign key (org_id, customer_id, location_id) references public.customer_locations (org_id, customer_id, id)
);
comment on table public.customer_contacts is
  'People to talk to about a customer. A contact gives no access by itself; portal_accounts do.';
comment on column public.customer_contacts.id is 'Identifies the row, together with org_id.';
comment on column public.customer_contacts.org_id is 'The company this row belongs to.';
comment on column public.customer_contacts.customer_id is 'The customer this person belongs to.';
comment on column public.customer_contacts.location_id is
  'The one location this person stands for; null for the whole customer.';
comment on column public.customer_contacts.full_name is 'Name of the person.';
comment on column public.customer_contacts.email is 'E-mail address.';
comment on column public.customer_contacts.phone is 'Phone number in E.164 form.';
comment on column public.customer_contacts.role is 'What the person does there, such as tenant or caretaker.';
comment on column public.customer_contacts.is_active is 'False once the person should no longer be contacted.';
comment on column public.customer_contacts.created_at is 'When the row was created.';
comment on column public.customer_contacts.updated_at is 'When the row last changed.';

create index idx_customer_contacts_org_id_customer_id_location_id
  on public.customer_contacts (org_id, customer_id, location_id);
create index idx_customer_contacts_org_id_email on public.customer_contacts (org_id, lower(email));
create index idx_customer_contacts_org_id_phone on public.customer_contacts (org_id, phone);

create trigger keep_keys before update on public.customer_contacts
  for each row execute function portal_internal.keep_columns('org_id', 'id', 'customer_id');
create trigger touch before update on public.customer_contacts
  for each row execute function portal_internal.touch_updated_at();
create trigger audit after insert or update or delete on public.customer_contacts
  for each row execute function portal_internal.audit_row('contact');

-- Access ---------------------------------------------------------------------------------------------

alter table public.orgs enable row level security;
alter table public.customers enable row level security;
alter table public.profiles enable row level security;
alter table public.customer_locations enable row level security;
alter table public.customer_contacts enable row level security;
revoke all on table
  public.orgs, public.customers, public.profiles, public.customer_locations, public.customer_contacts
  from public, anon, authenticated, service_role;

create policy "people see the companies they deal with" on public.orgs
  for select to authenticated
  using (id = any ((select portal_internal.org_ids())::uuid[]));

-- A person invited for one location does not see the customer's own contact and billing data.
create policy "customers and staff see customers in their reach" on public.customers
  for select to authenticated
  using (
    org_id = (select portal_internal.org_id())
    and (
      (select portal_internal.is_office())
      or id = any ((select portal_internal.whole_customer_ids())::uuid[])
      or id = any ((select portal_internal.job_customer_ids())::uuid[])
    )
  );
create policy "the office adds customers" on public.customers
  for insert to authenticated
  with check (org_id = (select portal_internal.org_id()) and (select portal_internal.is_office()));
create policy "the office changes customers" on public.customers
  for update to authenticated
  using (org_id = (select portal_internal.org_id()) and (select portal_internal.is_office()))
  with check (org_id = (select portal_internal.org_id()) and (select portal_internal.is_office()));

create policy "people see themselves, their office and those they manage" on public.profiles
  for select to authenticated
  using (
    org_id = any ((select portal_internal.org_ids())::uuid[]) and user_id = (select portal_internal.user_id())
    or org_id = (select portal_internal.org_id())
      and (
        (select portal_internal.is_office())
        or customer_id = any ((select portal_internal.whole_customer_ids('manage'))::uuid[])
      )
  );

create policy "customers and staff see locations in their reach" on public.customer_locations
  for select to authenticated
  using (
    org_id = (select portal_internal.org_id())
    and (
      (select portal_internal.is_office())
      or customer_id = any ((select portal_internal.customer_ids())::uuid[])
        and (customer_id = any ((select portal_internal.whole_customer_ids())::uuid[])
          or id = any ((select portal_internal.location_ids())::uuid[]))
      or id = any ((select portal_internal.job_location_ids())::uuid[])
    )
  );
-- Whole customers only: somebody invited for one unit neither adds units nor moves theirs.
create policy "customers and the office add locations" on public.customer_locations
  for insert to authenticated
  with check (
    org_id = (select portal_internal.org_id())
    and (
      (select portal_internal.is_office())
      or customer_id = any ((select portal_internal.whole_customer_ids('book'))::uuid[])
    )
  );
create policy "customers and the office change locations" on public.customer_locations
  for update to authenticated
  using (
    org_id = (select portal_internal.org_id())
    and (
      (select portal_internal.is_office())
      or customer_id = any ((select portal_internal.whole_customer_ids('book'))::uuid[])
    )
  )
  with check (
    org_id = (select portal_internal.org_id())
    and (
      (select portal_internal.is_office())
      or customer_id = any ((select portal_internal.whole_customer_ids('book'))::uuid[])
    )
  );

create policy "customers and staff see contacts in their reach" on public.customer_contacts
  for select to authenticated
  using (
    org_id = (select portal_internal.org_id())
    and (
      (select portal_internal.is_office())
      or customer_id = any ((select portal_internal.customer_ids())::uuid[])
        and (customer_id = any ((select portal_internal.whole_customer_ids())::uuid[])
          or location_id = any ((select portal_internal.location_ids())::uuid[]))
      or customer_id = any ((select portal_internal.job_customer_ids())::uuid[])
        and (location_id is null or location_id = any ((select portal_internal.job_location_ids())::uuid[]))
    )
  );
create policy "the office adds contacts" on public.customer_contacts
  for insert to authenticated
  with check (org_id = (select portal_internal.org_id()) and (select portal_internal.is_office()));
create policy "the office changes contacts" on public.customer_contacts
  for update to authenticated
  using (org_id = (select portal_internal.org_id()) and (select portal_internal.is_office()))
  with check (org_id = (select portal_internal.org_id()) and (select portal_internal.is_office()));

grant select on table public.orgs, public.customers, public.profiles, public.customer_locations, public.customer_contacts
  to authenticated;
grant
  insert (org_id, kind, full_name, email, phone, do_not_contact, billing_address_line1, billing_address_line2,
    billing_city, billing_region, billing_postal_code, billing_country),
  update (kind, full_name, email, phone, do_not_contact, billing_address_line1, billing_address_line2,
    billing_city, billing_region, billing_postal_code, billing_country, is_active)
  on table public.customers to authenticated;
grant
  insert (org_id, customer_id, label, address_line1, address_line2, city, region, postal_code, country, timezone,
    is_primary),
  update (label, address_line1, address_line2, city, region, postal_code, country, timezone, is_primary)
  on table public.customer_locations to authenticated;
grant
  insert (org_id, customer_id, location_id, full_name, email, phone, role),
  update (location_id, full_name, email, phone, role, is_active)
  on table public.customer_contacts to authenticated;
-- Also with the secret key nothing here is deleted: a status or flag ends it, and the history stays.
grant select, insert, update on table
  public.orgs, public.customers, public.customer_locations, public.customer_contacts
  to service_role;
-- Staff who leave lose their profile.
grant select, insert, update, delete on table public.profiles to service_role;
