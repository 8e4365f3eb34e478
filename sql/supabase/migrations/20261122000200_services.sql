-- Chapter 2: what a company offers, when, and its rules for moving and canceling.

create table public.service_types (
  id uuid not null default gen_random_uuid(),
  org_id uuid not null default portal_internal.org_id() references public.orgs (id),
  code text not null check (code ~ '^[a-z][a-z0-9_]{1,62}$'),
  name text not null check (char_length(btrim(name)) between 1 and 200),
  category text not null check (char_length(btrim(category)) between 1 and 60),
  description text check (char_length(btrim(description)) between 1 and 4000),
  duration_minutes integer not null check (duration_minutes between 1 and 1440),
  buffer_before_minutes integer not null default 0 check (buffer_before_minutes between 0 and 480),
  buffer_after_minutes integer not null default 0 check (buffer_after_minutes between 0 and 480),
  lead_time_minutes integer not null default 240 check (lead_time_minutes between 0 and 43200),
  lead_time_business_hours_only boolean not null default false,
  horizon_days integer not null default 14 check (horizon_days between 1 and 365),
  booking_mode portal.booking_mode not null default 'request',
  is_emergency boolean not null default false,
  safety_notice text check (char_length(btrim(safety_notice)) between 1 and 2000),
  daily_cap integer check (daily_cap > 0),
  price_from_cents integer check (price_from_cents >= 0),
  is_active boolean not null default true,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (org_id, id),
  unique (org_id, code)
);
comment on table public.service_types is
  'The services a company offers, with the times and rules that apply to booking them.';
comment on column public.service_types.id is 'Identifies the row, together with org_id.';
comment on column public.service_types.org_id is 'The company this row belongs to.';
comment on column public.service_types.code is 'Short name used in requests and jobs, such as hvac_repair.';
comment on column public.service_types.name is 'Name to show.';
comment on column public.service_types.category is 'Trade, such as hvac, plumbing or electrical.';
comment on column public.service_types.description is 'What the service covers, for customers.';
comment on column public.service_types.duration_minutes is 'How long a visit takes.';
comment on column public.service_types.buffer_before_minutes is
  'Time a technician is kept free before a visit, for travel.';
comment on column public.service_types.buffer_after_minutes is 'Time a technician is kept free after a visit.';
comment on column public.service_types.lead_time_minutes is 'How long before a visit it must be booked.';
comment on column public.service_types.lead_time_business_hours_only is
  'True when only the hours of booking windows count towards the lead time.';
comment on column public.service_types.horizon_days is 'How many days ahead a visit can be booked.';
comment on column public.service_types.booking_mode is
  'instant books at once; request holds the time until the office decides.';
comment on column public.service_types.is_emergency is
  'True for emergencies, which answer with safety advice first and may use the reserve.';
comment on column public.service_types.safety_notice is
  'What to do before anybody comes, answered with every request for an emergency; null for the usual words.';
comment on column public.service_types.daily_cap is
  'Most visits of this kind in one day; null for no limit but the technicians'' time.';
comment on column public.service_types.price_from_cents is
  'Lowest usual price to show, in cents of the company''s currency.';
comment on column public.service_types.is_active is 'False when the service cannot be booked any more.';
comment on column public.service_types.created_at is 'When the row was created.';
comment on column public.service_types.updated_at is 'When the row last changed.';

create trigger keep_keys before update on public.service_types
  for each row execute function portal_internal.keep_columns('org_id', 'id');
create trigger touch before update on public.service_types
  for each row execute function portal_internal.touch_updated_at();
create trigger audit after insert or update or delete on public.service_types
  for each row execute function portal_internal.audit_row('service');

create table public.booking_windows (
  id uuid not null default gen_random_uuid(),
  org_id uuid not null default portal_internal.org_id() references public.orgs (id),
  service_type text,
  weekday smallint not null check (weekday between 0 and 6),
  start_time time not null,
  end_time time not null,
  is_active boolean not null default true,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (org_id, id),
  unique nulls not distinct (org_id, service_type, weekday, start_time),
  check (end_time > start_time),
  foreign key (org_id, service_type) references public.service_types (org_id, code) on update cascade
);
comment on table public.booking_windows is
  'The arrival windows offered on each weekday.';
comment on column public.booking_windows.id is 'Identifies the row, together with org_id.';
comment on column public.booking_windows.org_id is 'The company this row belongs to.';
comment on column public.booking_windows.service_type is
  'Code of the one service this window is for; null for every service.';
