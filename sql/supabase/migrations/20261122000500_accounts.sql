-- Chapter 5: who may do what in the portal, how people are invited, and the record of what they did.

create table public.portal_accounts (
  id uuid not null default gen_random_uuid(),
  org_id uuid not null references public.orgs (id),
  user_id uuid not null references auth.users (id) on delete restrict,
  customer_id uuid not null,
  primary_location_id uuid,
  role portal.account_role not null default 'customer',
  status portal.account_status not null default 'active',
  invited_via portal.invited_via,
  linked_by text check (linked_by in ('invite', 'email', 'phone', 'reference', 'new')),
  implicit_grant boolean not null default true,
  last_login_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (org_id, id),
  unique (org_id, user_id),
  foreign key (org_id, customer_id) references public.customers (org_id, id) on delete restrict,
  foreign key (org_id, customer_id, primary_location_id)
    references public.customer_locations (org_id, customer_id, id)
);
comment on table public.portal_accounts is
  'Connects a log-in with a customer of a company and says what the person is to that customer.';
comment on column public.portal_accounts.id is 'Identifies the row, together with org_id.';
comment on column public.portal_accounts.org_id is 'The company this row belongs to.';
comment on column public.portal_accounts.user_id is
  'The person''s log-in. One account per company; accounts are closed, not deleted.';
comment on column public.portal_accounts.customer_id is 'The customer the person belongs to.';
comment on column public.portal_accounts.primary_location_id is 'The location the portal opens with.';
comment on column public.portal_accounts.role is 'What the person is to the customer.';
comment on column public.portal_accounts.status is 'Only active accounts have access, whatever a token says.';
comment on column public.portal_accounts.invited_via is 'How the account came about.';
comment on column public.portal_accounts.linked_by is
  'What proved whose account it is: an invite, a verified email or phone, a reference, or nothing for a new customer.';
comment on column public.portal_accounts.implicit_grant is
  'True: the account reaches its whole customer as its role allows. False: only what portal_account_grants give.';
comment on column public.portal_accounts.last_login_at is 'When the person last signed in.';
comment on column public.portal_accounts.created_at is 'When the row was created.';
comment on column public.portal_accounts.updated_at is 'When the row last changed.';

create index idx_portal_accounts_org_id_customer_id on public.portal_accounts (org_id, customer_id, primary_location_id);
create index idx_portal_accounts_user_id on public.portal_accounts (user_id);

create trigger keep_keys before update on public.portal_accounts
  for each row execute function portal_internal.keep_columns('org_id', 'id', 'user_id', 'customer_id');
create trigger touch before update on public.portal_accounts
  for each row execute function portal_internal.touch_updated_at();
create trigger audit after insert or update or delete on public.portal_accounts
  for each row execute function portal_internal.audit_row('account');
create trigger init_account after insert on public.portal_accounts
  for each row execute function portal_internal.init_account();
comment on trigger init_account on public.portal_accounts is 'Gives every account its notification preferences.';

create table public.portal_account_grants (
  id uuid not null default gen_random_uuid(),
  org_id uuid not null references public.orgs (id),
  portal_account_id uuid not null,
  customer_id uuid not null,
  location_id uuid,
  capabilities portal.capability[] not null
    check (cardinality(capabilities) > 0 and array_position(capabilities, null) is null),
  granted_by_user_id uuid references auth.users (id) on delete set null,
  revoked_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (org_id, id),
  unique nulls not distinct (org_id, portal_account_id, customer_id, location_id),
  foreign key (org_id, portal_account_id) references public.portal_accounts (org_id, id),
  foreign key (org_id, customer_id) references public.customers (org_id, id),
  foreign key (org_id, customer_id, location_id) references public.customer_locations (org_id, customer_id, id)
);
comment on table public.portal_account_grants is
  'What an account may do beyond its own customer, or instead of it, as for people invited to one location.';
comment on column public.portal_account_grants.id is 'Identifies the row, together with org_id.';
comment on column public.portal_account_grants.org_id is 'The company this row belongs to.';
comment on column public.portal_account_grants.portal_account_id is 'Who may.';
comment on column public.portal_account_grants.customer_id is 'At which customer.';
comment on column public.portal_account_grants.location_id is 'At which location; null for all of the customer.';
comment on column public.portal_account_grants.capabilities is 'What: view, book, cancel, billing, manage.';
comment on column public.portal_account_grants.granted_by_user_id is 'The log-in of whoever granted it.';
comment on column public.portal_account_grants.revoked_at is 'When it was taken back; null while it counts.';
comment on column public.portal_account_grants.created_at is 'When the row was created.';
comment on column public.portal_account_grants.updated_at is 'When the row last changed.';

