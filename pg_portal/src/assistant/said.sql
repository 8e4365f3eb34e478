-- What was said in a conversation before a question: the company's words, and the last lines. $1 organization,
-- $2 conversation, $3 the question.
select jsonb_build_object(
  'system', coalesce((
    select string_agg(m.content, E'\n\n' order by m.created_at)
    from public.portal_ai_messages m
    where m.org_id = $1 and m.conversation_id = $2 and m.role = 'system'), ''),
  'lines', coalesce((
    select jsonb_agg(jsonb_build_object('role', line.role, 'content', line.content) order by line.created_at)
    from (
      select m.role, m.content, m.created_at
      from public.portal_ai_messages m
      where m.org_id = $1 and m.conversation_id = $2 and m.role <> 'system' and m.created_at < q.created_at
      order by m.created_at desc
      limit 20
    ) line), '[]'))
from public.portal_ai_messages q
where q.org_id = $1 and q.conversation_id = $2 and q.id = $3
