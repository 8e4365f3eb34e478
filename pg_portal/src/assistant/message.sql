-- The answer to a question, with the columns of portal.ai_messages. $1 organization, $2 conversation, $3 the question.
select jsonb_build_object(
  'org_id', m.org_id, 'id', m.id, 'conversation_id', m.conversation_id, 'role', m.role, 'content', m.content,
  'citations', m.citations, 'client_message_id', m.client_message_id, 'reply_to_id', m.reply_to_id,
  'finish_reason', m.finish_reason, 'is_answered', m.is_answered, 'is_helpful', m.is_helpful,
  'tokens_used', m.tokens_used, 'metadata', m.metadata - 'retrieved', 'created_at', m.created_at)
from public.portal_ai_messages m
where m.org_id = $1 and m.conversation_id = $2 and m.reply_to_id = $3