create index idx_portal_account_grants_org_id_customer_id
  on public.portal_account_grants (org_id, customer_id, location_id);
create index idx_portal_account_grants_granted_by_user_id on public.portal_account_grants (granted_by_user_id);

create trigger keep_keys before update on public.portal_account_grants
  for each row execute function portal_internal.keep_columns(
    'org_id', 'id', 'portal_account_id', 'customer_id', 'location_id'
  );
create trigger touch before update on public.portal_account_grants
  for each row execute function portal_internal.touch_updated_at();
create trigger audit after insert or update or delete on public.portal_account_grants
  for each row execute function portal_internal.audit_row('grant');

create table public.portal_invites (
  id uuid not null default gen_random_uuid(),
  org_id uuid not null references public.orgs (id),
  customer_id uuid not null,
  location_ids uuid[] not null default '{}'
    check (cardinality(location_ids) <= 500 and array_position(location_ids, null) is null),
  role portal.account_role not null default 'customer',
  email text not null check (char_length(email) <= 254 and email ~ '^[^@[:space:]]+@[^@[:space:]]+$'),
  phone text check (phone ~ '^\+[1-9][0-9]{6,14}$'),
  full_name text check (char_length(btrim(full_name)) between 1 and 200),
  token_hash bytea not null check (octet_length(token_hash) = 32),
  status portal.invite_status not null default 'pending',
  expires_at timestamptz not null,
  invited_by_user_id uuid references auth.users (id) on delete set null,
  invited_by_portal_account_id uuid,
  accepted_by_portal_account_id uuid,
  accepted_at timestamptz,
  sent_count integer not null default 1 check (sent_count >= 0),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (org_id, id),
  unique (org_id, token_hash),
  check ((status = 'accepted') = (accepted_at is not null)),
  foreign key (org_id, customer_id) references public.customers (org_id, id),
  foreign key (org_id, invited_by_portal_account_id) references public.portal_accounts (org_id, id),
  foreign key (org_id, accepted_by_portal_account_id) references public.portal_accounts (org_id, id)
);
comment on table public.portal_invites is
  'Invitations to the portal. The token is stored hashed, works once and expires.';
comment on column public.portal_invites.id is 'Identifies the row, together with org_id.';
comment on column public.portal_invites.org_id is 'The company this row belongs to.';
comment on column public.portal_invites.customer_id is 'The customer the invited person will belong to.';
comment on column public.portal_invites.location_ids is
  'The locations they will reach; empty for the whole customer.';
comment on column public.portal_invites.role is 'What they will be to the customer.';
comment on column public.portal_invites.email is 'Where the invitation goes.';
comment on column public.portal_invites.phone is 'Phone number in E.164 form, if known.';
comment on column public.portal_invites.full_name is 'Name of the invited person, if known.';
comment on column public.portal_invites.token_hash is
  'SHA-256 of the token; the token itself is shown once and not kept.';
comment on column public.portal_invites.status is 'Where the invitation stands.';
comment on column public.portal_invites.expires_at is 'Until when it can be accepted.';
comment on column public.portal_invites.invited_by_user_id is 'The log-in of whoever invited.';
comment on column public.portal_invites.invited_by_portal_account_id is
  'The account of whoever invited, if it was a property manager.';
comment on column public.portal_invites.accepted_by_portal_account_id is 'The account it turned into.';
comment on column public.portal_invites.accepted_at is 'When it was accepted.';
comment on column public.portal_invites.sent_count is 'How often it was sent; each time with a new token.';
comment on column public.portal_invites.created_at is 'When the row was created.';
comment on column public.portal_invites.updated_at is 'When the row last changed.';

-- A token is looked up before its company is known.
create index idx_portal_invites_token_hash on public.portal_invites (token_hash);
create unique index portal_invites_one_pending on public.portal_invites (org_id, customer_id, lower(email))
  where status = 'pending';
create index idx_portal_invites_org_id_customer_id on public.portal_invites (org_id, customer_id, created_at desc);
create index idx_portal_invites_org_id_email on public.portal_invites (org_id, lower(email));
create index idx_portal_invites_invited_by_user_id on public.portal_invites (invited_by_user_id);
create index idx_portal_invites_invited_by on public.portal_invites (org_id, invited_by_portal_account_id);
create index idx_portal_invites_accepted_by on public.portal_invites (org_id, accepted_by_portal_account_id);

create trigger keep_keys before update on public.portal_invites
  for each row execute function portal_internal.keep_columns('org_id', 'id', 'customer_id');
create trigger touch before update on public.portal_invites
  for each row execute function portal_internal.touch_updated_at();
