-- Comments and grants of messaging.

comment on function portal.create_thread(text, text, uuid, uuid, jsonb, uuid) is
  'Begins a conversation with its first message. body: 1 to 10000 characters. subject: up to 200 characters; without one, the message''s first words. What it is about: appointment_id, else location_id, else the caller''s own customer; staff name one of the two, and so do people who reach single locations only. attachments: up to 10 of {path, bucket?, name?, mime_type?, size_bytes?} below <org_id>/<customer_id>/ in Storage. client_message_id: a random id of the client''s; a repetition with the same one answers the same conversation and stores nothing. Errors: PT400 invalid_input; PT403 not_allowed (technicians); PT404 unknown appointment or location; PT409 client_message_id_taken; PT422 attachment_not_yours; PT429 too_many_threads (10 an hour), too_many_messages, with retry_after_seconds in details.';
grant execute on function portal.create_thread(text, text, uuid, uuid, jsonb, uuid) to authenticated;

comment on function portal.send_message(uuid, text, jsonb, uuid) is
  'Writes in a conversation: customers in their reach, the office, and technicians where it is about their job. It becomes the other side''s turn, and a closed conversation is open again. body, attachments: as in create_thread. client_message_id: a random id of the client''s; a repetition with the same one answers the stored message. sent_at rises within a conversation in the order in which messages become visible: page by it. Errors: PT400 invalid_input; PT404; PT409 client_message_id_taken; PT422 attachment_not_yours; PT429 too_many_messages (a customer''s account writes 30 a minute and 300 an hour), with retry_after_seconds in details.';
grant execute on function portal.send_message(uuid, text, jsonb, uuid) to authenticated;

comment on function portal.mark_thread_read(uuid) is
  'Notes that the caller has read all that others have written in a conversation, and answers how many messages are newly read. read_at of a message is when somebody on the other side first did. Errors: PT401, PT404.';
grant execute on function portal.mark_thread_read(uuid) to authenticated;

comment on function portal.set_thread_status(uuid, text) is
  'Sets where a conversation stands, and answers it. The office: open, pending_customer, pending_internal or closed. Customers: closed, and open again what is closed. Repeating it changes nothing. Errors: PT400 invalid_input; PT403 not_allowed (technicians); PT404; PT422 status_not_allowed with the statuses allowed.';
grant execute on function portal.set_thread_status(uuid, text) to authenticated;

comment on function portal_internal.read_thread(uuid) is
  'Privileged step of portal.mark_thread_read. DEFINER, because nobody writes what others have read; it re-checks who asks.';
grant execute on function portal_internal.read_thread(uuid) to authenticated;
comment on function portal_internal.change_thread_status(uuid, portal.thread_status) is
  'Privileged step of portal.set_thread_status. DEFINER, because customers cannot change conversations; it re-checks who asks.';
grant execute on function portal_internal.change_thread_status(uuid, portal.thread_status) to authenticated;

-- DEFINER, because customers do not see the names of staff and cannot write the record of the office. The guards run
-- before the policies check the new row, and what they wrote is undone when those refuse it.
alter function portal_internal.guard_thread() security definer set search_path = pg_catalog, pg_temp;
comment on function portal_internal.guard_thread() is
  'Trigger: fills in whose and where a new conversation is; refuses what is out of the writer''s reach, and more than 10 an hour of one customer''s account (PT429 too_many_threads).';
alter function portal_internal.guard_message() security definer set search_path = pg_catalog, pg_temp;
comment on function portal_internal.guard_message() is
  'Trigger: checks a new message and its attachments, holds customers'' accounts to 30 a minute and 300 an hour (PT429 too_many_messages), fills in the sender''s name (unless a service hands one over) and the time, which rises within a conversation, and writes the office''s own record of it (crm_interactions). A sent_at that is more than a minute old marks an import: it keeps its time, changes nobody''s turn and tells nobody. What is sent again with the same client_message_id has no effect.';
alter function portal_internal.follow_message() security definer set search_path = pg_catalog, pg_temp;
comment on function portal_internal.follow_message() is
  'Trigger: after a message it is the other side''s turn; tells those who watch and those who want to be notified; answers a customer, once per conversation and closure, while the office is closed.';
