-- Chapter 8: what people want to be told, and the outbox of what they are told.

create table public.portal_notification_preferences (
  id uuid not null default gen_random_uuid(),
  org_id uuid not null references public.orgs (id),
  portal_account_id uuid not null,
  notify_booking_updates_email boolean not null default true,
  notify_booking_updates_sms boolean not null default true,
  notify_marketing_email boolean not null default false,
  notify_marketing_sms boolean not null default false,
  notify_technician_enroute boolean not null default true,
  notify_messages_email boolean not null default true,
  quiet_hours_start time,
  quiet_hours_end time,
  timezone text check (portal_internal.is_time_zone(timezone)),
  unsubscribe_token uuid not null default gen_random_uuid(),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (org_id, id),
  unique (org_id, portal_account_id),
  unique (org_id, unsubscribe_token),
  check ((quiet_hours_start is null) = (quiet_hours_end is null)),
  foreign key (org_id, portal_account_id) references public.portal_accounts (org_id, id)
);
comment on table public.portal_notification_preferences is
  'What each account wants to be told, and how. One row per account, made with it.';
comment on column public.portal_notification_preferences.id is 'Identifies the row, together with org_id.';
comment on column public.portal_notification_preferences.org_id is 'The company this row belongs to.';
comment on column public.portal_notification_preferences.portal_account_id is 'The account.';
comment on column public.portal_notification_preferences.notify_booking_updates_email is
  'News about bookings by e-mail.';
comment on column public.portal_notification_preferences.notify_booking_updates_sms is
  'News about bookings by text message.';
comment on column public.portal_notification_preferences.notify_marketing_email is 'Offers by e-mail.';
comment on column public.portal_notification_preferences.notify_marketing_sms is 'Offers by text message.';
comment on column public.portal_notification_preferences.notify_technician_enroute is
  'A message when the technician is on the way, even in quiet hours.';
comment on column public.portal_notification_preferences.notify_messages_email is
  'An e-mail when the company has written in a conversation.';
comment on column public.portal_notification_preferences.quiet_hours_start is
  'From when messages wait until morning, in the time zone below.';
comment on column public.portal_notification_preferences.quiet_hours_end is
  'Until when messages wait; before the start when the night lies between.';
comment on column public.portal_notification_preferences.timezone is
  'IANA time zone of the quiet hours; null for the company''s.';
comment on column public.portal_notification_preferences.unsubscribe_token is
  'Secret in the links of e-mails that switch a preference off; not readable through the API.';
comment on column public.portal_notification_preferences.created_at is 'When the row was created.';
comment on column public.portal_notification_preferences.updated_at is 'When the row last changed.';

create trigger keep_keys before update on public.portal_notification_preferences
  for each row execute function portal_internal.keep_columns('org_id', 'id', 'portal_account_id');
create trigger touch before update on public.portal_notification_preferences
  for each row execute function portal_internal.touch_updated_at();
create trigger audit after insert or update or delete on public.portal_notification_preferences
  for each row execute function portal_internal.audit_row('notification_preferences', 'unsubscribe_token');

create table public.portal_notifications (
  id uuid not null default gen_random_uuid(),
  org_id uuid not null references public.orgs (id),
  event text not null check (event ~ '^[a-z][a-z0-9_]{1,62}$'),
  category text not null check (category in (
    'booking_updates', 'technician_enroute', 'messages', 'marketing', 'account', 'safety', 'office')),
  channel portal.notification_channel not null,
  recipient text not null check (char_length(recipient) between 1 and 2000),
  portal_account_id uuid,
  user_id uuid references auth.users (id) on delete set null,
  customer_id uuid,
  work_order_id uuid,
  channel_id uuid,
  payload jsonb not null default '{}' check (jsonb_typeof(payload) = 'object'),
  dedupe_key text not null check (char_length(dedupe_key) between 1 and 255),
  not_before timestamptz not null default now(),
  expires_at timestamptz,
  status portal.notification_status not null default 'pending',
  attempts integer not null default 0 check (attempts >= 0),
  lease_until timestamptz,
  last_error text check (char_length(last_error) <= 2000),
  sent_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (org_id, id),
  unique (org_id, dedupe_key),
  -- What is over may have come too late from the start.
  check (status not in ('pending', 'sending') or expires_at > not_before),
  check ((status = 'sent') = (sent_at is not null)),
  foreign key (org_id, portal_account_id) references public.portal_accounts (org_id, id),
  foreign key (org_id, customer_id) references public.customers (org_id, id),
  foreign key (org_id, work_order_id) references public.work_orders (org_id, id),
  foreign key (org_id, channel_id) references public.org_channels (org_id, id)
)
-- A queue: every row is changed two or three times within minutes, so room is left for it and it is tidied often.
with (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_threshold = 500,
  autovacuum_analyze_scale_factor = 0.02);
comment on table public.portal_notifications is
  'The outbox: messages to send, written with the change they tell of and sent by a worker later.';
