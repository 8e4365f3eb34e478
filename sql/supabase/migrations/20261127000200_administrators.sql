-- Chapter 14: what portal_readonly and portal_admin may do with tables and views.
--
-- Both are for people who look after the portal with psql instead of superuser's log-in. Neither bypasses row level
-- security: the policies here open every row to them, the grants say what may be done. Nobody else gains anything,
-- because a policy counts for its own role alone. What they may call: pg_portal/src/admin/surface.sql.
do $$
begin
  if to_regrole('portal_admin') is null or to_regrole('portal_readonly') is null then
    raise exception 'the roles portal_admin and portal_readonly do not exist'
      using hint = 'Run sql/roles.sql as superuser again; it adds what is missing. Then push the migrations again.';
  end if;
end $$;

do $$
declare
  name text;
begin
  foreach name in array array[
    'orgs', 'customers', 'profiles', 'customer_locations', 'customer_contacts', 'service_types', 'booking_windows',
    'booking_policies', 'org_holidays', 'org_business_hours', 'org_channels', 'technicians', 'technician_skills',
    'technician_shifts', 'technician_time_off', 'service_areas', 'work_orders', 'work_order_events', 'work_order_notes',
    'work_order_parts', 'equipment', 'warranties', 'memberships', 'quotes', 'invoices', 'payments', 'documents',
    'crm_interactions', 'portal_accounts', 'portal_account_grants', 'portal_invites', 'portal_receipts',
    'portal_audit_events', 'portal_audit_seals', 'portal_booking_requests', 'portal_threads', 'portal_messages',
    'portal_message_reads', 'portal_notification_preferences', 'portal_notifications', 'portal_live_events', 'kb_articles',
    'kb_embedding_models', 'kb_article_chunks', 'kb_embedding_jobs', 'portal_ai_conversations', 'portal_ai_messages',
    'portal_ai_turns', 'org_assistant_settings', 'portal_sentiment_jobs'
  ] loop
    execute format('create policy "readers of the portal" on public.%I for select to portal_readonly using (true)', name);
  end loop;
  foreach name in array array[
    'orgs', 'customers', 'profiles', 'customer_locations', 'customer_contacts', 'service_types', 'booking_windows',
    'booking_policies', 'org_holidays', 'org_business_hours', 'org_channels', 'technicians', 'technician_skills',
    'technician_shifts', 'technician_time_off', 'service_areas', 'work_orders', 'work_order_events', 'work_order_notes',
    'work_order_parts', 'equipment', 'warranties', 'memberships', 'quotes', 'invoices', 'payments', 'documents',
    'crm_interactions', 'portal_accounts', 'portal_account_grants', 'portal_invites', 'portal_booking_requests',
    'portal_threads', 'portal_messages', 'portal_notification_preferences', 'portal_notifications', 'kb_articles',
    'kb_embedding_models', 'org_assistant_settings'
  ] loop
    execute format('create policy "administrators of the portal" on public.%I to portal_admin using (true) with check (true)', name);
  end loop;
end $$;

-- Reading: everything but secrets.
grant select on table
  public.orgs, public.customers, public.profiles, public.customer_locations, public.customer_contacts,
  public.service_types, public.booking_windows, public.booking_policies, public.org_holidays, public.org_business_hours,
  public.technicians, public.technician_skills, public.technician_shifts, public.technician_time_off,
  public.service_areas, public.work_orders, public.work_order_events, public.work_order_notes, public.work_order_parts,
  public.equipment, public.warranties, public.memberships, public.quotes, public.invoices, public.payments,
  public.documents, public.crm_interactions, public.portal_accounts, public.portal_account_grants,
  public.portal_receipts, public.portal_audit_events, public.portal_audit_seals, public.portal_booking_requests,
  public.portal_threads, public.portal_messages, public.portal_message_reads, public.portal_live_events,
  public.kb_articles, public.kb_embedding_models, public.kb_article_chunks, public.kb_embedding_jobs,
  public.portal_ai_messages, public.portal_ai_turns, public.org_assistant_settings, public.portal_sentiment_jobs
  to portal_readonly;
