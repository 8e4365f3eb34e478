-- Stores an answer, in place of one that broke off. $1 organization, $2 conversation, $3 the question, $4 content,
-- $5 citations, $6 how it ended, $7 whether the articles had one, $8 tokens, $9 metadata.
insert into public.portal_ai_messages as m
  (org_id, conversation_id, reply_to_id, role, content, citations, finish_reason, is_answered, tokens_used, metadata,
   created_at)
select $1, $2, $3, 'assistant', $4, $5, $6, $7, $8, $9, greatest(clock_timestamp(), (
  select max(o.created_at) + interval '1 microsecond'
  from public.portal_ai_messages o where o.org_id = $1 and o.conversation_id = $2))
on conflict (org_id, conversation_id, reply_to_id) do update
set content = excluded.content, citations = excluded.citations, finish_reason = excluded.finish_reason,
    is_answered = excluded.is_answered, metadata = excluded.metadata, is_helpful = null, report_reason = null,
    reported_at = null,
    tokens_used = case when excluded.tokens_used is null then m.tokens_used
      else coalesce(m.tokens_used, 0) + excluded.tokens_used end