create trigger audit after insert or update or delete on public.portal_invites
  for each row execute function portal_internal.audit_row('invite', 'token_hash');

create table public.portal_receipts (
  org_id uuid not null references public.orgs (id),
  portal_account_id uuid not null,
  operation text not null check (char_length(operation) between 1 and 100),
  key text not null check (char_length(key) between 1 and 255),
  request_hash bytea not null check (octet_length(request_hash) = 32),
  answer jsonb,
  created_at timestamptz not null default now(),
  primary key (org_id, portal_account_id, operation, key),
  foreign key (org_id, portal_account_id) references public.portal_accounts (org_id, id)
);
comment on table public.portal_receipts is
  'Answers to calls with an idempotency key, so that a repeated call has no second effect.';
comment on column public.portal_receipts.org_id is 'The company this row belongs to.';
comment on column public.portal_receipts.portal_account_id is 'Whose call it was.';
comment on column public.portal_receipts.operation is 'The function that was called.';
comment on column public.portal_receipts.key is 'The caller''s key.';
comment on column public.portal_receipts.request_hash is 'SHA-256 of the input, to tell a repeat from a reused key.';
comment on column public.portal_receipts.answer is 'The first answer; null while the call is under way.';
comment on column public.portal_receipts.created_at is 'When the row was created.';

create index idx_portal_receipts_created_at on public.portal_receipts (created_at);
comment on index public.idx_portal_receipts_created_at is 'For purging old receipts.';

create table public.portal_audit_events (
  id uuid not null default gen_random_uuid(),
  org_id uuid not null references public.orgs (id),
  portal_account_id uuid,
  event_type text not null check (event_type ~ '^[a-z][a-z0-9_]{1,62}$'),
  event_payload jsonb check (jsonb_typeof(event_payload) = 'object'),
  ip_address inet,
  user_agent text check (char_length(user_agent) <= 1000),
  occurred_at timestamptz not null default now(),
  actor_type portal.actor_type not null,
  actor_user_id uuid,
  entity text check (entity ~ '^[a-z][a-z0-9_]{1,62}$'),
  entity_id uuid,
  seq bigint check (seq > 0),
  primary key (org_id, id),
  unique (org_id, seq),
  foreign key (org_id, portal_account_id) references public.portal_accounts (org_id, id)
);
comment on table public.portal_audit_events is
  'Who did what, and when. Rows are added and never changed, and sealed in batches.';
comment on column public.portal_audit_events.id is 'Identifies the row, together with org_id.';
comment on column public.portal_audit_events.org_id is 'The company this row belongs to.';
comment on column public.portal_audit_events.portal_account_id is
  'The account concerned; null only for events of the company as a whole.';
comment on column public.portal_audit_events.event_type is 'What happened, such as login or booking_created.';
comment on column public.portal_audit_events.event_payload is
  'Details: for a changed row the columns that changed, before and after.';
comment on column public.portal_audit_events.ip_address is 'Address the request came from.';
comment on column public.portal_audit_events.user_agent is 'Program the request came from.';
comment on column public.portal_audit_events.occurred_at is 'When it happened.';
comment on column public.portal_audit_events.actor_type is
  'Who did it: a portal user, staff, a service or the system itself.';
comment on column public.portal_audit_events.actor_user_id is
  'The log-in of whoever did it; kept when the log-in is gone.';
comment on column public.portal_audit_events.entity is 'What kind of thing it was done to, such as booking.';
comment on column public.portal_audit_events.entity_id is 'The id of that thing.';
comment on column public.portal_audit_events.seq is 'Number in the company''s sealed order; null until sealed.';
create index idx_portal_audit_events_org_id_occurred_at on public.portal_audit_events (org_id, occurred_at desc);
create index idx_portal_audit_events_org_id_portal_account_id
  on public.portal_audit_events (org_id, portal_account_id, occurred_at desc);
create index idx_portal_audit_events_org_id_entity on public.portal_audit_events (org_id, entity, entity_id);

create trigger refuse_change before update or delete on public.portal_audit_events
  for each row execute function portal_internal.refuse_change();
create trigger refuse_truncate before truncate on public.portal_audit_events
  for each statement execute function portal_internal.refuse_change();

create table public.portal_audit_seals (
  id uuid not null default gen_random_uuid(),
  org_id uuid not null references public.orgs (id),
  first_seq bigint not null check (first_seq > 0),
  last_seq bigint not null,
  row_count bigint not null check (row_count > 0),
  from_at timestamptz not null,
  to_at timestamptz not null,
  previous_hash bytea check (octet_length(previous_hash) = 32),
  hash bytea not null check (octet_length(hash) = 32),
  sealed_at timestamptz not null default now(),
  primary key (org_id, id),
  unique (org_id, first_seq),
  check (last_seq >= first_seq),
  check (to_at >= from_at)
);
comment on table public.portal_audit_seals is
  'Seals over batches of audit events, one chain of hashes per company.';
