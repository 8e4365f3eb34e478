-- Chapter 10: conversations with the assistant. They are written by its own steps, never directly.

create table public.portal_ai_conversations (
  id uuid not null default gen_random_uuid(),
  org_id uuid not null references public.orgs (id),
  portal_account_id uuid,
  customer_id uuid,
  context_type portal.ai_context_type not null default 'general_support',
  related_work_order_id uuid,
  status portal.ai_conversation_status not null default 'active',
  escalated_to_thread_id uuid,
  session_token_hash bytea check (octet_length(session_token_hash) = 32),
  started_at timestamptz not null default now(),
  ended_at timestamptz,
  updated_at timestamptz not null default now(),
  primary key (org_id, id),
  check (portal_account_id is not null or session_token_hash is not null),
  -- The keys below hold a job or thread to the customer, so there must be one.
  check (customer_id is not null or related_work_order_id is null and escalated_to_thread_id is null),
  check (status <> 'escalated' or escalated_to_thread_id is not null),
  check (ended_at >= started_at),
  foreign key (org_id, portal_account_id) references public.portal_accounts (org_id, id),
  foreign key (org_id, customer_id) references public.customers (org_id, id),
  foreign key (org_id, customer_id, related_work_order_id) references public.work_orders (org_id, customer_id, id),
  foreign key (org_id, customer_id, escalated_to_thread_id) references public.portal_threads (org_id, customer_id, id)
);
comment on table public.portal_ai_conversations is
  'Conversations with the assistant.';
comment on column public.portal_ai_conversations.id is 'Identifies the row, together with org_id.';
comment on column public.portal_ai_conversations.org_id is 'The company this row belongs to.';
comment on column public.portal_ai_conversations.portal_account_id is 'Whose conversation it is; null before log-in.';
comment on column public.portal_ai_conversations.customer_id is 'The account''s customer; null before log-in.';
comment on column public.portal_ai_conversations.context_type is 'What it is about.';
comment on column public.portal_ai_conversations.related_work_order_id is 'The job it is about, if any.';
comment on column public.portal_ai_conversations.status is 'Where it stands.';
comment on column public.portal_ai_conversations.escalated_to_thread_id is
  'The thread with people that it led to, if any.';
comment on column public.portal_ai_conversations.session_token_hash is
  'SHA-256 of the secret of a conversation begun before log-in; not readable through the API.';
comment on column public.portal_ai_conversations.started_at is 'When it began.';
comment on column public.portal_ai_conversations.ended_at is 'When it ended.';
comment on column public.portal_ai_conversations.updated_at is 'When the row last changed.';

create index idx_portal_ai_conversations_org_id_portal_account_id
  on public.portal_ai_conversations (org_id, portal_account_id, started_at desc);
create index idx_portal_ai_conversations_related_work_order_id
  on public.portal_ai_conversations (org_id, customer_id, related_work_order_id);
create index idx_portal_ai_conversations_escalated_to_thread_id
  on public.portal_ai_conversations (org_id, customer_id, escalated_to_thread_id);
create unique index portal_ai_conversations_session_token
  on public.portal_ai_conversations (org_id, session_token_hash);
-- Not portal_account_id: a conversation begun before log-in is claimed at log-in.
create trigger keep_keys before update on public.portal_ai_conversations
  for each row execute function portal_internal.keep_columns('org_id', 'id');
create trigger touch before update on public.portal_ai_conversations
  for each row execute function portal_internal.touch_updated_at();
create trigger audit after insert or update or delete on public.portal_ai_conversations
  for each row execute function portal_internal.audit_row('ai_conversation', 'session_token_hash');

create table public.portal_ai_messages (
  id uuid not null default gen_random_uuid(),
  org_id uuid not null references public.orgs (id),
  conversation_id uuid not null,
  portal_account_id uuid,
  role portal.ai_role not null,
  content text not null check (char_length(btrim(content)) between 1 and 20000),
  citations jsonb not null default '[]' check (jsonb_typeof(citations) = 'array'),
  client_message_id uuid,
  tokens_used integer check (tokens_used >= 0),
  metadata jsonb check (jsonb_typeof(metadata) = 'object'),
  created_at timestamptz not null default now(),
  primary key (org_id, id),
  unique (org_id, conversation_id, client_message_id),
  foreign key (org_id, conversation_id) references public.portal_ai_conversations (org_id, id) on delete cascade
);
comment on table public.portal_ai_messages is
  'Messages of a conversation with the assistant.';
comment on column public.portal_ai_messages.id is 'Identifies the row, together with org_id.';
comment on column public.portal_ai_messages.org_id is 'The company this row belongs to.';
comment on column public.portal_ai_messages.conversation_id is 'The conversation.';
comment on column public.portal_ai_messages.portal_account_id is
  'Whose conversation it is, copied from the conversation.';
comment on column public.portal_ai_messages.role is
  'Who speaks: the user, the assistant, or the system''s instructions.';
comment on column public.portal_ai_messages.content is 'What was said.';
comment on column public.portal_ai_messages.citations is
  'Passages the answer rests on: a list of objects with article_id, slug, title, chunk_id and quote.';
comment on column public.portal_ai_messages.client_message_id is
  'The sender''s own id for the message; the same one is never stored twice.';
comment on column public.portal_ai_messages.tokens_used is 'Tokens the model counted for it.';
comment on column public.portal_ai_messages.metadata is 'Model name, passages found and the like.';
comment on column public.portal_ai_messages.created_at is 'When the row was created.';

create index idx_portal_ai_messages_conversation_id_created_at
  on public.portal_ai_messages (org_id, conversation_id, created_at);
create index idx_portal_ai_messages_org_id_portal_account_id
  on public.portal_ai_messages (org_id, portal_account_id, created_at desc);

create trigger copy_keys before insert on public.portal_ai_messages
  for each row execute function portal_internal.copy_from_parent(
    'public.portal_ai_conversations', 'conversation_id', 'portal_account_id'
  );
create trigger keep_keys before update on public.portal_ai_messages
  for each row execute function portal_internal.keep_columns('org_id', 'id', 'conversation_id', 'role');
create trigger audit after insert or update or delete on public.portal_ai_messages
  for each row execute function portal_internal.audit_row('ai_message', 'content', 'metadata');

-- Access ---------------------------------------------------------------------------------------------

alter table public.portal_ai_conversations enable row level security;
alter table public.portal_ai_messages enable row level security;
revoke all on table
  public.portal_ai_conversations, public.portal_ai_messages
  from public, anon, authenticated, service_role;

create policy "people read their own conversations, the office those of all" on public.portal_ai_conversations
  for select to authenticated
  using (
    portal_account_id = any ((select portal_internal.account_ids())::uuid[])
    or org_id = (select portal_internal.org_id())
      and (select portal_internal.is_office())
  );
create policy "people read their own messages, the office those of all" on public.portal_ai_messages
  for select to authenticated
  using (
    portal_account_id = any ((select portal_internal.account_ids())::uuid[])
    or org_id = (select portal_internal.org_id())
      and (select portal_internal.is_office())
  );

grant select (org_id, id, portal_account_id, customer_id, context_type, related_work_order_id, status,
    escalated_to_thread_id, started_at, ended_at, updated_at)
  on table public.portal_ai_conversations to authenticated;
grant select on table public.portal_ai_messages to authenticated;
-- Also with the secret key nothing here is deleted: a status or flag ends it, and the history stays.
grant select, insert, update on table public.portal_ai_conversations, public.portal_ai_messages
  to service_role;