comment on column public.booking_windows.weekday is 'Day of the week, 0 for Sunday to 6 for Saturday.';
comment on column public.booking_windows.start_time is 'When the window opens, in the wall clock of the location.';
comment on column public.booking_windows.end_time is 'When the window closes, in the wall clock of the location.';
comment on column public.booking_windows.is_active is 'False when the window is not offered for now.';
comment on column public.booking_windows.created_at is 'When the row was created.';
comment on column public.booking_windows.updated_at is 'When the row last changed.';

create trigger keep_keys before update on public.booking_windows
  for each row execute function portal_internal.keep_columns('org_id', 'id');
create trigger touch before update on public.booking_windows
  for each row execute function portal_internal.touch_updated_at();
create trigger audit after insert or update or delete on public.booking_windows
  for each row execute function portal_internal.audit_row('booking_window');

create table public.booking_policies (
  id uuid not null default gen_random_uuid(),
  org_id uuid not null default portal_internal.org_id() references public.orgs (id),
  service_type text,
  cancel_notice_minutes integer not null default 1440 check (cancel_notice_minutes between 0 and 43200),
  reschedule_notice_minutes integer not null default 1440 check (reschedule_notice_minutes between 0 and 43200),
  max_reschedules integer not null default 3 check (max_reschedules between 0 and 100),
  fee_tiers jsonb not null default '[]' check (portal_internal.is_fee_schedule(fee_tiers)),
  currency text not null default 'USD' check (currency ~ '^[A-Z]{3}$'),
  auto_approve boolean not null default false,
  hold_minutes integer not null default 1440 check (hold_minutes between 1 and 43200),
  contact_phone text check (contact_phone ~ '^\+[1-9][0-9]{6,14}$'),
  contact_email text check (char_length(contact_email) <= 254 and contact_email ~ '^[^@[:space:]]+@[^@[:space:]]+$'),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (org_id, id),
  unique nulls not distinct (org_id, service_type),
  foreign key (org_id, service_type) references public.service_types (org_id, code) on update cascade
);
comment on table public.booking_policies is
  'Rules for moving and canceling: one row for the company, and one for each service that differs.';
comment on column public.booking_policies.id is 'Identifies the row, together with org_id.';
comment on column public.booking_policies.org_id is 'The company this row belongs to.';
comment on column public.booking_policies.service_type is
  'Code of the service this row is for; null for the company''s rule.';
comment on column public.booking_policies.cancel_notice_minutes is
  'How long before the window a customer may still cancel.';
comment on column public.booking_policies.reschedule_notice_minutes is
  'How long before the window a customer may still move it.';
comment on column public.booking_policies.max_reschedules is 'How often a customer may move one appointment.';
comment on column public.booking_policies.fee_tiers is
  'Fees for canceling: a list of objects with notice_minutes and fee_cents; with less notice than the last, its fee.';
comment on column public.booking_policies.currency is 'ISO 4217 code of the fees'' currency.';
comment on column public.booking_policies.auto_approve is
  'True when requests are approved without the office looking at them.';
comment on column public.booking_policies.hold_minutes is 'How long a request holds its time before it lapses.';
comment on column public.booking_policies.contact_phone is
  'Number to call when the portal must refuse, in E.164 form.';
comment on column public.booking_policies.contact_email is 'Address to write to when the portal must refuse.';
comment on column public.booking_policies.created_at is 'When the row was created.';
comment on column public.booking_policies.updated_at is 'When the row last changed.';

create trigger keep_keys before update on public.booking_policies
  for each row execute function portal_internal.keep_columns('org_id', 'id');
create trigger touch before update on public.booking_policies
  for each row execute function portal_internal.touch_updated_at();
create trigger audit after insert or update or delete on public.booking_policies
  for each row execute function portal_internal.audit_row('booking_policy');

create table public.org_holidays (
  id uuid not null default gen_random_uuid(),
  org_id uuid not null default portal_internal.org_id() references public.orgs (id),
  holiday_on date not null check (isfinite(holiday_on)),
  name text not null check (char_length(btrim(name)) between 1 and 100),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (org_id, id),
  unique (org_id, holiday_on)
);
comment on table public.org_holidays is
  'Days on which a company sends nobody.';
comment on column public.org_holidays.id is 'Identifies the row, together with org_id.';
comment on column public.org_holidays.org_id is 'The company this row belongs to.';
comment on column public.org_holidays.holiday_on is 'The day, in the wall clock of each location.';
comment on column public.org_holidays.name is 'What the day is called.';
comment on column public.org_holidays.created_at is 'When the row was created.';
comment on column public.org_holidays.updated_at is 'When the row last changed.';

create trigger keep_keys before update on public.org_holidays
  for each row execute function portal_internal.keep_columns('org_id', 'id');
create trigger touch before update on public.org_holidays
  for each row execute function portal_internal.touch_updated_at();
create trigger audit after insert or update or delete on public.org_holidays
  for each row execute function portal_internal.audit_row('holiday');