-- Not the key that webhooks are signed with, nor the address, which for Slack is a secret.
grant select (org_id, id, channel, label, events, is_active, created_at, updated_at)
  on table public.org_channels to portal_readonly;
-- Not what an invitation's token is compared with.
grant select (org_id, id, customer_id, location_ids, role, email, phone, full_name, status, expires_at,
    invited_by_user_id, invited_by_portal_account_id, accepted_by_portal_account_id, accepted_at, sent_count,
    created_at, updated_at)
  on table public.portal_invites to portal_readonly;
-- Not the secret in the links of e-mails.
grant select (org_id, id, portal_account_id, notify_booking_updates_email, notify_booking_updates_sms,
    notify_marketing_email, notify_marketing_sms, notify_technician_enroute, notify_messages_email, quiet_hours_start,
    quiet_hours_end, timezone, created_at, updated_at)
  on table public.portal_notification_preferences to portal_readonly;
-- Not the payload, in which an invitation's token waits to be sent.
grant select (org_id, id, event, category, channel, recipient, portal_account_id, user_id, customer_id, work_order_id,
    channel_id, dedupe_key, not_before, expires_at, status, attempts, lease_until, last_error, sent_at, created_at,
    updated_at)
  on table public.portal_notifications to portal_readonly;
-- Not what the token of a conversation without log-in is compared with.
grant select (org_id, id, portal_account_id, customer_id, context_type, related_work_order_id, status,
    escalated_to_thread_id, started_at, ended_at, updated_at)
  on table public.portal_ai_conversations to portal_readonly;
grant select on all tables in schema portal, portal_admin to portal_readonly;

-- Writing: what a company is and does. As with the secret key, a status or flag ends what has a history.
grant insert, update on table
  public.orgs, public.customers, public.customer_locations, public.customer_contacts, public.work_orders,
  public.work_order_notes, public.work_order_parts, public.equipment, public.warranties, public.memberships,
  public.quotes, public.invoices, public.payments, public.documents, public.crm_interactions, public.portal_accounts,
  public.portal_account_grants, public.portal_booking_requests, public.portal_threads, public.portal_messages,
  public.org_assistant_settings
  to portal_admin;
grant insert on table public.work_order_events to portal_admin;
grant insert, update, delete on table
  public.profiles, public.service_types, public.booking_windows, public.booking_policies, public.org_holidays,
  public.org_business_hours, public.technicians, public.technician_skills, public.technician_shifts,
  public.technician_time_off, public.service_areas, public.kb_articles
  to portal_admin;
-- Who sets up a channel knows its address; its secret can be set, and not be read again.
grant select (address), insert, update, delete on table public.org_channels to portal_admin;
-- To withdraw an invitation, and to hold back or cancel a notification. New ones come from functions alone.
grant update (status) on table public.portal_invites to portal_admin;
grant update (status, attempts, not_before, expires_at) on table public.portal_notifications to portal_admin;
grant update (notify_booking_updates_email, notify_booking_updates_sms, notify_marketing_email, notify_marketing_sms,
    notify_technician_enroute, notify_messages_email, quiet_hours_start, quiet_hours_end, timezone)
  on table public.portal_notification_preferences to portal_admin;
grant update (weak_below) on table public.kb_embedding_models to portal_admin;

-- health() compares the history that the Supabase CLI keeps, where it is ours to show.
do $$
begin
  if exists (
      select from pg_namespace n join pg_class c on c.relnamespace = n.oid and c.relname = 'schema_migrations'
      where n.nspname = 'supabase_migrations' and pg_has_role(n.nspowner, 'usage') and pg_has_role(c.relowner, 'usage')) then
    grant usage on schema supabase_migrations to portal_readonly;
    grant select (version) on table supabase_migrations.schema_migrations to portal_readonly;
  end if;
end $$;
