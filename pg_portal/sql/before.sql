-- Runs before everything else in the extension's script.
do $$
begin
  if to_regrole('portal_owner') is null or to_regrole('authenticated') is null or to_regrole('anon') is null
     or to_regrole('service_role') is null or to_regrole('portal_gateway') is null
     or to_regrole('portal_admin') is null or to_regrole('portal_readonly') is null then
    raise exception 'the roles that pg_portal relies on do not exist'
      using hint = 'Run sql/roles.sql as superuser first, then create the extension again.';
  end if;
end $$;

create schema portal;
comment on schema portal is
  'The API: views to read, functions to act. Everything in it runs as the caller. A person who has set up a second factor is let in with it: to a token of the password alone (aal1) views show nothing, and functions answer PT401 second_factor_required.';
create schema portal_internal;
comment on schema portal_internal is 'Privileged steps, triggers and the helpers of the policies. Never exposed to clients.';
create schema portal_admin;
comment on schema portal_admin is 'For DBAs and staff jobs, from psql.';

-- The enum types of the API. The Rust side, for those that it uses, is types.rs.

create type portal.account_role as enum ('customer', 'property_manager', 'billing_contact', 'admin');
comment on type portal.account_role is 'What an account is to its customer: customer, property_manager (manages contacts and locations), billing_contact (sees and pays) or admin.';

create type portal.account_status as enum ('active', 'invited', 'suspended', 'closed');
comment on type portal.account_status is 'Whether an account is in use. A suspended or closed account loses access at once.';

create type portal.invited_via as enum ('self_signup', 'email_invite', 'csr_created');
comment on type portal.invited_via is 'How an account came about.';

create type portal.invite_status as enum ('pending', 'accepted', 'revoked', 'expired');
comment on type portal.invite_status is 'Where an invitation stands.';

create type portal.capability as enum ('view', 'book', 'cancel', 'billing', 'manage');
comment on type portal.capability is 'What an account may do for a customer or at a location.';

create type portal.profile_role as enum ('portal_customer', 'portal_manager', 'admin', 'csr', 'dispatcher', 'technician');
comment on type portal.profile_role is 'What a person is to the company: a portal user, or staff (admin, csr, dispatcher, technician).';

create type portal.customer_kind as enum ('individual', 'organization');
comment on type portal.customer_kind is 'A person or an organization.';

create type portal.actor_type as enum ('portal_user', 'staff', 'service', 'system');
comment on type portal.actor_type is 'Who acted: a portal user, staff, a service with the secret key, or the system (a DBA or a job).';

create type portal.booking_mode as enum ('instant', 'request');
comment on type portal.booking_mode is 'instant books at once; request holds the time until the company decides.';

create type portal.booking_status as enum ('submitted', 'under_review', 'approved', 'scheduled', 'rejected', 'canceled_by_customer');
comment on type portal.booking_status is 'Where a booking request stands.';

create type portal.source_channel as enum ('web_portal', 'mobile_app', 'ai_assistant');
comment on type portal.source_channel is 'Where a booking request came from.';

create type portal.work_order_status as enum ('tentative', 'scheduled', 'en_route', 'on_site', 'completed', 'canceled', 'no_show');
comment on type portal.work_order_status is 'Where a job stands, from a tentative hold to completed, canceled or no_show.';

create type portal.note_visibility as enum ('customer', 'internal');
comment on type portal.note_visibility is 'Who reads a note or document: the customer and the company, or the company alone.';

create type portal.document_kind as enum ('work_order', 'photo', 'video', 'invoice', 'quote', 'manual', 'warranty', 'membership', 'other');
comment on type portal.document_kind is 'What a document is.';

create type portal.quote_status as enum ('draft', 'sent', 'accepted', 'declined', 'expired');
comment on type portal.quote_status is 'Where a quote stands.';

create type portal.invoice_status as enum ('draft', 'open', 'paid', 'void', 'overdue');
comment on type portal.invoice_status is 'Where an invoice stands.';

create type portal.payment_status as enum ('pending', 'succeeded', 'failed', 'refunded');
comment on type portal.payment_status is 'Where a payment stands.';

create type portal.thread_status as enum ('open', 'pending_customer', 'pending_internal', 'closed');
comment on type portal.thread_status is 'Where a conversation stands: whose turn it is, or closed.';

create type portal.sender_type as enum ('portal_customer', 'internal_user', 'system');
comment on type portal.sender_type is 'Who wrote a message: the customer, the company, or the system.';