-- Access ---------------------------------------------------------------------------------------------

alter table public.service_types enable row level security;
alter table public.booking_windows enable row level security;
alter table public.booking_policies enable row level security;
alter table public.org_holidays enable row level security;
revoke all on table
  public.service_types, public.booking_windows, public.booking_policies, public.org_holidays
  from public, anon, authenticated, service_role;

create policy "everyone of the company reads services" on public.service_types
  for select to authenticated
  using (org_id = any ((select portal_internal.org_ids())::uuid[]));
create policy "everyone of the company reads booking windows" on public.booking_windows
  for select to authenticated
  using (org_id = any ((select portal_internal.org_ids())::uuid[]));
create policy "everyone of the company reads booking policies" on public.booking_policies
  for select to authenticated
  using (org_id = any ((select portal_internal.org_ids())::uuid[]));
create policy "everyone of the company reads holidays" on public.org_holidays
  for select to authenticated
  using (org_id = any ((select portal_internal.org_ids())::uuid[]));

-- Administrators decide what is offered.
create policy "administrators add services" on public.service_types
  for insert to authenticated
  with check (org_id = (select portal_internal.org_id()) and (select portal_internal.is_admin()));
create policy "administrators change services" on public.service_types
  for update to authenticated
  using (org_id = (select portal_internal.org_id()) and (select portal_internal.is_admin()))
  with check (org_id = (select portal_internal.org_id()) and (select portal_internal.is_admin()));
create policy "administrators add booking windows" on public.booking_windows
  for insert to authenticated
  with check (org_id = (select portal_internal.org_id()) and (select portal_internal.is_admin()));
create policy "administrators change booking windows" on public.booking_windows
  for update to authenticated
  using (org_id = (select portal_internal.org_id()) and (select portal_internal.is_admin()))
  with check (org_id = (select portal_internal.org_id()) and (select portal_internal.is_admin()));
create policy "administrators remove booking windows" on public.booking_windows
  for delete to authenticated
  using (org_id = (select portal_internal.org_id()) and (select portal_internal.is_admin()));
create policy "administrators add booking policies" on public.booking_policies
  for insert to authenticated
  with check (org_id = (select portal_internal.org_id()) and (select portal_internal.is_admin()));
create policy "administrators change booking policies" on public.booking_policies
  for update to authenticated
  using (org_id = (select portal_internal.org_id()) and (select portal_internal.is_admin()))
  with check (org_id = (select portal_internal.org_id()) and (select portal_internal.is_admin()));
create policy "administrators add holidays" on public.org_holidays
  for insert to authenticated
  with check (org_id = (select portal_internal.org_id()) and (select portal_internal.is_admin()));
create policy "administrators change holidays" on public.org_holidays
  for update to authenticated
  using (org_id = (select portal_internal.org_id()) and (select portal_internal.is_admin()))
  with check (org_id = (select portal_internal.org_id()) and (select portal_internal.is_admin()));
create policy "administrators remove holidays" on public.org_holidays
  for delete to authenticated
  using (org_id = (select portal_internal.org_id()) and (select portal_internal.is_admin()));

grant select on table public.service_types, public.booking_windows, public.booking_policies, public.org_holidays
  to authenticated;
grant
  insert (org_id, code, name, category, description, duration_minutes, buffer_before_minutes, buffer_after_minutes,
    lead_time_minutes, lead_time_business_hours_only, horizon_days, booking_mode, is_emergency, safety_notice,
    daily_cap, price_from_cents, is_active),
  update (code, name, category, description, duration_minutes, buffer_before_minutes, buffer_after_minutes,
    lead_time_minutes, lead_time_business_hours_only, horizon_days, booking_mode, is_emergency, safety_notice,
    daily_cap, price_from_cents, is_active)
  on table public.service_types to authenticated;
grant
  insert (org_id, service_type, weekday, start_time, end_time, is_active),
  update (service_type, weekday, start_time, end_time, is_active),
  delete
  on table public.booking_windows to authenticated;
grant
  insert (org_id, service_type, cancel_notice_minutes, reschedule_notice_minutes, max_reschedules, fee_tiers, currency,
    auto_approve, hold_minutes, contact_phone, contact_email),
  update (service_type, cancel_notice_minutes, reschedule_notice_minutes, max_reschedules, fee_tiers, currency,
    auto_approve, hold_minutes, contact_phone, contact_email)
  on table public.booking_policies to authenticated;
grant insert (org_id, holiday_on, name), update (holiday_on, name), delete
  on table public.org_holidays to authenticated;
grant select, insert, update, delete on table
  public.service_types, public.booking_windows, public.booking_policies, public.org_holidays
  to service_role;