comment on column public.portal_audit_seals.id is 'Identifies the row, together with org_id.';
comment on column public.portal_audit_seals.org_id is 'The company this row belongs to.';
comment on column public.portal_audit_seals.first_seq is 'First event under the seal.';
comment on column public.portal_audit_seals.last_seq is 'Last event under the seal.';
comment on column public.portal_audit_seals.row_count is 'How many events it covers.';
comment on column public.portal_audit_seals.from_at is 'When the earliest of them happened.';
comment on column public.portal_audit_seals.to_at is 'When the latest of them happened.';
comment on column public.portal_audit_seals.previous_hash is 'Hash of the seal before; null for the first.';
comment on column public.portal_audit_seals.hash is 'SHA-256 over the previous hash and the events.';
comment on column public.portal_audit_seals.sealed_at is 'When it was sealed.';

-- Access ---------------------------------------------------------------------------------------------

alter table public.portal_accounts enable row level security;
alter table public.portal_account_grants enable row level security;
alter table public.portal_invites enable row level security;
alter table public.portal_receipts enable row level security;
alter table public.portal_audit_events enable row level security;
alter table public.portal_audit_seals enable row level security;
revoke all on table
  public.portal_accounts, public.portal_account_grants, public.portal_invites, public.portal_receipts,
  public.portal_audit_events, public.portal_audit_seals
  from public, anon, authenticated, service_role;

create policy "people see their accounts, their office and managers see them" on public.portal_accounts
  for select to authenticated
  using (
    -- Live accounts only: a suspended person does not even see the row that says so.
    org_id = any ((select portal_internal.org_ids())::uuid[]) and id = any ((select portal_internal.account_ids())::uuid[])
    or org_id = (select portal_internal.org_id())
      and (
        (select portal_internal.is_office())
        or customer_id = any ((select portal_internal.whole_customer_ids('manage'))::uuid[])
      )
  );
create policy "people choose their own primary location" on public.portal_accounts
  for update to authenticated
  using (
    org_id = (select portal_internal.org_id())
    and id = (select portal_internal.account_id())
  )
  with check (
    org_id = (select portal_internal.org_id())
    and id = (select portal_internal.account_id())
    and (primary_location_id is null
      or customer_id = any ((select portal_internal.whole_customer_ids())::uuid[])
      or primary_location_id = any ((select portal_internal.location_ids())::uuid[]))
  );

create policy "people see their grants, their office and managers see them" on public.portal_account_grants
  for select to authenticated
  using (
    portal_account_id = any ((select portal_internal.account_ids())::uuid[])
    or org_id = (select portal_internal.org_id())
      and (
        (select portal_internal.is_office())
        or customer_id = any ((select portal_internal.whole_customer_ids('manage'))::uuid[])
      )
  );

create policy "managers and the office see invitations" on public.portal_invites
  for select to authenticated
  using (
    org_id = (select portal_internal.org_id())
    and (
      (select portal_internal.is_office())
      or customer_id = any ((select portal_internal.whole_customer_ids('manage'))::uuid[])
    )
  );

create policy "administrators read the audit log" on public.portal_audit_events
  for select to authenticated
  using (org_id = (select portal_internal.org_id()) and (select portal_internal.is_admin()));
create policy "administrators read the seals of the audit log" on public.portal_audit_seals
  for select to authenticated
  using (org_id = (select portal_internal.org_id()) and (select portal_internal.is_admin()));

grant select, update (primary_location_id) on table public.portal_accounts to authenticated;
grant select on table public.portal_account_grants, public.portal_audit_events, public.portal_audit_seals
  to authenticated;
grant select (org_id, id, customer_id, location_ids, role, email, phone, full_name, status, expires_at,
    invited_by_user_id, invited_by_portal_account_id, accepted_by_portal_account_id, accepted_at, sent_count,
    created_at, updated_at)
  on table public.portal_invites to authenticated;
-- Also with the secret key nothing here is deleted: a status or flag ends it, and the history stays.
grant select, insert, update on table
  public.portal_accounts, public.portal_account_grants, public.portal_invites
  to service_role;
grant select on table public.portal_receipts to service_role;
-- Only the triggers write the audit log, so that nobody can add to it what did not happen.
grant select on table public.portal_audit_events, public.portal_audit_seals to service_role;
