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
comment on column public.portal_ai_conversations.customer_id is
  'The customer of the job it is about, else the account''s; null before log-in.';
comment on column public.portal_ai_conversations.context_type is 'What it is about.';
comment on column public.portal_ai_conversations.related_work_order_id is 'The job it is about, if any.';
comment on column public.portal_ai_conversations.status is 'Where it stands.';
comment on column public.portal_ai_conversations.escalated_to_thread_id is
  'The thread with people that it led to, if any.';
comment on column public.portal_ai_conversations.session_token_hash is
  'SHA-256 of the secret of a conversation begun before log-in, which opens it until an account claims it; kept so that claiming can be repeated. Not readable through the API.';
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
-- How many conversations without log-in a company has had of late, and what is counted by day.
create index idx_portal_ai_conversations_org_id_started_at on public.portal_ai_conversations (org_id, started_at desc);
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
  reply_to_id uuid,
  finish_reason text check (finish_reason in ('stop', 'length', 'content-filter', 'interrupted', 'error')),
  is_answered boolean,
  is_helpful boolean,
  report_reason text check (char_length(btrim(report_reason)) between 1 and 1000),
  reported_at timestamptz,
  tokens_used integer check (tokens_used >= 0),
  metadata jsonb check (jsonb_typeof(metadata) = 'object'),
  created_at timestamptz not null default now(),
  primary key (org_id, id),
  unique (org_id, conversation_id, client_message_id),
  -- What the key below points to: an answer belongs to the conversation of its question.
  unique (org_id, conversation_id, id),
  unique (org_id, conversation_id, reply_to_id),
  check (reply_to_id is null or role = 'assistant'),
  foreign key (org_id, conversation_id) references public.portal_ai_conversations (org_id, id) on delete cascade,
  foreign key (org_id, conversation_id, reply_to_id)
    references public.portal_ai_messages (org_id, conversation_id, id) on delete cascade
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
comment on column public.portal_ai_messages.reply_to_id is 'For an answer, the question; each has one answer at most.';
comment on column public.portal_ai_messages.finish_reason is
  'How an answer ended; one that is interrupted, or ended in an error, is replaced when the question is asked again.';
comment on column public.portal_ai_messages.is_answered is
  'For an answer that ended, whether the articles had one and it cites them.';
comment on column public.portal_ai_messages.is_helpful is 'What the reader said of an answer; null when nothing.';
comment on column public.portal_ai_messages.report_reason is 'Why, in the reader''s words.';
comment on column public.portal_ai_messages.reported_at is 'When the reader said so.';
comment on column public.portal_ai_messages.tokens_used is
  'Tokens the model counted for it, those of attempts that broke off included.';
comment on column public.portal_ai_messages.metadata is
  'For a question, the passages that it found; for an answer, the model and what it counted.';
comment on column public.portal_ai_messages.created_at is 'When the row was created.';

create index idx_portal_ai_messages_conversation_id_created_at
  on public.portal_ai_messages (org_id, conversation_id, created_at);
create index idx_portal_ai_messages_org_id_portal_account_id
  on public.portal_ai_messages (org_id, portal_account_id, created_at desc);
-- What a company has used today.
create index idx_portal_ai_messages_org_id_created_at
  on public.portal_ai_messages (org_id, created_at) include (tokens_used);

create trigger copy_keys before insert on public.portal_ai_messages
  for each row execute function portal_internal.copy_from_parent(
    'public.portal_ai_conversations', 'conversation_id', 'portal_account_id'
  );
create trigger keep_keys before update on public.portal_ai_messages
  for each row execute function portal_internal.keep_columns(
    'org_id', 'id', 'conversation_id', 'role', 'reply_to_id', 'client_message_id'
  );
create trigger audit after insert or update or delete on public.portal_ai_messages
  for each row execute function portal_internal.audit_row(
    'ai_message', 'content', 'citations', 'metadata', 'report_reason'
  );

-- Not audited: a row lasts as long as an answer takes.
create table public.portal_ai_turns (
  org_id uuid not null references public.orgs (id),
  conversation_id uuid not null,
  turn_id uuid not null,
  lease_until timestamptz not null,
  reserved_tokens integer not null check (reserved_tokens >= 0),
  primary key (org_id, conversation_id),
  foreign key (org_id, conversation_id) references public.portal_ai_conversations (org_id, id) on delete cascade
);
comment on table public.portal_ai_turns is
  'Questions that are being answered, at most one in each conversation, and what is set aside for them.';
comment on column public.portal_ai_turns.org_id is 'The company this row belongs to.';
comment on column public.portal_ai_turns.conversation_id is 'The conversation.';
comment on column public.portal_ai_turns.turn_id is 'The question: the id of its message.';
comment on column public.portal_ai_turns.lease_until is
  'Until when the request that began it has it in hand; after that another one may begin it anew.';
comment on column public.portal_ai_turns.reserved_tokens is
  'Counted as used while it is open, so that questions asked at once cannot exceed the company''s budget together.';

create trigger keep_keys before update on public.portal_ai_turns
  for each row execute function portal_internal.keep_columns('org_id', 'conversation_id');

