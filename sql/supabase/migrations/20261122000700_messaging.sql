-- Chapter 7: conversations between customers and the company.

create table public.portal_threads (
  id uuid not null default gen_random_uuid(),
  org_id uuid not null default portal_internal.org_id() references public.orgs (id),
  customer_id uuid not null,
  location_id uuid,
  related_work_order_id uuid,
  subject text not null check (char_length(btrim(subject)) between 1 and 200),
  status portal.thread_status not null default 'open',
  created_by_portal_account_id uuid default portal_internal.account_id(),
  created_by_user_id uuid references auth.users (id) on delete set null,
  last_message_at timestamptz,
  last_message_preview text check (char_length(last_message_preview) <= 200),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (org_id, id),
  unique (org_id, customer_id, id),
  foreign key (org_id, customer_id) references public.customers (org_id, id),
  foreign key (org_id, customer_id, location_id) references public.customer_locations (org_id, customer_id, id),
  foreign key (org_id, customer_id, related_work_order_id) references public.work_orders (org_id, customer_id, id),
  foreign key (org_id, created_by_portal_account_id) references public.portal_accounts (org_id, id)
);
comment on table public.portal_threads is
  'Conversations between a customer and the company.';
comment on column public.portal_threads.id is 'Identifies the row, together with org_id.';
comment on column public.portal_threads.org_id is 'The company this row belongs to.';
comment on column public.portal_threads.customer_id is 'The customer who takes part.';
comment on column public.portal_threads.location_id is 'The location it is about; null for the whole customer.';
comment on column public.portal_threads.related_work_order_id is
  'The job it is about, if any; its technician takes part.';
comment on column public.portal_threads.subject is 'What it is about.';
comment on column public.portal_threads.status is 'Whose turn it is, or closed.';
comment on column public.portal_threads.created_by_portal_account_id is
  'The account that began it, if a customer did.';
comment on column public.portal_threads.created_by_user_id is 'The log-in that began it, if staff did.';
comment on column public.portal_threads.last_message_at is 'When the last message was sent.';
comment on column public.portal_threads.last_message_preview is 'How the last message begins.';
comment on column public.portal_threads.created_at is 'When the row was created.';
comment on column public.portal_threads.updated_at is 'When the row last changed.';

create index idx_portal_threads_org_id_customer_id
  on public.portal_threads (org_id, customer_id, last_message_at desc nulls last);
create index idx_portal_threads_org_id_location_id on public.portal_threads (org_id, customer_id, location_id);
create index idx_portal_threads_org_id_related_work_order_id
  on public.portal_threads (org_id, related_work_order_id, customer_id);
create index idx_portal_threads_org_id_status on public.portal_threads (org_id, status, last_message_at desc nulls last);
-- Also tells how many conversations somebody has begun of late.
create index idx_portal_threads_created_by_portal_account_id
  on public.portal_threads (org_id, created_by_portal_account_id, created_at desc);
create index idx_portal_threads_created_by_user_id on public.portal_threads (created_by_user_id);

create trigger a_guard before insert on public.portal_threads
  for each row execute function portal_internal.guard_thread();
comment on trigger a_guard on public.portal_threads is 'Refuses what the rules of conversations forbid, on every path.';
create trigger keep_keys before update on public.portal_threads
  for each row execute function portal_internal.keep_columns(
    'org_id', 'id', 'customer_id', 'location_id', 'related_work_order_id',
    'created_by_portal_account_id'
  );
create trigger touch before update on public.portal_threads
  for each row execute function portal_internal.touch_updated_at();
create trigger audit after insert or update or delete on public.portal_threads
  for each row execute function portal_internal.audit_row('thread', 'last_message_preview');

create table public.portal_messages (
  id uuid not null default gen_random_uuid(),
  org_id uuid not null default portal_internal.org_id() references public.orgs (id),
  thread_id uuid not null,
  customer_id uuid not null,
  location_id uuid,
  related_work_order_id uuid,
  crm_interaction_id uuid,
  sender_type portal.sender_type not null default 'portal_customer',
  sender_portal_account_id uuid default portal_internal.account_id(),
  sender_user_id uuid references auth.users (id) on delete set null,
  sender_name text check (char_length(btrim(sender_name)) between 1 and 200),
  body text not null check (char_length(btrim(body)) between 1 and 10000),
  attachments jsonb
    check (attachments is null or
      case jsonb_typeof(attachments) when 'array' then jsonb_array_length(attachments) <= 20 else false end),
  client_message_id uuid,
  sentiment portal.sentiment,
  sent_at timestamptz not null default now(),
  read_at timestamptz,
  primary key (org_id, id),
  unique (org_id, thread_id, client_message_id),
  check (sender_type <> 'portal_customer' or sender_portal_account_id is not null),
  foreign key (org_id, thread_id) references public.portal_threads (org_id, id) on delete cascade,
  foreign key (org_id, crm_interaction_id) references public.crm_interactions (org_id, id),
  foreign key (org_id, sender_portal_account_id) references public.portal_accounts (org_id, id)
);
comment on table public.portal_messages is
  'Messages in a thread.';