comment on column public.portal_notifications.id is 'Identifies the row, together with org_id.';
comment on column public.portal_notifications.org_id is 'The company this row belongs to.';
comment on column public.portal_notifications.event is 'What happened, such as appointment_moved.';
comment on column public.portal_notifications.category is 'Which preference decides, such as booking_updates.';
comment on column public.portal_notifications.channel is 'How it is sent.';
comment on column public.portal_notifications.recipient is
  'E-mail address or number it goes to; for Slack and webhooks the label of the channel, whose address is read when it is sent.';
comment on column public.portal_notifications.portal_account_id is 'The account it is for; null for the office.';
comment on column public.portal_notifications.user_id is 'The log-in it is for, if there is one.';
comment on column public.portal_notifications.customer_id is 'The customer it is about.';
comment on column public.portal_notifications.work_order_id is 'The job it is about, if any; reminders follow it.';
comment on column public.portal_notifications.channel_id is 'For the office, the channel it goes through.';
comment on column public.portal_notifications.payload is
  'Ids and facts that the message is made from when it is sent. Secrets leave it once the row is final.';
comment on column public.portal_notifications.dedupe_key is
  'The same key is never queued twice, and goes along with the message.';
comment on column public.portal_notifications.not_before is 'When it may be sent at the earliest.';
comment on column public.portal_notifications.expires_at is 'When it is too late to send; null for never.';
comment on column public.portal_notifications.status is 'Where it stands.';
comment on column public.portal_notifications.attempts is 'How often sending was tried.';
comment on column public.portal_notifications.lease_until is 'Until when a worker has it in hand.';
comment on column public.portal_notifications.last_error is 'Why the last try failed.';
comment on column public.portal_notifications.sent_at is 'When it was sent.';
comment on column public.portal_notifications.created_at is 'When the row was created.';
comment on column public.portal_notifications.updated_at is 'When the row last changed.';

-- What the workers of a channel look through, in all companies.
create index idx_portal_notifications_pending on public.portal_notifications (channel, not_before)
  where status = 'pending';
create index idx_portal_notifications_sending on public.portal_notifications (channel, lease_until)
  where status = 'sending';
-- What health() counts, and what is purged.
create index idx_portal_notifications_dead on public.portal_notifications (updated_at) where status = 'dead';
create index idx_portal_notifications_final on public.portal_notifications (updated_at)
  where status in ('sent', 'dead', 'expired', 'canceled');
create index idx_portal_notifications_portal_account_id on public.portal_notifications (org_id, portal_account_id)
  where portal_account_id is not null;
create index idx_portal_notifications_customer_id on public.portal_notifications (org_id, customer_id)
  where customer_id is not null;
create index idx_portal_notifications_work_order_id on public.portal_notifications (org_id, work_order_id)
  where work_order_id is not null;
create index idx_portal_notifications_channel_id on public.portal_notifications (org_id, channel_id)
  where channel_id is not null;
create index idx_portal_notifications_user_id on public.portal_notifications (user_id) where user_id is not null;

create trigger keep_keys before update of org_id, id, dedupe_key on public.portal_notifications
  for each row execute function portal_internal.keep_columns('org_id', 'id', 'dedupe_key');
create trigger touch before update on public.portal_notifications
  for each row execute function portal_internal.touch_updated_at();

-- Access ---------------------------------------------------------------------------------------------

alter table public.portal_notification_preferences enable row level security;
alter table public.portal_notifications enable row level security;
revoke all on table
  public.portal_notification_preferences, public.portal_notifications
  from public, anon, authenticated, service_role;

create policy "people see their own preferences, the office those of all" on public.portal_notification_preferences
  for select to authenticated
  using (
    portal_account_id = any ((select portal_internal.account_ids())::uuid[])
    or org_id = (select portal_internal.org_id())
      and (select portal_internal.is_office())
  );
create policy "people change their own preferences" on public.portal_notification_preferences
  for update to authenticated
  using (portal_account_id = any ((select portal_internal.account_ids())::uuid[]))
  with check (portal_account_id = any ((select portal_internal.account_ids())::uuid[]));

-- The outbox is for workers alone: it holds addresses and the text of messages.
create policy "workers read and write the outbox" on public.portal_notifications
  to service_role using (true) with check (true);

grant
  select (org_id, id, portal_account_id, notify_booking_updates_email, notify_booking_updates_sms,
    notify_marketing_email, notify_marketing_sms, notify_technician_enroute, notify_messages_email, quiet_hours_start,
    quiet_hours_end, timezone, created_at, updated_at),
  update (notify_booking_updates_email, notify_booking_updates_sms, notify_marketing_email, notify_marketing_sms,
    notify_technician_enroute, notify_messages_email, quiet_hours_start, quiet_hours_end, timezone)
  on table public.portal_notification_preferences to authenticated;
grant select, insert, update, delete on table public.portal_notification_preferences, public.portal_notifications
  to service_role;
