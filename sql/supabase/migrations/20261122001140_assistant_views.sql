-- Chapter 11d: conversations with the assistant as customers read them. Built like chapter 11.

create view portal.ai_conversations with (security_invoker = true) as
select
  c.org_id,
  c.id,
  c.portal_account_id,
  c.customer_id,
  c.context_type,
  c.related_work_order_id as appointment_id,
  c.status,
  c.escalated_to_thread_id as thread_id,
  c.started_at,
  c.ended_at,
  c.updated_at
from public.portal_ai_conversations c
where c.org_id = any ((select portal_internal.org_ids())::uuid[])
  and c.portal_account_id = any ((select portal_internal.account_ids())::uuid[]);
comment on view portal.ai_conversations is
  'The caller''s own conversations with the assistant, in every company. Staff read public.portal_ai_conversations.';
comment on column portal.ai_conversations.org_id is 'The company this row belongs to.';
comment on column portal.ai_conversations.id is 'Identifies the row, together with org_id.';
comment on column portal.ai_conversations.portal_account_id is 'Whose conversation it is.';
comment on column portal.ai_conversations.customer_id is
  'The customer of the job it is about, else the account''s.';
comment on column portal.ai_conversations.context_type is 'What it is about.';
comment on column portal.ai_conversations.appointment_id is 'The appointment it is about, if any.';
comment on column portal.ai_conversations.status is 'Where it stands.';
comment on column portal.ai_conversations.thread_id is 'The conversation with people that it led to, if any.';
comment on column portal.ai_conversations.started_at is 'When it began.';
comment on column portal.ai_conversations.ended_at is 'When it ended, or a person took it over.';
comment on column portal.ai_conversations.updated_at is 'When the row last changed.';

create view portal.ai_messages with (security_invoker = true) as
select
  m.org_id,
  m.id,
  m.conversation_id,
  m.role,
  m.content,
  m.citations,
  m.client_message_id,
  m.reply_to_id,
  m.finish_reason,
  m.is_answered,
  m.is_helpful,
  m.tokens_used,
  m.metadata - 'retrieved' as metadata,
  m.created_at
from public.portal_ai_messages m
where m.org_id = any ((select portal_internal.org_ids())::uuid[])
  and m.portal_account_id = any ((select portal_internal.account_ids())::uuid[]);
comment on view portal.ai_messages is
  'What was said in the caller''s own conversations with the assistant. Staff read public.portal_ai_messages.';
comment on column portal.ai_messages.org_id is 'The company this row belongs to.';
comment on column portal.ai_messages.id is 'Identifies the row, together with org_id.';
comment on column portal.ai_messages.conversation_id is 'The conversation.';
comment on column portal.ai_messages.role is 'Who speaks: the user, the assistant, or the company at the beginning (system).';
comment on column portal.ai_messages.content is 'What was said.';
comment on column portal.ai_messages.citations is
  'Passages the answer rests on: a list of objects with article_id, slug, title, chunk_id, heading_path and quote.';
comment on column portal.ai_messages.client_message_id is 'The sender''s own id for a question.';
comment on column portal.ai_messages.reply_to_id is 'For an answer, the question.';
comment on column portal.ai_messages.finish_reason is
  'How an answer ended: stop, length, content-filter; interrupted or error for one that can be asked for again.';
comment on column portal.ai_messages.is_answered is 'For an answer, whether the articles had one.';
comment on column portal.ai_messages.is_helpful is 'What the reader said of an answer with report_ai_message.';
comment on column portal.ai_messages.tokens_used is 'Tokens the model counted for it.';
comment on column portal.ai_messages.metadata is 'For an answer, the model, what it counted, and offers_human.';
comment on column portal.ai_messages.created_at is 'When it was said; within a conversation no two are the same.';

-- Access ---------------------------------------------------------------------------------------------

revoke all on table portal.ai_conversations, portal.ai_messages from public, anon, authenticated, service_role;
grant select on table portal.ai_conversations, portal.ai_messages to authenticated;