comment on column public.portal_messages.id is 'Identifies the row, together with org_id.';
comment on column public.portal_messages.org_id is 'The company this row belongs to.';
comment on column public.portal_messages.thread_id is 'The conversation.';
comment on column public.portal_messages.customer_id is 'The thread''s customer, copied from the thread.';
comment on column public.portal_messages.location_id is 'The thread''s location, copied from the thread.';
comment on column public.portal_messages.related_work_order_id is 'The thread''s job, copied from the thread.';
comment on column public.portal_messages.crm_interaction_id is
  'The office''s own record of this message, if there is one; staff only.';
comment on column public.portal_messages.sender_type is 'A customer, staff, or the system.';
comment on column public.portal_messages.sender_portal_account_id is 'The account that wrote it, if a customer did.';
comment on column public.portal_messages.sender_user_id is 'The log-in that wrote it, if staff did.';
comment on column public.portal_messages.sender_name is
  'Name to show, written by a trigger: the account''s, the person''s at the company, or the company''s.';
comment on column public.portal_messages.body is 'What was written.';
comment on column public.portal_messages.attachments is 'Files in Storage: a list of objects.';
comment on column public.portal_messages.client_message_id is
  'The sender''s own id for the message; the same one is never stored twice.';
comment on column public.portal_messages.sentiment is
  'How the customer sounds, as judged by a model; null when none is set up. Staff read it in the view inbox_messages, customers nowhere.';
comment on column public.portal_messages.sent_at is 'When it was sent.';
comment on column public.portal_messages.read_at is 'When somebody on the other side first read it.';

create index idx_portal_messages_thread_id_sent_at on public.portal_messages (org_id, thread_id, sent_at);
create index idx_portal_messages_org_id_customer_id
  on public.portal_messages (org_id, customer_id, location_id, sent_at desc);
create index idx_portal_messages_related_work_order_id on public.portal_messages (org_id, related_work_order_id)
  where related_work_order_id is not null;
create index idx_portal_messages_crm_interaction_id on public.portal_messages (org_id, crm_interaction_id)
  where crm_interaction_id is not null;
-- Also tells how many messages somebody has sent of late.
create index idx_portal_messages_sender_portal_account_id
  on public.portal_messages (org_id, sender_portal_account_id, sent_at desc);
create index idx_portal_messages_sender_user_id on public.portal_messages (sender_user_id);

create trigger a_copy_keys before insert on public.portal_messages
  for each row execute function portal_internal.copy_from_parent(
    'public.portal_threads', 'thread_id', 'customer_id', 'location_id', 'related_work_order_id'
  );
comment on trigger a_copy_keys on public.portal_messages is
  'Copies whose conversation it is; first of the triggers, because the guard goes by it.';
create trigger b_guard before insert on public.portal_messages
  for each row execute function portal_internal.guard_message();
comment on trigger b_guard on public.portal_messages is
  'Refuses what the rules of messages forbid, names the sender, gives the message its place in time and files it with the office''s contacts, on every path.';
-- Not sender_user_id: it empties when the log-in is deleted.
create trigger keep_keys before update on public.portal_messages
  for each row execute function portal_internal.keep_columns(
    'org_id', 'id', 'thread_id', 'customer_id', 'location_id', 'related_work_order_id', 'sender_type',
    'sender_portal_account_id', 'body'
  );
create trigger audit after insert or update or delete on public.portal_messages
  for each row execute function portal_internal.audit_row('message', 'body', 'attachments');
create trigger z_follow after insert on public.portal_messages
  for each row execute function portal_internal.follow_message();
comment on trigger z_follow on public.portal_messages is
  'Takes the conversation along, answers while the office is closed and tells those who take part, on every path.';

create table public.portal_message_reads (
  id uuid not null default gen_random_uuid(),
  org_id uuid not null default portal_internal.org_id() references public.orgs (id),
  message_id uuid not null,
  user_id uuid not null default portal_internal.user_id() references auth.users (id) on delete cascade,
  portal_account_id uuid,
  read_at timestamptz not null default now(),
  primary key (org_id, id),
  unique (org_id, message_id, user_id),
  foreign key (org_id, message_id) references public.portal_messages (org_id, id) on delete cascade,
  foreign key (org_id, portal_account_id) references public.portal_accounts (org_id, id)
);
comment on table public.portal_message_reads is
  'Who has read which message.';
