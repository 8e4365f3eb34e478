-- Chapter 12: what portal_owner may touch.
--
-- portal_owner owns the few privileged steps in portal_internal (sign-up, invitations, receipts, the audit
-- trigger, reserving time and letting it go, conversations, the outbox). It is neither superuser nor bypasses row level security, so this page is
-- all that those steps can ever reach: the policies open the rows, the grants say what may be done to them.

grant usage on schema public to portal_owner;

create policy "internal steps" on public.orgs to portal_owner using (true) with check (true);
create policy "internal steps" on public.profiles to portal_owner using (true) with check (true);
create policy "internal steps" on public.customers to portal_owner using (true) with check (true);
create policy "internal steps" on public.customer_contacts to portal_owner using (true) with check (true);
create policy "internal steps" on public.customer_locations to portal_owner using (true) with check (true);
create policy "internal steps" on public.service_types to portal_owner using (true) with check (true);
create policy "internal steps" on public.booking_windows to portal_owner using (true) with check (true);
create policy "internal steps" on public.booking_policies to portal_owner using (true) with check (true);
create policy "internal steps" on public.org_holidays to portal_owner using (true) with check (true);
create policy "internal steps" on public.technicians to portal_owner using (true) with check (true);
create policy "internal steps" on public.technician_skills to portal_owner using (true) with check (true);
create policy "internal steps" on public.technician_shifts to portal_owner using (true) with check (true);
create policy "internal steps" on public.technician_time_off to portal_owner using (true) with check (true);
create policy "internal steps" on public.service_areas to portal_owner using (true) with check (true);
create policy "internal steps" on public.work_orders to portal_owner using (true) with check (true);
create policy "internal steps" on public.work_order_events to portal_owner using (true) with check (true);
create policy "internal steps" on public.quotes to portal_owner using (true) with check (true);
create policy "internal steps" on public.portal_accounts to portal_owner using (true) with check (true);
create policy "internal steps" on public.portal_account_grants to portal_owner using (true) with check (true);
create policy "internal steps" on public.portal_invites to portal_owner using (true) with check (true);
create policy "internal steps" on public.portal_receipts to portal_owner using (true) with check (true);
create policy "internal steps" on public.portal_audit_events to portal_owner using (true) with check (true);
create policy "internal steps" on public.portal_booking_requests to portal_owner using (true) with check (true);
create policy "internal steps" on public.portal_notification_preferences to portal_owner using (true) with check (true);
create policy "internal steps" on public.org_business_hours to portal_owner using (true) with check (true);
create policy "internal steps" on public.org_channels to portal_owner using (true) with check (true);
create policy "internal steps" on public.documents to portal_owner using (true) with check (true);
create policy "internal steps" on public.crm_interactions to portal_owner using (true) with check (true);
create policy "internal steps" on public.portal_threads to portal_owner using (true) with check (true);
create policy "internal steps" on public.portal_messages to portal_owner using (true) with check (true);
create policy "internal steps" on public.portal_message_reads to portal_owner using (true) with check (true);
create policy "internal steps" on public.portal_notifications to portal_owner using (true) with check (true);
create policy "internal steps" on public.portal_live_events to portal_owner using (true) with check (true);
create policy "internal steps" on public.portal_ai_conversations to portal_owner using (true) with check (true);
create policy "internal steps" on public.portal_ai_messages to portal_owner using (true) with check (true);
create policy "internal steps" on public.portal_ai_turns to portal_owner using (true) with check (true);
create policy "internal steps" on public.org_assistant_settings to portal_owner using (true) with check (true);
create policy "internal steps" on public.portal_sentiment_jobs to portal_owner using (true) with check (true);
create policy "internal steps" on public.kb_articles to portal_owner using (true) with check (true);
create policy "internal steps" on public.kb_embedding_models to portal_owner using (true) with check (true);
create policy "internal steps" on public.kb_article_chunks to portal_owner using (true) with check (true);
create policy "internal steps" on public.kb_embedding_jobs to portal_owner using (true) with check (true);

-- To work out who the caller is and what is theirs, and to find customers by verified identifiers.
grant select on table public.orgs, public.profiles, public.customers, public.customer_contacts,
  public.customer_locations, public.portal_accounts, public.portal_account_grants, public.portal_invites,
  public.portal_receipts, public.portal_notification_preferences
  to portal_owner;