create table public.org_assistant_settings (
  org_id uuid primary key default portal_internal.org_id() references public.orgs (id),
  is_enabled boolean not null default true,
  disclaimer text check (char_length(btrim(disclaimer)) between 1 and 4000),
  account_turns_per_hour integer check (account_turns_per_hour between 1 and 10000),
  conversation_turns integer check (conversation_turns between 1 and 10000),
  conversation_tokens integer check (conversation_tokens between 1 and 100000000),
  org_tokens_per_day bigint check (org_tokens_per_day between 0 and 1000000000000),
  anonymous_conversations_per_hour integer check (anonymous_conversations_per_hour between 1 and 100000),
  answer_tokens integer check (answer_tokens between 50 and 8000),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
comment on table public.org_assistant_settings is
  'What a company''s assistant says first and may cost. A company without a row, and a null, is as the column says.';
comment on column public.org_assistant_settings.org_id is 'The company.';
comment on column public.org_assistant_settings.is_enabled is 'False when nobody can begin or go on with a conversation.';
comment on column public.org_assistant_settings.disclaimer is
  'What every conversation begins with; null for a text that says what the assistant is and what to do in an emergency.';
comment on column public.org_assistant_settings.account_turns_per_hour is
  'Questions that an account may ask in an hour, and a conversation without log-in; 30 where null.';
comment on column public.org_assistant_settings.conversation_turns is
  'Questions in one conversation; 60 where null.';
comment on column public.org_assistant_settings.conversation_tokens is
  'Tokens of a model in one conversation; 60000 where null.';
comment on column public.org_assistant_settings.org_tokens_per_day is
  'Tokens of a model in a day of the company''s time zone; 1000000 where null.';
comment on column public.org_assistant_settings.anonymous_conversations_per_hour is
  'Conversations without log-in that begin in an hour; 60 where null.';
comment on column public.org_assistant_settings.answer_tokens is 'Longest answer of a model; 700 where null.';
comment on column public.org_assistant_settings.created_at is 'When the row was created.';
comment on column public.org_assistant_settings.updated_at is 'When the row last changed.';

create trigger keep_keys before update on public.org_assistant_settings
  for each row execute function portal_internal.keep_columns('org_id');
create trigger touch before update on public.org_assistant_settings
  for each row execute function portal_internal.touch_updated_at();
create trigger audit after insert or update or delete on public.org_assistant_settings
  for each row execute function portal_internal.audit_row('assistant_settings');

-- Not audited either: it says what is to be done. No column of the message is here, least of all its words.
create table public.portal_sentiment_jobs (
  org_id uuid not null references public.orgs (id),
  message_id uuid not null,
  attempts integer not null default 0 check (attempts >= 0),
  not_before timestamptz not null default now(),
  lease_until timestamptz,
  created_at timestamptz not null default now(),
  primary key (org_id, message_id),
  foreign key (org_id, message_id) references public.portal_messages (org_id, id) on delete cascade
)
with (fillfactor = 70);
comment on table public.portal_sentiment_jobs is
  'Customers'' messages whose tone a model is to judge; forgotten after a day where none does.';
comment on column public.portal_sentiment_jobs.org_id is 'The company this row belongs to.';
comment on column public.portal_sentiment_jobs.message_id is 'The message.';
comment on column public.portal_sentiment_jobs.attempts is 'How often a worker has taken it.';
comment on column public.portal_sentiment_jobs.not_before is 'When it may be taken at the earliest.';
comment on column public.portal_sentiment_jobs.lease_until is 'Until when a worker has it in hand.';
comment on column public.portal_sentiment_jobs.created_at is 'When the row was created.';

-- What workers look through, in all companies.
create index idx_portal_sentiment_jobs_not_before on public.portal_sentiment_jobs (not_before);
create index idx_portal_sentiment_jobs_created_at on public.portal_sentiment_jobs (created_at);
create trigger keep_keys before update on public.portal_sentiment_jobs
  for each row execute function portal_internal.keep_columns('org_id', 'message_id');

-- Access ---------------------------------------------------------------------------------------------

alter table public.portal_ai_conversations enable row level security;
alter table public.portal_ai_messages enable row level security;
alter table public.portal_ai_turns enable row level security;
alter table public.org_assistant_settings enable row level security;
alter table public.portal_sentiment_jobs enable row level security;
revoke all on table
  public.portal_ai_conversations, public.portal_ai_messages, public.portal_ai_turns, public.org_assistant_settings,
  public.portal_sentiment_jobs
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
create policy "the office reads the assistant's settings" on public.org_assistant_settings
  for select to authenticated
  using (org_id = (select portal_internal.org_id()) and (select portal_internal.is_office()));
create policy "administrators add the assistant's settings" on public.org_assistant_settings
  for insert to authenticated
  with check (org_id = (select portal_internal.org_id()) and (select portal_internal.is_admin()));
create policy "administrators change the assistant's settings" on public.org_assistant_settings
  for update to authenticated
  using (org_id = (select portal_internal.org_id()) and (select portal_internal.is_admin()))
  with check (org_id = (select portal_internal.org_id()) and (select portal_internal.is_admin()));

grant select (org_id, id, portal_account_id, customer_id, context_type, related_work_order_id, status,
    escalated_to_thread_id, started_at, ended_at, updated_at)
  on table public.portal_ai_conversations to authenticated;
grant select on table public.portal_ai_messages to authenticated;
-- Also with the secret key nothing here is deleted: a status or flag ends it, and the history stays.
grant select, insert, update on table public.portal_ai_conversations, public.portal_ai_messages
  to service_role;
grant
  select,
  insert (org_id, is_enabled, disclaimer, account_turns_per_hour, conversation_turns, conversation_tokens,
    org_tokens_per_day, anonymous_conversations_per_hour, answer_tokens),
  update (is_enabled, disclaimer, account_turns_per_hour, conversation_turns, conversation_tokens,
    org_tokens_per_day, anonymous_conversations_per_hour, answer_tokens)
  on table public.org_assistant_settings to authenticated;
grant select, insert, update on table public.org_assistant_settings to service_role;
grant select on table public.portal_ai_turns, public.portal_sentiment_jobs to service_role;
