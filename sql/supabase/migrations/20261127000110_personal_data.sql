-- Chapter 15: what export and erasure of personal data may touch (portal_admin.export_customer, erase_customer).
--
-- Which rows and columns that is stands in one list, pg_portal/src/privacy/inventory.txt; portal_admin.personal_data() shows it.

-- An account whose person is gone.
alter table public.portal_accounts alter column user_id drop not null;
alter table public.portal_accounts add constraint portal_accounts_nobody check (user_id is not null or status = 'closed');
comment on column public.portal_accounts.user_id is
  'The person''s log-in. One account per company; accounts are closed, not deleted. Null once the person was erased.';

create policy "internal steps" on public.work_order_notes to portal_owner using (true) with check (true);
create policy "internal steps" on public.work_order_parts to portal_owner using (true) with check (true);
create policy "internal steps" on public.equipment to portal_owner using (true) with check (true);
create policy "internal steps" on public.warranties to portal_owner using (true) with check (true);
create policy "internal steps" on public.memberships to portal_owner using (true) with check (true);
create policy "internal steps" on public.invoices to portal_owner using (true) with check (true);
create policy "internal steps" on public.payments to portal_owner using (true) with check (true);

-- To export.
grant select on table public.work_order_notes, public.work_order_parts, public.equipment, public.warranties,
  public.memberships, public.invoices, public.payments, public.crm_interactions
  to portal_owner;

-- To erase: rows that go,
grant delete on table public.portal_ai_messages, public.portal_ai_conversations, public.portal_message_reads,
  public.portal_messages, public.portal_threads, public.crm_interactions, public.portal_booking_requests,
  public.portal_notification_preferences, public.portal_account_grants, public.portal_invites, public.documents,
  public.warranties, public.equipment, public.work_order_notes, public.customer_contacts, public.profiles
  to portal_owner;
-- and what goes from rows that stay.
grant update (sender_name, body, attachments, sender_user_id) on table public.portal_messages to portal_owner;
grant update (subject) on table public.portal_threads to portal_owner;
grant update (summary) on table public.crm_interactions to portal_owner;
grant update (note, actor_user_id) on table public.work_order_events to portal_owner;
grant update (method, provider_reference) on table public.payments to portal_owner;
grant update (job_summary, contact_email, contact_phone) on table public.work_orders to portal_owner;
grant update (user_id) on table public.portal_accounts to portal_owner;
grant update (label, address_line1, address_line2, city, region, postal_code, is_active)
  on table public.customer_locations to portal_owner;
-- FOR UPDATE, on which an erasure waits for whatever is being written about the customer, takes the right to update.
grant update (full_name, email, phone, billing_address_line1, billing_address_line2, billing_city, billing_region,
    billing_postal_code, do_not_contact, is_active)
  on table public.customers to portal_owner;

notify pgrst, 'reload schema';
