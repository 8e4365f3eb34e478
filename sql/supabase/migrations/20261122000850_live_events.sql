-- Chapter 8b: live news, from which the gateways feed their event streams.

-- No foreign keys but the company: rows are written with what they speak of, hold ids alone and are gone in a day.
create table public.portal_live_events (
  id uuid not null default gen_random_uuid(),
  org_id uuid not null references public.orgs (id),
  kind text not null check (kind ~ '^[a-z][a-z0-9_]{1,62}$'),
  entity_id uuid not null,
  status text,
  customer_id uuid,
  location_id uuid,
  technician_id uuid,
  thread_id uuid,
  user_id uuid,
  transaction_id xid8 not null default pg_current_xact_id(),
  occurred_at timestamptz not null default clock_timestamp(),
  primary key (org_id, id)
);
comment on table public.portal_live_events is
  'That something changed, for those who watch: ids and a status, never content. Kept for a day.';
comment on column public.portal_live_events.id is 'Identifies the row, together with org_id.';
comment on column public.portal_live_events.org_id is 'The company this row belongs to.';
comment on column public.portal_live_events.kind is
  'appointment_status, message_created, booking_request_updated or notification; access_changed tells streams to look again at who is listening.';
comment on column public.portal_live_events.entity_id is 'The appointment, message, request or notification.';
comment on column public.portal_live_events.status is 'Its status after the change.';
comment on column public.portal_live_events.customer_id is 'The customer whose it is.';
comment on column public.portal_live_events.location_id is 'Its location; null for the whole customer.';
comment on column public.portal_live_events.technician_id is 'The technician whose job it is about.';
comment on column public.portal_live_events.thread_id is 'For a message, its conversation.';
comment on column public.portal_live_events.user_id is 'For one log-in alone, where it is not null.';
comment on column public.portal_live_events.transaction_id is
  'The transaction that wrote it: a snapshot says which transactions a reader has seen, so none is missed however late it commits.';
comment on column public.portal_live_events.occurred_at is 'When it happened.';

create index idx_portal_live_events_transaction_id on public.portal_live_events (transaction_id);
create index idx_portal_live_events_occurred_at on public.portal_live_events (occurred_at);

create trigger refuse_change before update on public.portal_live_events
  for each row execute function portal_internal.refuse_change();

-- Streams ask again who is listening when somebody's access changes.
create trigger z_access after insert or delete or update of status, implicit_grant, role, customer_id
  on public.portal_accounts
  for each row execute function portal_internal.tell_access_change();
comment on trigger z_access on public.portal_accounts is 'Tells event streams that the log-in''s access has changed.';
create trigger z_access after insert or delete or update on public.portal_account_grants
  for each row execute function portal_internal.tell_access_change();
comment on trigger z_access on public.portal_account_grants is
  'Tells event streams that the access of the account''s log-in has changed.';
create trigger z_access after insert or delete or update of role, user_id on public.profiles
  for each row execute function portal_internal.tell_access_change();
comment on trigger z_access on public.profiles is 'Tells event streams that the log-in''s access has changed.';
create trigger z_access after insert or delete or update of user_id, is_active on public.technicians
  for each row execute function portal_internal.tell_access_change();
comment on trigger z_access on public.technicians is
  'Tells event streams that the access of the technician''s log-in has changed.';

-- Access ---------------------------------------------------------------------------------------------

alter table public.portal_live_events enable row level security;
revoke all on table public.portal_live_events from public, anon, authenticated, service_role;

create policy "people hear what is theirs, staff what is in their reach" on public.portal_live_events
  for select to authenticated
  using (
    org_id = (select portal_internal.org_id())
    and (
      user_id = (select portal_internal.user_id())
      or user_id is null
        and (
          (select portal_internal.is_office())
          or customer_id = any ((select portal_internal.customer_ids())::uuid[])
            and (customer_id = any ((select portal_internal.whole_customer_ids())::uuid[])
              or location_id = any ((select portal_internal.location_ids())::uuid[]))
          or technician_id = (select portal_internal.technician_id())
        )
    )
  );

grant select on table public.portal_live_events to authenticated;
grant select, insert, delete on table public.portal_live_events to service_role;
