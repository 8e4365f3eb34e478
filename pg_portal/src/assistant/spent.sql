-- What counts against the budgets. $1 organization, $2 conversation, $3 account (null: none), $4 which of the newest
-- questions of the account, else of the conversation, is looked at, $5 when the company's day began.
select jsonb_build_object(
  'nth_newest', case when $3::uuid is null
    then (
      select m.created_at from public.portal_ai_messages m
      where m.org_id = $1 and m.conversation_id = $2 and m.role = 'user'
      order by m.created_at desc offset $4 - 1 limit 1)
    else (
      select m.created_at from public.portal_ai_messages m
      where m.org_id = $1 and m.portal_account_id = $3 and m.role = 'user'
      order by m.created_at desc offset $4 - 1 limit 1) end,
  'conversation_turns', count(*) filter (where m.role = 'user'),
  'conversation_tokens', coalesce(sum(m.tokens_used), 0),
  'org_tokens', (
    select coalesce(sum(d.tokens_used), 0) from public.portal_ai_messages d
    where d.org_id = $1 and d.created_at >= $5)
    + (
    -- What this conversation has set aside is over, or stands in the way by itself.
    select coalesce(sum(t.reserved_tokens), 0) from public.portal_ai_turns t
    where t.org_id = $1 and t.conversation_id <> $2 and t.lease_until > clock_timestamp()))
from public.portal_ai_messages m
where m.org_id = $1 and m.conversation_id = $2
