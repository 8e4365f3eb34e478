-- Chapter 11f: the outbox as a DBA looks at it.

create view portal_admin.notification_queue with (security_invoker = true) as
select
  o.slug as org_slug,
  n.org_id,
  n.id,
  n.event,
  n.channel,
  n.recipient,
  n.status,
  n.attempts,
  n.not_before,
  n.expires_at,
  n.lease_until,
  n.last_error,
  n.created_at,
  now() - n.created_at as age
from public.portal_notifications n
join public.orgs o on o.id = n.org_id
where n.status in ('pending', 'sending', 'dead');
comment on view portal_admin.notification_queue is
  'What is to be sent, is being sent, or was given up (dead): see portal_admin.retry_notifications(). What was sent, expired or canceled is in public.portal_notifications for 30 days.';
comment on column portal_admin.notification_queue.org_slug is 'The company.';
comment on column portal_admin.notification_queue.org_id is 'The company''s id.';
comment on column portal_admin.notification_queue.id is 'Identifies the notification, together with the company.';
comment on column portal_admin.notification_queue.event is 'What happened, such as appointment_moved.';
comment on column portal_admin.notification_queue.channel is 'How it is sent.';
comment on column portal_admin.notification_queue.recipient is 'Address or number it goes to, or the label of the channel.';
comment on column portal_admin.notification_queue.status is 'Where it stands.';
comment on column portal_admin.notification_queue.attempts is 'How often sending was tried.';
comment on column portal_admin.notification_queue.not_before is 'When it may be sent at the earliest.';
comment on column portal_admin.notification_queue.expires_at is 'When it is too late to send.';
comment on column portal_admin.notification_queue.lease_until is 'Until when a worker has it in hand.';
comment on column portal_admin.notification_queue.last_error is 'Why the last try failed.';
comment on column portal_admin.notification_queue.created_at is 'When it was queued.';
comment on column portal_admin.notification_queue.age is 'How long ago that was.';

revoke all on table portal_admin.notification_queue from public, anon, authenticated;
grant select on table portal_admin.notification_queue to service_role;
