-- What was said in a conversation, for those who take it over. $1 organization, $2 conversation.
select jsonb_build_object(
  'questions', coalesce((
    select jsonb_agg(m.content order by m.created_at)
    from public.portal_ai_messages m
    where m.org_id = $1 and m.conversation_id = $2 and m.role = 'user'), '[]'),
  'last_answer', last.content,
  'sources', coalesce((
    select jsonb_agg(distinct cited ->> 'title')
    from jsonb_array_elements(last.citations) as cited
    where cited ? 'title'), '[]'))
from (values (true)) as one
left join lateral (
  select m.content, m.citations
  from public.portal_ai_messages m
  where m.org_id = $1 and m.conversation_id = $2 and m.role = 'assistant'
  order by m.created_at desc
  limit 1
) last on true
