-- Chapter 3b: what stands at the customer's address, what covers it, and maintenance plans.

create table public.equipment (
  id uuid not null default gen_random_uuid(),
  org_id uuid not null default portal_internal.org_id() references public.orgs (id),
  customer_id uuid not null,
  location_id uuid not null,
  kind text not null check (char_length(btrim(kind)) between 1 and 100),
  manufacturer text check (char_length(btrim(manufacturer)) between 1 and 100),
  model text check (char_length(btrim(model)) between 1 and 100),
  serial_number text check (char_length(btrim(serial_number)) between 1 and 100),
  installed_on date,
  is_active boolean not null default true,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (org_id, id),
  unique (org_id, customer_id, id),
  foreign key (org_id, customer_id) references public.customers (org_id, id),
  foreign key (org_id, customer_id, location_id) references public.customer_locations (org_id, customer_id, id)
);
comment on table public.equipment is
  'Machines and installations at a customer''s address.';
comment on column public.equipment.id is 'Identifies the row, together with org_id.';
comment on column public.equipment.org_id is 'The company this row belongs to.';
comment on column public.equipment.customer_id is 'Whose it is.';
comment on column public.equipment.location_id is 'Where it stands.';
comment on column public.equipment.kind is 'What it is, such as Furnace or Water heater.';
comment on column public.equipment.manufacturer is 'Who made it.';
comment on column public.equipment.model is 'Model name or number.';
comment on column public.equipment.serial_number is 'Serial number.';
comment on column public.equipment.installed_on is 'When it was installed.';
comment on column public.equipment.is_active is 'False once it has been removed.';
comment on column public.equipment.created_at is 'When the row was created.';
comment on column public.equipment.updated_at is 'When the row last changed.';

create index idx_equipment_org_id_customer_id_location_id on public.equipment (org_id, customer_id, location_id);

create trigger keep_keys before update on public.equipment
  for each row execute function portal_internal.keep_columns('org_id', 'id', 'customer_id');
create trigger touch before update on public.equipment
  for each row execute function portal_internal.touch_updated_at();
create trigger audit after insert or update or delete on public.equipment
  for each row execute function portal_internal.audit_row('equipment');

create table public.warranties (
  id uuid not null default gen_random_uuid(),
  org_id uuid not null default portal_internal.org_id() references public.orgs (id),
  customer_id uuid not null,
  location_id uuid not null,
  equipment_id uuid,
  work_order_id uuid,
  title text not null check (char_length(btrim(title)) between 1 and 200),
  provider text check (char_length(btrim(provider)) between 1 and 200),
  coverage text check (char_length(btrim(coverage)) between 1 and 4000),
  starts_on date not null,
  ends_on date,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (org_id, id),
  check (ends_on >= starts_on),
  foreign key (org_id, customer_id) references public.customers (org_id, id),
  foreign key (org_id, customer_id, location_id) references public.customer_locations (org_id, customer_id, id),
  foreign key (org_id, customer_id, equipment_id) references public.equipment (org_id, customer_id, id),
  foreign key (org_id, customer_id, work_order_id) references public.work_orders (org_id, customer_id, id)
);
comment on table public.warranties is
  'Warranties on equipment or on work.';
comment on column public.warranties.id is 'Identifies the row, together with org_id.';
comment on column public.warranties.org_id is 'The company this row belongs to.';
comment on column public.warranties.customer_id is 'Who holds the warranty.';
comment on column public.warranties.location_id is 'Where it applies.';
comment on column public.warranties.equipment_id is 'The equipment it covers, if it covers one piece.';
comment on column public.warranties.work_order_id is 'The job it came with, if any.';
comment on column public.warranties.title is 'What the warranty is called.';
comment on column public.warranties.provider is 'Who stands behind it.';
comment on column public.warranties.coverage is 'What it covers, for the customer.';
comment on column public.warranties.starts_on is 'First day of cover.';
comment on column public.warranties.ends_on is 'Last day of cover; null for a lifetime.';
comment on column public.warranties.created_at is 'When the row was created.';
comment on column public.warranties.updated_at is 'When the row last changed.';

create index idx_warranties_org_id_customer_id_location_id on public.warranties (org_id, customer_id, location_id);
create index idx_warranties_org_id_equipment_id on public.warranties (org_id, customer_id, equipment_id);
create index idx_warranties_org_id_work_order_id on public.warranties (org_id, customer_id, work_order_id);

create trigger keep_keys before update on public.warranties
  for each row execute function portal_internal.keep_columns('org_id', 'id', 'customer_id');
create trigger touch before update on public.warranties
  for each row execute function portal_internal.touch_updated_at();
create trigger audit after insert or update or delete on public.warranties
  for each row execute function portal_internal.audit_row('warranty');

