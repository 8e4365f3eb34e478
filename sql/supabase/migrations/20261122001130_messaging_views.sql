-- Chapter 11c: conversations as customers and as staff read them, and what people want to be told. Built like chapter 11.

create view portal.threads with (security_invoker = true) as
select
  t.org_id,
  t.id,
  t.customer_id,
  t.location_id,
  t.related_work_order_id as appointment_id,
  t.subject,
  t.status,
  t.last_message_at,
  t.last_message_preview,
  (
    select count(*)
    from public.portal_messages m
    where m.org_id = t.org_id and m.thread_id = t.id
      and m.sender_portal_account_id is distinct from (select portal_internal.account_id())
      and not exists (
        select from public.portal_message_reads r
        where r.org_id = m.org_id and r.message_id = m.id and r.user_id = (select portal_internal.user_id())
      )
  )::integer as unread_count,
  t.created_at,
  t.updated_at
from public.portal_threads t
where t.org_id = (select portal_internal.org_id())
  and t.customer_id = any ((select portal_internal.customer_ids())::uuid[]);
comment on view portal.threads is 'Conversations in the caller''s reach. Staff read the view inbox.';
comment on column portal.threads.org_id is 'The company this row belongs to.';
comment on column portal.threads.id is 'Identifies the row, together with org_id.';
comment on column portal.threads.customer_id is 'The customer who takes part.';
comment on column portal.threads.location_id is 'The location it is about; null for the whole customer.';
comment on column portal.threads.appointment_id is 'The appointment it is about, if any.';
comment on column portal.threads.subject is 'What it is about.';
comment on column portal.threads.status is 'Whose turn it is, or closed.';
comment on column portal.threads.last_message_at is 'When the last message was sent.';
comment on column portal.threads.last_message_preview is 'How the last message begins.';
comment on column portal.threads.unread_count is 'How many messages of others the caller has not read.';
comment on column portal.threads.created_at is 'When the row was created.';
comment on column portal.threads.updated_at is 'When the row last changed.';

create view portal.messages with (security_invoker = true) as
select
  m.org_id,
  m.id,
  m.thread_id,
  m.customer_id,
  m.location_id,
  m.related_work_order_id as appointment_id,
  m.sender_type,
  m.sender_name,
  m.body,
  m.attachments,
  m.client_message_id,
  coalesce(m.sender_portal_account_id = (select portal_internal.account_id()), false) as is_mine,
  m.sent_at,
  m.read_at
from public.portal_messages m
where m.org_id = (select portal_internal.org_id())
  and m.customer_id = any ((select portal_internal.customer_ids())::uuid[]);
comment on view portal.messages is
  'Messages of the conversations in the caller''s reach. Staff read the view inbox_messages.';
comment on column portal.messages.org_id is 'The company this row belongs to.';
comment on column portal.messages.id is 'Identifies the row, together with org_id.';
comment on column portal.messages.thread_id is 'The conversation.';
comment on column portal.messages.customer_id is 'The customer who takes part.';
comment on column portal.messages.location_id is 'The location it is about; null for the whole customer.';
comment on column portal.messages.appointment_id is 'The appointment it is about, if any.';
comment on column portal.messages.sender_type is 'A customer, the company, or the system.';
comment on column portal.messages.sender_name is 'Name of the sender.';
comment on column portal.messages.body is 'What was written.';
comment on column portal.messages.attachments is 'Files in Storage: a list of objects.';
comment on column portal.messages.client_message_id is 'The sender''s own id for the message.';
comment on column portal.messages.is_mine is 'True when the caller wrote it.';
comment on column portal.messages.sent_at is 'When it was sent; within a conversation no two are the same.';
comment on column portal.messages.read_at is 'When somebody on the other side first read it.';

create view portal.inbox with (security_invoker = true) as
select
  t.org_id,
  t.id,
  t.customer_id,
  c.full_name as customer_name,
  t.location_id,
  t.related_work_order_id as appointment_id,
  t.subject,
  t.status,
  t.last_message_at,
  t.last_message_preview,
  (
    select count(*)
    from public.portal_messages m
    where m.org_id = t.org_id and m.thread_id = t.id and m.sender_type = 'portal_customer' and m.read_at is null
  )::integer as unread_count,
  (
    select min(m.sent_at)
    from public.portal_messages m
    where m.org_id = t.org_id and m.thread_id = t.id and m.sender_type = 'portal_customer'
      and t.status in ('open', 'pending_internal')
      and m.sent_at > coalesce((
        select max(answer.sent_at)
        from public.portal_messages answer
        where answer.org_id = t.org_id and answer.thread_id = t.id and answer.sender_type = 'internal_user'
      ), '-infinity')
  ) as waiting_since,
  t.created_at,
  t.updated_at
from public.portal_threads t
left join public.customers c on c.org_id = t.org_id and c.id = t.customer_id
where t.org_id = (select portal_internal.org_id())
  and (
    (select portal_internal.is_office())
    or t.related_work_order_id = any ((select portal_internal.job_ids())::uuid[])
  );
comment on view portal.inbox is
  'For staff: the conversations of the whole company, for technicians those about their jobs. Customers read the view threads.';
