-- A customer, ann, with a mark in whatever may be personal: mk-<table>-<column> in texts, +1555010… in phone numbers,
-- 203.0.113.77 as address. Beside her ben, whose thread she writes in, cal, who has nothing to do with her, and lou, who has
-- an account at her customer and another one at another company.
call busy.open(technicians => 1, starts => array['08:00', '12:00']::time[], days => 1);
call busy.customers(array['ann', 'ben', 'cal', 'guest']);
call busy.log_in('lou');
call busy.dispatcher('dora');

create schema marks;
create function marks.mark(place text) returns text immutable language sql as $$ select 'mk-' || place $$;
create function marks.mail(place text) returns text immutable language sql as $$ select 'mk-' || place || '@marks.example' $$;
create table marks.ids as
select busy.id('company') as org_id, busy.id('ann/customer') as customer_id, busy.id('ann/home') as location_id,
  busy.id('ann/account') as account_id, busy.id('ann') as user_id, null::uuid as job_id, null::uuid as thread_id;

-- As ann, so that the log has her address and program.
begin;
select set_config('request.headers', '{"x-real-ip": "203.0.113.77", "user-agent": "mk-portal_audit_events-user_agent"}', true);
call busy.become('ann');
select busy.book('ann', 'tune_up', 'slot 1');
select portal.create_thread('mk-portal_threads-subject', 'mk-portal_messages-body', location_id => busy.id('ann/home'));
select portal.record_event('login', '{}');
commit;

update marks.ids set
  job_id = (select w.id from public.work_orders w join marks.ids i using (org_id, customer_id)),
  thread_id = (select t.id from public.portal_threads t join marks.ids i using (org_id, customer_id));

-- The rest as the office would, in SQL, with all triggers.
update auth.users set email = marks.mail('auth_users-email') where id = busy.id('ann');
update public.customers set full_name = 'mk-customers-full_name', email = marks.mail('customers-email'), phone = '+15550100001',
  billing_address_line1 = 'mk-customers-line1', billing_address_line2 = 'mk-customers-line2', billing_city = 'mk-customers-city',
  billing_region = 'mk-customers-region', billing_postal_code = 'mk-customers-zip'
from marks.ids i where customers.org_id = i.org_id and customers.id = i.customer_id;
update public.customer_locations l set label = 'mk-locations-label', address_line1 = 'mk-locations-line1',
  address_line2 = 'mk-locations-line2', city = 'mk-locations-city', region = 'mk-locations-region', postal_code = 'mk-locations-zip'
from marks.ids i where l.org_id = i.org_id and l.id = i.location_id;
insert into public.customer_contacts (org_id, customer_id, full_name, email, phone, role)
select org_id, customer_id, 'mk-contacts-name', marks.mail('contacts-email'), '+15550100002', 'mk-contacts-role' from marks.ids;
-- One that is gone already: only the log knew.
insert into public.customer_contacts (org_id, customer_id, full_name) select org_id, customer_id, 'mk-contacts-gone' from marks.ids;
update public.customer_contacts set email = marks.mail('contacts-gone') where full_name = 'mk-contacts-gone';
delete from public.customer_contacts where full_name = 'mk-contacts-gone';
insert into public.profiles (org_id, user_id, customer_id, full_name, email, phone, avatar_url)
select org_id, user_id, customer_id, 'mk-profiles-name', marks.mail('profiles-email'), '+15550100003', 'https://mk-profiles-avatar.example' from marks.ids;
insert into public.portal_account_grants (org_id, portal_account_id, customer_id, capabilities)
select org_id, account_id, busy.id('ben/customer'), array['view', 'book']::portal.capability[] from marks.ids;
insert into public.portal_account_grants (org_id, portal_account_id, customer_id, capabilities)
select org_id, busy.id('guest/account'), customer_id, array['view']::portal.capability[] from marks.ids;
insert into public.portal_invites (org_id, customer_id, email, phone, full_name, token_hash, expires_at)
select org_id, customer_id, marks.mail('invites-email'), '+15550100004', 'mk-invites-name', sha256('token'), now() + interval '1 day' from marks.ids;
insert into public.portal_receipts (org_id, portal_account_id, operation, key, request_hash, answer)
select org_id, account_id, 'test', 'key', sha256('x'), '{"x": "mk-receipts-answer"}' from marks.ids;
update public.portal_booking_requests b set decision_note = 'mk-requests-note',
  attachments = jsonb_build_array(jsonb_build_object('path', concat_ws('/', i.org_id, i.customer_id, 'photo', 'mk-requests-file.png')))
from marks.ids i where b.org_id = i.org_id and b.customer_id = i.customer_id;
set session_replication_role = replica;
update public.portal_booking_requests b set problem_description = 'mk-requests-problem' from marks.ids i where b.customer_id = i.customer_id;
set session_replication_role = origin;
update public.work_orders w set status_note = 'mk-jobs-note', job_summary = 'mk-jobs-summary', contact_email = marks.mail('jobs-email'),
  contact_phone = '+15550100005', cancel_reason = 'mk-jobs-reason'