comment on column public.portal_message_reads.id is 'Identifies the row, together with org_id.';
comment on column public.portal_message_reads.org_id is 'The company this row belongs to.';
comment on column public.portal_message_reads.message_id is 'The message.';
comment on column public.portal_message_reads.user_id is 'The log-in that read it.';
comment on column public.portal_message_reads.portal_account_id is 'The account that read it; null for staff.';
comment on column public.portal_message_reads.read_at is 'When it was read.';

create index idx_portal_message_reads_user_id on public.portal_message_reads (user_id);
create index idx_portal_message_reads_portal_account_id on public.portal_message_reads (org_id, portal_account_id);

create trigger keep_keys before update on public.portal_message_reads
  for each row execute function portal_internal.keep_columns('org_id', 'id', 'message_id', 'user_id');

-- Access ---------------------------------------------------------------------------------------------

alter table public.portal_threads enable row level security;
alter table public.portal_messages enable row level security;
alter table public.portal_message_reads enable row level security;
revoke all on table
  public.portal_threads, public.portal_messages, public.portal_message_reads
  from public, anon, authenticated, service_role;

create policy "customers and staff read threads in their reach" on public.portal_threads
  for select to authenticated
  using (
    org_id = (select portal_internal.org_id())
    and (
      (select portal_internal.is_office())
      or customer_id = any ((select portal_internal.customer_ids())::uuid[])
        and (customer_id = any ((select portal_internal.whole_customer_ids())::uuid[])
          or location_id = any ((select portal_internal.location_ids())::uuid[]))
      or related_work_order_id = any ((select portal_internal.job_ids())::uuid[])
    )
  );
create policy "customers and the office begin threads in their own name" on public.portal_threads
  for insert to authenticated
  with check (
    org_id = (select portal_internal.org_id())
    and (
      (select portal_internal.is_office())
        and created_by_user_id = (select portal_internal.user_id())
      or created_by_user_id is null
        and created_by_portal_account_id = (select portal_internal.account_id())
        and customer_id = any ((select portal_internal.customer_ids())::uuid[])
        and (customer_id = any ((select portal_internal.whole_customer_ids())::uuid[])
          or location_id = any ((select portal_internal.location_ids())::uuid[]))
    )
  );
create policy "the office changes threads" on public.portal_threads
  for update to authenticated
  using (org_id = (select portal_internal.org_id()) and (select portal_internal.is_office()))
  with check (org_id = (select portal_internal.org_id()) and (select portal_internal.is_office()));

create policy "customers and staff read messages in their reach" on public.portal_messages
  for select to authenticated
  using (
    org_id = (select portal_internal.org_id())
    and (
      (select portal_internal.is_office())
      or customer_id = any ((select portal_internal.customer_ids())::uuid[])
        and (customer_id = any ((select portal_internal.whole_customer_ids())::uuid[])
          or location_id = any ((select portal_internal.location_ids())::uuid[]))
      or related_work_order_id = any ((select portal_internal.job_ids())::uuid[])
    )
  );
-- a_copy_keys has filled in the thread's customer, location and job before this is checked.
create policy "customers and staff write messages in their own name" on public.portal_messages
  for insert to authenticated
  with check (
    org_id = (select portal_internal.org_id())
    and (
      sender_type = 'internal_user'
        and sender_user_id = (select portal_internal.user_id())
        and (
          (select portal_internal.is_office())
          or related_work_order_id = any ((select portal_internal.job_ids())::uuid[])
        )
      or sender_type = 'portal_customer'
        and sender_user_id is null
        and sender_portal_account_id = (select portal_internal.account_id())
        and customer_id = any ((select portal_internal.customer_ids())::uuid[])
        and (customer_id = any ((select portal_internal.whole_customer_ids())::uuid[])
          or location_id = any ((select portal_internal.location_ids())::uuid[]))
    )
  );

create policy "people see what they have read, the office sees who has" on public.portal_message_reads
  for select to authenticated
  using (
    org_id = (select portal_internal.org_id())
    and ((select portal_internal.is_office()) or user_id = (select portal_internal.user_id()))
  );

grant
  select,
  -- An id of the client's own choice, so that beginning a conversation can be repeated.
  insert (org_id, id, customer_id, location_id, related_work_order_id, subject, created_by_portal_account_id,
    created_by_user_id),
  update (subject, status)
  on table public.portal_threads to authenticated;
grant
  select (org_id, id, thread_id, customer_id, location_id, related_work_order_id, sender_type, sender_portal_account_id,
    sender_user_id, sender_name, body, attachments, client_message_id, sent_at, read_at),
  insert (org_id, thread_id, sender_type, sender_portal_account_id, sender_user_id, body, attachments,
    client_message_id)
  on table public.portal_messages to authenticated;
grant select on table public.portal_message_reads to authenticated;
-- Also with the secret key nothing here is deleted: a status or flag ends it, and the history stays.
grant select, insert, update on table
  public.portal_threads, public.portal_messages, public.portal_message_reads
  to service_role;
