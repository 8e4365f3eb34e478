-- Chapter 11g: what the portal is used for, by company and day, as a DBA looks at it.

create view portal_admin.usage with (security_invoker = true) as
with happened as (
  -- A conversation counts on the day it began, whatever became of it later, so that the shares below are of the same
  -- conversations.
  select
    c.org_id, c.started_at as at, 1 as conversations, (c.status = 'escalated')::int as escalations,
    asked.any::int as asked, (asked.any and c.status <> 'escalated')::int as kept,
    0 as turns, 0 as anonymous_turns, 0 as tokens, 0 as unanswered, 0 as unhelpful,
    0 as messages, 0 as requests, 0 as scheduled
  from public.portal_ai_conversations c
  cross join lateral (
    select exists (
      select from public.portal_ai_messages m
      where m.org_id = c.org_id and m.conversation_id = c.id and m.role = 'user') as any
  ) asked
  union all
  select
    m.org_id, m.created_at, 0, 0, 0, 0,
    (m.role = 'user')::int, (m.role = 'user' and m.portal_account_id is null)::int, coalesce(m.tokens_used, 0),
    (m.is_answered is false)::int, (m.is_helpful is false)::int, 0, 0, 0
  from public.portal_ai_messages m
  union all
  select m.org_id, m.sent_at, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0
  from public.portal_messages m
  where m.sender_type <> 'system'
  union all
  select b.org_id, b.created_at, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, (b.status = 'scheduled')::int
  from public.portal_booking_requests b
)
select
  h.org_id,
  o.slug as org_slug,
  (h.at at time zone o.timezone)::date as day,
  sum(h.turns) as turns,
  sum(h.anonymous_turns) as anonymous_turns,
  sum(h.tokens) as tokens,
  sum(h.conversations) as conversations,
  sum(h.escalations) as escalations,
  round(sum(h.kept)::numeric / nullif(sum(h.asked), 0), 3) as deflection,
  sum(h.unanswered) as unanswered,
  sum(h.unhelpful) as reported_unhelpful,
  sum(h.messages) as messages,
  sum(h.requests) as booking_requests,
  sum(h.scheduled) as bookings_scheduled,
  round(sum(h.scheduled)::numeric / nullif(sum(h.requests), 0), 3) as booking_conversion
from happened h
join public.orgs o on o.id = h.org_id
group by h.org_id, o.slug, o.timezone, (h.at at time zone o.timezone)::date;
comment on view portal_admin.usage is
  'What the portal is used for, one row per company and day (of the company''s time zone) on which anything happened.';
comment on column portal_admin.usage.org_id is 'The company.';
comment on column portal_admin.usage.org_slug is 'Its short name.';
comment on column portal_admin.usage.day is 'The day.';
comment on column portal_admin.usage.turns is 'Questions that the assistant was asked.';
comment on column portal_admin.usage.anonymous_turns is 'Of these, in conversations without log-in that nobody has claimed.';
comment on column portal_admin.usage.tokens is 'Tokens that models counted, those of answers that broke off included.';
comment on column portal_admin.usage.conversations is 'Conversations with the assistant that began.';
comment on column portal_admin.usage.escalations is 'Of these, how many a person has taken over, on whatever day.';
comment on column portal_admin.usage.deflection is
  'Of the conversations that began and in which something was asked, the share that no person has taken over; null without any.';
comment on column portal_admin.usage.unanswered is 'Answers that the articles had nothing for.';
comment on column portal_admin.usage.reported_unhelpful is 'Answers that their readers said did not help.';
comment on column portal_admin.usage.messages is 'Messages between customers and staff.';
comment on column portal_admin.usage.booking_requests is 'Requests for a visit.';
comment on column portal_admin.usage.bookings_scheduled is 'Of these, how many have become an appointment, on whatever day.';
comment on column portal_admin.usage.booking_conversion is 'The share of these; null without any request.';

revoke all on table portal_admin.usage from public, anon, authenticated;
grant select on table portal_admin.usage to service_role;