create table public.memberships (
  id uuid not null default gen_random_uuid(),
  org_id uuid not null default portal_internal.org_id() references public.orgs (id),
  customer_id uuid not null,
  plan_name text not null check (char_length(btrim(plan_name)) between 1 and 200),
  status text not null default 'active' check (status in ('active', 'paused', 'canceled', 'expired')),
  benefits text check (char_length(btrim(benefits)) between 1 and 4000),
  starts_on date not null,
  ends_on date,
  renews_on date,
  price_cents integer not null check (price_cents >= 0),
  currency text not null default 'USD' check (currency ~ '^[A-Z]{3}$'),
  billing_interval text not null default 'year' check (billing_interval in ('month', 'quarter', 'year')),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (org_id, id),
  check (ends_on >= starts_on),
  foreign key (org_id, customer_id) references public.customers (org_id, id)
);
comment on table public.memberships is
  'Maintenance plans that a customer has taken out.';
comment on column public.memberships.id is 'Identifies the row, together with org_id.';
comment on column public.memberships.org_id is 'The company this row belongs to.';
comment on column public.memberships.customer_id is 'Whose plan it is.';
comment on column public.memberships.plan_name is 'Name of the plan.';
comment on column public.memberships.status is 'active, paused, canceled or expired.';
comment on column public.memberships.benefits is 'What the plan includes, for the customer.';
comment on column public.memberships.starts_on is 'First day of the plan.';
comment on column public.memberships.ends_on is 'Last day of the plan; null while it goes on.';
comment on column public.memberships.renews_on is 'Next day on which it renews.';
comment on column public.memberships.price_cents is 'Price per billing interval, in cents.';
comment on column public.memberships.currency is 'ISO 4217 code of the price''s currency.';
comment on column public.memberships.billing_interval is 'month, quarter or year.';
comment on column public.memberships.created_at is 'When the row was created.';
comment on column public.memberships.updated_at is 'When the row last changed.';

create index idx_memberships_org_id_customer_id on public.memberships (org_id, customer_id, starts_on desc);

create trigger keep_keys before update on public.memberships
  for each row execute function portal_internal.keep_columns('org_id', 'id', 'customer_id');
create trigger touch before update on public.memberships
  for each row execute function portal_internal.touch_updated_at();
create trigger audit after insert or update or delete on public.memberships
  for each row execute function portal_internal.audit_row('membership');

-- Access ---------------------------------------------------------------------------------------------

alter table public.equipment enable row level security;
alter table public.warranties enable row level security;
alter table public.memberships enable row level security;
revoke all on table
  public.equipment, public.warranties, public.memberships
  from public, anon, authenticated, service_role;

create policy "customers and staff read equipment in their reach" on public.equipment
  for select to authenticated
  using (
    org_id = (select portal_internal.org_id())
    and (
      (select portal_internal.is_office())
      or customer_id = any ((select portal_internal.customer_ids())::uuid[])
        and (customer_id = any ((select portal_internal.whole_customer_ids())::uuid[])
          or location_id = any ((select portal_internal.location_ids())::uuid[]))
      or location_id = any ((select portal_internal.job_location_ids())::uuid[])
    )
  );
create policy "the office adds equipment" on public.equipment
  for insert to authenticated
  with check (org_id = (select portal_internal.org_id()) and (select portal_internal.is_office()));
create policy "the office changes equipment" on public.equipment
  for update to authenticated
  using (org_id = (select portal_internal.org_id()) and (select portal_internal.is_office()))
  with check (org_id = (select portal_internal.org_id()) and (select portal_internal.is_office()));

create policy "customers and staff read warranties in their reach" on public.warranties
  for select to authenticated
  using (
    org_id = (select portal_internal.org_id())
    and (
      (select portal_internal.is_office())
      or customer_id = any ((select portal_internal.customer_ids())::uuid[])
        and (customer_id = any ((select portal_internal.whole_customer_ids())::uuid[])
          or location_id = any ((select portal_internal.location_ids())::uuid[]))
      or location_id = any ((select portal_internal.job_location_ids())::uuid[])
    )
  );

create policy "customers and the office read memberships" on public.memberships
  for select to authenticated
  using (
    org_id = (select portal_internal.org_id())
    and (
      (select portal_internal.is_office())
      or customer_id = any ((select portal_internal.whole_customer_ids())::uuid[])
    )
  );

grant select on table public.equipment, public.warranties, public.memberships to authenticated;
grant
  insert (org_id, customer_id, location_id, kind, manufacturer, model, serial_number, installed_on),
  update (location_id, kind, manufacturer, model, serial_number, installed_on, is_active)
  on table public.equipment to authenticated;
-- Also with the secret key nothing here is deleted: a status or flag ends it, and the history stays.
grant select, insert, update on table public.equipment, public.warranties, public.memberships
  to service_role;