from marks.ids i where w.org_id = i.org_id and w.id = i.job_id;
insert into public.work_order_events (org_id, work_order_id, event_type, note, actor_type, actor_user_id)
select org_id, job_id, 'called', 'mk-job_events-note', 'portal_user', user_id from marks.ids;
insert into public.work_order_notes (org_id, work_order_id, body, author_name, visibility)
select org_id, job_id, 'mk-job_notes-body', 'mk-job_notes-author', 'internal' from marks.ids;
insert into public.work_order_parts (org_id, work_order_id, name) select org_id, job_id, 'Capacitor' from marks.ids;
insert into public.equipment (org_id, customer_id, location_id, kind, manufacturer, model, serial_number)
select org_id, customer_id, location_id, 'mk-equipment-kind', 'mk-equipment-maker', 'mk-equipment-model', 'mk-equipment-serial' from marks.ids;
insert into public.warranties (org_id, customer_id, location_id, title, provider, coverage, starts_on)
select org_id, customer_id, location_id, 'mk-warranties-title', 'mk-warranties-provider', 'mk-warranties-coverage', current_date from marks.ids;
insert into public.memberships (org_id, customer_id, plan_name, starts_on, price_cents)
select org_id, customer_id, 'Comfort plan', current_date, 9900 from marks.ids;
insert into public.quotes (org_id, customer_id, number, total_cents) select org_id, customer_id, 'Q-ann', 100 from marks.ids;
insert into public.invoices (org_id, customer_id, number, total_cents, status) select org_id, customer_id, 'I-ann', 100, 'paid' from marks.ids;
insert into public.payments (org_id, customer_id, invoice_id, amount_cents, method, provider_reference, status, paid_at)
select i.org_id, i.customer_id, v.id, 100, 'mk-payments-card', 'mk-payments-reference', 'succeeded', now()
from marks.ids i join public.invoices v using (org_id, customer_id);
insert into public.documents (org_id, customer_id, kind, title, path, mime_type)
select org_id, customer_id, 'photo', 'mk-documents-title', concat_ws('/', org_id, customer_id, 'photo', 'mk-documents-path.png'), 'image/png' from marks.ids;
insert into public.crm_interactions (org_id, customer_id, kind, direction, summary)
select org_id, customer_id, 'call', 'inbound', 'mk-crm-summary' from marks.ids;
set session_replication_role = replica;
update public.portal_messages m set sender_name = 'mk-messages-sender',
  attachments = jsonb_build_array(jsonb_build_object('path', concat_ws('/', i.org_id, i.customer_id, 'photo', 'mk-messages-file.png')))
from marks.ids i where m.org_id = i.org_id and m.thread_id = i.thread_id;
set session_replication_role = origin;
insert into public.portal_sentiment_jobs (org_id, message_id)
select m.org_id, m.id from public.portal_messages m join marks.ids i using (org_id, thread_id) on conflict do nothing;
insert into public.portal_message_reads (org_id, message_id, user_id, portal_account_id)
select m.org_id, m.id, i.user_id, i.account_id from public.portal_messages m join marks.ids i using (org_id, thread_id) on conflict do nothing;
insert into public.portal_notifications (org_id, event, category, channel, recipient, portal_account_id, customer_id, payload, dedupe_key, not_before)
select org_id, 'appointment_moved', 'booking_updates', 'email', marks.mail('notifications-to'), account_id, customer_id, '{"x": "mk-notifications-payload"}', 'x', '2100-01-01' from marks.ids;
with talk as (
  insert into public.portal_ai_conversations (org_id, portal_account_id, customer_id, session_token_hash)
  select org_id, account_id, customer_id, sha256('s') from marks.ids returning org_id, id
), said as (
  insert into public.portal_ai_messages (org_id, conversation_id, role, content, citations, report_reason, metadata)
  select org_id, id, 'assistant', 'mk-ai-content', '["mk-ai-citation"]', 'mk-ai-reason', '{"x": "mk-ai-metadata"}' from talk
)
insert into public.portal_ai_turns (org_id, conversation_id, turn_id, lease_until, reserved_tokens)
select org_id, id, gen_random_uuid(), now() + interval '1 hour', 0 from talk;

-- ann writes to ben's thread, as his manager.
with thread as (
  insert into public.portal_threads (org_id, customer_id, subject, created_by_portal_account_id)
  select org_id, busy.id('ben/customer'), 'Ben''s own words', busy.id('ben/account') from marks.ids returning org_id, id
)
insert into public.portal_messages (org_id, thread_id, body, sender_portal_account_id, sender_name)
select t.org_id, t.id, 'mk-messages-for_ben', i.account_id, 'mk-messages-for_ben-sender' from thread t cross join marks.ids i;

-- lou: at ann's customer, and a customer of another company.
insert into public.portal_accounts (org_id, user_id, customer_id) select org_id, busy.id('lou'), customer_id from marks.ids;
with org as (insert into public.orgs (slug, name, timezone) values ('elsewhere', 'Elsewhere', 'UTC') returning id),
  customer as (insert into public.customers (org_id, full_name) select id, 'Lou' from org returning org_id, id)
insert into public.portal_accounts (org_id, user_id, customer_id) select org_id, busy.id('lou'), id from customer;

insert into storage.objects (bucket_id, name) select 'attachments', concat_ws('/', org_id, customer_id, 'photo', 'mk-storage-file.png') from marks.ids;