create type portal.sentiment as enum ('positive', 'neutral', 'negative');
comment on type portal.sentiment is 'The tone of a message, as a model read it.';

create type portal.notification_channel as enum ('email', 'sms', 'slack', 'webhook');
comment on type portal.notification_channel is 'How a notification is delivered.';

create type portal.notification_status as enum ('pending', 'sending', 'sent', 'dead', 'expired', 'canceled');
comment on type portal.notification_status is 'Where a notification stands: pending (also between two tries), sending (a worker has it), sent; dead after the last try or a refusal for good, expired when it came too late, canceled when it was overtaken or not wanted.';

create type portal.ai_context_type as enum ('general_support', 'pre_booking', 'active_job', 'billing_question');
comment on type portal.ai_context_type is 'What a conversation with the assistant is about.';

create type portal.ai_conversation_status as enum ('active', 'ended', 'escalated');
comment on type portal.ai_conversation_status is 'Where a conversation with the assistant stands.';

create type portal.ai_role as enum ('user', 'assistant', 'system');
comment on type portal.ai_role is 'Who wrote in a conversation with the assistant.';

-- What functions answer: the columns of the views of the same name, and what only an answer has.

create type portal.booking_row as (
  id uuid,
  org_id uuid,
  status portal.booking_status,
  service_type text,
  problem_description text,
  location_id uuid,
  preferred_service_date date,
  preferred_time_window_start time,
  preferred_time_window_end time,
  flexible_date boolean,
  attachments jsonb,
  source_channel portal.source_channel,
  appointment_id uuid,
  created_at timestamptz,
  updated_at timestamptz,
  appointment_status portal.work_order_status,
  window_start timestamptz,
  window_end timestamptz,
  technician_name text,
  safety_notice text,
  decision_note text,
  decided_at timestamptz
);
comment on type portal.booking_row is 'A booking request with the appointment that holds its time, as the booking functions answer it. safety_notice, where it is not null, is to be shown before anything else.';

create type portal.appointment_row as (
  org_id uuid,
  id uuid,
  reference text,
  customer_id uuid,
  status portal.work_order_status,
  service_type text,
  service_name text,
  location_id uuid,
  location_label text,
  timezone text,
  window_start timestamptz,
  window_end timestamptz,
  eta timestamptz,
  technician_id uuid,
  technician_name text,
  technician_avatar text,
  job_summary text,
  ics_sequence integer,
  reschedule_count integer,
  completed_at timestamptz,
  canceled_at timestamptz,
  created_at timestamptz,
  updated_at timestamptz,
  fee_cents integer
);
comment on type portal.appointment_row is 'An appointment as the functions that change one answer it: the columns of the view appointments, and the fee that a cancellation costs.';

create type portal.message_row as (
  org_id uuid,
  id uuid,
  thread_id uuid,
  customer_id uuid,
  location_id uuid,
  appointment_id uuid,
  sender_type portal.sender_type,
  sender_name text,
  body text,
  attachments jsonb,
  client_message_id uuid,
  is_mine boolean,
  sent_at timestamptz,
  read_at timestamptz
);
comment on type portal.message_row is 'A message, as send_message answers it: the columns of the view messages.';

create type portal.location_row as (
  org_id uuid,
  id uuid,
  customer_id uuid,
  label text,
  address_line1 text,
  address_line2 text,
  city text,
  region text,
  postal_code text,
  country text,
  timezone text,
  is_primary boolean,
  is_active boolean,
  can_book boolean,
  created_at timestamptz,
  updated_at timestamptz
);
comment on type portal.location_row is 'A location, as the functions that add and change one answer it: the columns of the view locations.';

create type portal.notification_preferences_row as (
  org_id uuid,
  id uuid,
  portal_account_id uuid,
  notify_booking_updates_email boolean,
  notify_booking_updates_sms boolean,
  notify_marketing_email boolean,
  notify_marketing_sms boolean,
  notify_technician_enroute boolean,
  notify_messages_email boolean,
  quiet_hours_start time,
  quiet_hours_end time,
  timezone text,
  created_at timestamptz,
  updated_at timestamptz
);
comment on type portal.notification_preferences_row is 'What an account wants to be told, as update_notification_preferences answers it: the columns of the view notification_preferences.';

-- PostgREST answers a function of this type as that media type.
create domain portal."text/calendar" as text;
comment on domain portal."text/calendar" is 'An iCalendar document (RFC 5545).';
