-- Chapter 2a: when the office is there, and where it is told what its customers do.

create table public.org_business_hours (
  id uuid not null default gen_random_uuid(),
  org_id uuid not null default portal_internal.org_id() references public.orgs (id),
  weekday smallint not null check (weekday between 0 and 6),
  opens_at time not null,
  closes_at time not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (org_id, id),
  unique (org_id, weekday, opens_at),
  check (closes_at > opens_at)
);
comment on table public.org_business_hours is
  'When the office answers messages; several rows a day allowed. A company without any is always open, and closed all day on its holidays.';
comment on column public.org_business_hours.id is 'Identifies the row, together with org_id.';
comment on column public.org_business_hours.org_id is 'The company this row belongs to.';
comment on column public.org_business_hours.weekday is 'Day of the week, 0 for Sunday to 6 for Saturday.';
comment on column public.org_business_hours.opens_at is 'When the office opens, in the wall clock of the company.';
comment on column public.org_business_hours.closes_at is
  'When it closes, in the wall clock of the company; 24:00 for the end of the day.';
comment on column public.org_business_hours.created_at is 'When the row was created.';
comment on column public.org_business_hours.updated_at is 'When the row last changed.';

create trigger keep_keys before update on public.org_business_hours
  for each row execute function portal_internal.keep_columns('org_id', 'id');
create trigger touch before update on public.org_business_hours
  for each row execute function portal_internal.touch_updated_at();
create trigger audit after insert or update or delete on public.org_business_hours
  for each row execute function portal_internal.audit_row('business_hours');

create table public.org_channels (
  id uuid not null default gen_random_uuid(),
  org_id uuid not null default portal_internal.org_id() references public.orgs (id),
  channel portal.notification_channel not null,
  label text not null check (char_length(btrim(label)) between 1 and 100),
  address text not null check (char_length(address) <= 2000),
  secret text check (secret ~ '^whsec_[A-Za-z0-9+/=]{24,}$' and char_length(secret) <= 200),
  -- A name that nothing is called would silently keep news back.
  events text[] not null default '{}' check (
    array_position(events, null) is null
    and events <@ array[
      'booking_request_created', 'booking_request_canceled', 'booking_hold_expired', 'appointment_moved_by_customer',
      'appointment_canceled_by_customer', 'message_from_customer', 'assistant_escalated']),
  is_active boolean not null default true,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (org_id, id),
  unique (org_id, channel, address),
  check (case channel
    when 'email' then char_length(address) <= 254 and address ~ '^[^@[:space:]]+@[^@[:space:]]+$'
    when 'sms' then address ~ '^\+[1-9][0-9]{6,14}$'
    else address ~ '^https?://[^[:space:]]+$' end),
  check (case channel when 'webhook' then secret is not null when 'slack' then true else secret is null end)
);
comment on table public.org_channels is
  'Where the company is told what its customers do.';
comment on column public.org_channels.id is 'Identifies the row, together with org_id.';
comment on column public.org_channels.org_id is 'The company this row belongs to.';
comment on column public.org_channels.channel is 'How it is told.';
comment on column public.org_channels.label is 'What the channel is called.';
comment on column public.org_channels.address is
  'E-mail address, number in E.164 form or web address; not readable through the API, because those of Slack are secrets.';
comment on column public.org_channels.secret is
  'Key that webhooks are signed with, as Standard Webhooks writes it (whsec_ and Base64); not readable through the API.';
comment on column public.org_channels.events is
  'Names of the events that are told, such as message_from_customer; empty for all.';
comment on column public.org_channels.is_active is 'False when nothing is told here for now.';
comment on column public.org_channels.created_at is 'When the row was created.';
comment on column public.org_channels.updated_at is 'When the row last changed.';

create trigger keep_keys before update on public.org_channels
  for each row execute function portal_internal.keep_columns('org_id', 'id');
create trigger touch before update on public.org_channels
  for each row execute function portal_internal.touch_updated_at();
create trigger audit after insert or update or delete on public.org_channels
  for each row execute function portal_internal.audit_row('channel', 'address', 'secret');

-- Access ---------------------------------------------------------------------------------------------

alter table public.org_business_hours enable row level security;
alter table public.org_channels enable row level security;
revoke all on table
  public.org_business_hours, public.org_channels
  from public, anon, authenticated, service_role;

create policy "everyone of the company reads business hours" on public.org_business_hours
  for select to authenticated
  using (org_id = any ((select portal_internal.org_ids())::uuid[]));
create policy "administrators add business hours" on public.org_business_hours
  for insert to authenticated
  with check (org_id = (select portal_internal.org_id()) and (select portal_internal.is_admin()));
create policy "administrators change business hours" on public.org_business_hours
  for update to authenticated
  using (org_id = (select portal_internal.org_id()) and (select portal_internal.is_admin()))
  with check (org_id = (select portal_internal.org_id()) and (select portal_internal.is_admin()));
create policy "administrators remove business hours" on public.org_business_hours
  for delete to authenticated
  using (org_id = (select portal_internal.org_id()) and (select portal_internal.is_admin()));

create policy "administrators see where the company is told" on public.org_channels
  for select to authenticated
  using (org_id = (select portal_internal.org_id()) and (select portal_internal.is_admin()));

grant
  select,
  insert (org_id, weekday, opens_at, closes_at),
  update (weekday, opens_at, closes_at),
  delete
  on table public.org_business_hours to authenticated;
-- Channels are set up with the secret key: whoever sets one decides where the company's news goes.
grant select (org_id, id, channel, label, events, is_active, created_at, updated_at)
  on table public.org_channels to authenticated;
grant select, insert, update, delete on table public.org_business_hours, public.org_channels
  to service_role;