-- A quote's number, like a job's reference, helps to link a sign-up.
grant select on table public.quotes to portal_owner;
-- To find free time.
grant select on table public.service_types, public.booking_windows, public.booking_policies, public.org_holidays,
  public.technicians, public.technician_skills, public.technician_shifts, public.technician_time_off,
  public.service_areas, public.work_orders, public.portal_booking_requests
  to portal_owner;

-- Sign-up, invitations and access.
grant insert on table public.customers, public.customer_contacts, public.profiles, public.portal_accounts,
  public.portal_account_grants, public.portal_invites, public.portal_receipts, public.portal_notification_preferences
  to portal_owner;
-- A person's role at the company is not among these: no step can make anybody staff.
grant update (customer_id, full_name, email, phone, preferred_language) on table public.profiles to portal_owner;
grant update (role, status, implicit_grant, invited_via, primary_location_id, last_login_at)
  on table public.portal_accounts to portal_owner;
grant update (capabilities, granted_by_user_id, revoked_at) on table public.portal_account_grants to portal_owner;
grant update (location_ids, role, phone, full_name, token_hash, status, expires_at, invited_by_user_id,
    invited_by_portal_account_id, accepted_by_portal_account_id, accepted_at, sent_count)
  on table public.portal_invites to portal_owner;
grant update (answer), delete on table public.portal_receipts to portal_owner;

-- The audit trigger.
grant insert on table public.portal_audit_events to portal_owner;
-- The job that holds the time of a request, its timeline, and what becomes of both.
grant insert on table public.work_orders to portal_owner;
grant update (status, status_note, technician_id, window_start, window_end, hold_expires_at, reschedule_count,
    canceled_at, cancel_reason, cancel_fee_cents)
  on table public.work_orders to portal_owner;
grant select, insert on table public.work_order_events to portal_owner;
grant update (status, related_work_order_id, preferred_service_date, preferred_time_window_start,
    preferred_time_window_end, decision_note, decided_at, updated_at)
  on table public.portal_booking_requests to portal_owner;

-- What the company thinks of a visit is not among these, nor are bills: what shows them runs as the caller.
grant select on table public.documents to portal_owner;
-- That a job was looked at is written once an hour.
grant select (org_id, id, portal_account_id, actor_user_id, event_type, entity, entity_id, occurred_at)
  on table public.portal_audit_events to portal_owner;

-- Conversations: the guard, what follows a message, and who has read it.
grant select on table public.org_business_hours, public.portal_threads, public.portal_messages,
  public.portal_message_reads
  to portal_owner;
grant update (status, last_message_at, last_message_preview) on table public.portal_threads to portal_owner;
grant insert, update (read_at) on table public.portal_messages to portal_owner;
grant insert on table public.portal_message_reads to portal_owner;
grant select (org_id, id), insert on table public.crm_interactions to portal_owner;

-- The outbox, and the preferences that a link in an e-mail switches off.
grant select on table public.org_channels to portal_owner;
grant select, insert, update, delete on table public.portal_notifications to portal_owner;
grant update (notify_booking_updates_email, notify_booking_updates_sms, notify_marketing_email, notify_marketing_sms,
    notify_technician_enroute, notify_messages_email)
  on table public.portal_notification_preferences to portal_owner;

-- Live news: written by the triggers, read for the gateways, forgotten after a day.
grant select, insert, delete on table public.portal_live_events to portal_owner;

-- The assistant: conversations, answers and what was said of them, open turns, and the thread that a person goes on in.
grant select on table public.org_assistant_settings, public.portal_ai_conversations, public.portal_ai_messages
  to portal_owner;
grant insert, update (portal_account_id, customer_id, status, escalated_to_thread_id, ended_at)
  on table public.portal_ai_conversations to portal_owner;
grant insert, update (portal_account_id, content, citations, finish_reason, is_answered, is_helpful, report_reason,
    reported_at, tokens_used, metadata)
  on table public.portal_ai_messages to portal_owner;
grant select, insert, update, delete on table public.portal_ai_turns to portal_owner;
grant insert on table public.portal_threads to portal_owner;
-- The tone of messages.
grant select, insert, update, delete on table public.portal_sentiment_jobs to portal_owner;
grant update (sentiment) on table public.portal_messages to portal_owner;

-- The knowledge base: passages follow their articles, embeddings and switches follow the gateway.
grant select on table public.kb_articles to portal_owner;
grant select, insert, update, delete on table public.kb_embedding_models, public.kb_article_chunks,
  public.kb_embedding_jobs
  to portal_owner;

notify pgrst, 'reload schema';