comment on column portal.inbox.org_id is 'The company this row belongs to.';
comment on column portal.inbox.id is 'Identifies the row, together with org_id.';
comment on column portal.inbox.customer_id is 'The customer who takes part.';
comment on column portal.inbox.customer_name is 'Name of the customer.';
comment on column portal.inbox.location_id is 'The location it is about; null for the whole customer.';
comment on column portal.inbox.appointment_id is 'The appointment it is about, if any.';
comment on column portal.inbox.subject is 'What it is about.';
comment on column portal.inbox.status is 'Whose turn it is, or closed.';
comment on column portal.inbox.last_message_at is 'When the last message was sent.';
comment on column portal.inbox.last_message_preview is 'How the last message begins.';
comment on column portal.inbox.unread_count is 'How many of the customer''s messages nobody at the company has read.';
comment on column portal.inbox.waiting_since is
  'Since when the customer waits for an answer; null when it is not the company''s turn.';
comment on column portal.inbox.created_at is 'When the row was created.';
comment on column portal.inbox.updated_at is 'When the row last changed.';

create view portal.inbox_messages with (security_invoker = true) as
select
  m.org_id,
  m.id,
  m.thread_id,
  m.customer_id,
  m.location_id,
  m.related_work_order_id as appointment_id,
  m.sender_type,
  m.sender_name,
  m.body,
  m.attachments,
  m.client_message_id,
  coalesce(m.sender_user_id = (select portal_internal.user_id()), false) as is_mine,
  -- Customers read the same table, so nobody reads its column; asked for the rows that are shown.
  portal_internal.message_sentiment(m.org_id, m.id) as sentiment,
  m.sent_at,
  m.read_at
from public.portal_messages m
where m.org_id = (select portal_internal.org_id())
  and (
    (select portal_internal.is_office())
    or m.related_work_order_id = any ((select portal_internal.job_ids())::uuid[])
  );
comment on view portal.inbox_messages is
  'For staff: the messages of the conversations in the view inbox. Customers read the view messages.';
comment on column portal.inbox_messages.org_id is 'The company this row belongs to.';
comment on column portal.inbox_messages.id is 'Identifies the row, together with org_id.';
comment on column portal.inbox_messages.thread_id is 'The conversation.';
comment on column portal.inbox_messages.customer_id is 'The customer who takes part.';
comment on column portal.inbox_messages.location_id is 'The location it is about; null for the whole customer.';
comment on column portal.inbox_messages.appointment_id is 'The appointment it is about, if any.';
comment on column portal.inbox_messages.sender_type is 'A customer, the company, or the system.';
comment on column portal.inbox_messages.sender_name is 'Name of the sender.';
comment on column portal.inbox_messages.body is 'What was written.';
comment on column portal.inbox_messages.attachments is 'Files in Storage: a list of objects.';
comment on column portal.inbox_messages.client_message_id is 'The sender''s own id for the message.';
comment on column portal.inbox_messages.is_mine is 'True when the caller wrote it.';
comment on column portal.inbox_messages.sentiment is
  'How the customer sounds, as a model judged it; null when none has.';
comment on column portal.inbox_messages.sent_at is 'When it was sent; within a conversation no two are the same.';
comment on column portal.inbox_messages.read_at is 'When somebody on the other side first read it.';

create view portal.notification_preferences with (security_invoker = true) as
select
  n.org_id,
  n.id,
  n.portal_account_id,
  n.notify_booking_updates_email,
  n.notify_booking_updates_sms,
  n.notify_marketing_email,
  n.notify_marketing_sms,
  n.notify_technician_enroute,
  n.notify_messages_email,
  n.quiet_hours_start,
  n.quiet_hours_end,
  n.timezone,
  n.created_at,
  n.updated_at
from public.portal_notification_preferences n
where n.org_id = any ((select portal_internal.org_ids())::uuid[])
  and n.portal_account_id = any ((select portal_internal.account_ids())::uuid[]);
comment on view portal.notification_preferences is
  'What the caller wants to be told, and how: one row per own account, changed with update_notification_preferences.';
comment on column portal.notification_preferences.org_id is 'The company this row belongs to.';
comment on column portal.notification_preferences.id is 'Identifies the row, together with org_id.';
comment on column portal.notification_preferences.portal_account_id is 'The account.';
comment on column portal.notification_preferences.notify_booking_updates_email is 'News about bookings by e-mail.';
comment on column portal.notification_preferences.notify_booking_updates_sms is
  'News about bookings by text message.';
comment on column portal.notification_preferences.notify_marketing_email is 'Offers by e-mail.';
comment on column portal.notification_preferences.notify_marketing_sms is 'Offers by text message.';
comment on column portal.notification_preferences.notify_technician_enroute is
  'A message when the technician is on the way, even in quiet hours.';
comment on column portal.notification_preferences.notify_messages_email is
  'An e-mail when the company has written in a conversation.';
comment on column portal.notification_preferences.quiet_hours_start is
  'From when messages wait until morning, in the time zone below.';
comment on column portal.notification_preferences.quiet_hours_end is
  'Until when messages wait; before the start when the night lies between.';
comment on column portal.notification_preferences.timezone is
  'IANA time zone of the quiet hours; null for the company''s.';
comment on column portal.notification_preferences.created_at is 'When the row was created.';
comment on column portal.notification_preferences.updated_at is 'When the row last changed.';

-- Access ---------------------------------------------------------------------------------------------

revoke all on table
  portal.threads, portal.messages, portal.inbox, portal.inbox_messages, portal.notification_preferences
  from public, anon, authenticated, service_role;
grant select on table
  portal.threads, portal.messages, portal.inbox, portal.inbox_messages, portal.notification_preferences
  to authenticated;
