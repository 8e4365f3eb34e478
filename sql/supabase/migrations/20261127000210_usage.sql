-- Chapter 11h: the view of use in full: what became of requests, who wrote, visits and sign-ups.

create or replace view portal_admin.usage with (security_invoker = true) as
with happened (org_id, at, what, amount) as (
  -- A conversation counts on the day it began, whatever became of it later, so that the shares below are of the same
  -- conversations. The same goes for requests.
  select c.org_id, c.started_at, fact.what, fact.amount
  from public.portal_ai_conversations c
  cross join lateral (
    select exists (
      select from public.portal_ai_messages m
      where m.org_id = c.org_id and m.conversation_id = c.id and m.role = 'user') as any
  ) asked
  cross join lateral (values
    ('conversation', 1), ('escalation', (c.status = 'escalated')::int),
    ('asked', asked.any::int), ('kept', (asked.any and c.status <> 'escalated')::int)
  ) as fact (what, amount)
  union all
  select m.org_id, m.created_at, fact.what, fact.amount
  from public.portal_ai_messages m
  cross join lateral (values
    ('turn', (m.role = 'user')::int), ('anonymous turn', (m.role = 'user' and m.portal_account_id is null)::int),
    ('tokens', coalesce(m.tokens_used, 0)), ('unanswered', (m.is_answered is false)::int),
    ('unhelpful', (m.is_helpful is false)::int)
  ) as fact (what, amount)
  union all
  select m.org_id, m.sent_at, 'message of ' || m.sender_type::text, 1
  from public.portal_messages m
  where m.sender_type <> 'system'
  union all
  select b.org_id, b.created_at, 'request ' || b.status::text, 1
  from public.portal_booking_requests b
  union all
  select w.org_id, w.completed_at, 'visit completed' as what, 1
  from public.work_orders w
  where w.completed_at is not null
  union all
  select w.org_id, w.canceled_at, 'visit canceled' as what, 1
  from public.work_orders w
  where w.canceled_at is not null
  union all
  select a.org_id, a.created_at, 'sign-up' as what, 1
  from public.portal_accounts a
), counted as (
  select
    h.org_id,
    o.slug as org_slug,
    (h.at at time zone o.timezone)::date as day,
    coalesce(sum(h.amount) filter (where h.what = 'turn'), 0) as turns,
    coalesce(sum(h.amount) filter (where h.what = 'anonymous turn'), 0) as anonymous_turns,
    coalesce(sum(h.amount) filter (where h.what = 'tokens'), 0) as tokens,
    coalesce(sum(h.amount) filter (where h.what = 'conversation'), 0) as conversations,
    coalesce(sum(h.amount) filter (where h.what = 'escalation'), 0) as escalations,
    sum(h.amount) filter (where h.what = 'asked') as asked,
    sum(h.amount) filter (where h.what = 'kept') as kept,
    coalesce(sum(h.amount) filter (where h.what = 'unanswered'), 0) as unanswered,
    coalesce(sum(h.amount) filter (where h.what = 'unhelpful'), 0) as unhelpful,
    coalesce(sum(h.amount) filter (where h.what like 'message of %'), 0) as messages,
    coalesce(sum(h.amount) filter (where h.what like 'request %'), 0) as requests,
    coalesce(sum(h.amount) filter (where h.what = 'request scheduled'), 0) as scheduled,
    coalesce(sum(h.amount) filter (where h.what in ('request submitted', 'request under_review', 'request approved')), 0) as open,
    coalesce(sum(h.amount) filter (where h.what = 'request rejected'), 0) as rejected,
    coalesce(sum(h.amount) filter (where h.what = 'request canceled_by_customer'), 0) as canceled,
    coalesce(sum(h.amount) filter (where h.what = 'message of portal_customer'), 0) as of_customers,
    coalesce(sum(h.amount) filter (where h.what = 'message of internal_user'), 0) as of_staff,
    coalesce(sum(h.amount) filter (where h.what = 'visit completed'), 0) as visits_completed,
    coalesce(sum(h.amount) filter (where h.what = 'visit canceled'), 0) as visits_canceled,
    coalesce(sum(h.amount) filter (where h.what = 'sign-up'), 0) as sign_ups
  from happened h
  join public.orgs o on o.id = h.org_id
  group by h.org_id, o.slug, o.timezone, (h.at at time zone o.timezone)::date
)
select
  org_id,
  org_slug,
  day,
  turns,
  anonymous_turns,
  tokens,
  conversations,
  escalations,
  round(kept::numeric / nullif(asked, 0), 3) as deflection,
  unanswered,
  unhelpful as reported_unhelpful,
  messages,
  requests as booking_requests,
  scheduled as bookings_scheduled,
  round(scheduled::numeric / nullif(requests, 0), 3) as booking_conversion,
  open as booking_requests_open,
  rejected as booking_requests_rejected,
  canceled as booking_requests_canceled,
  of_customers as messages_of_customers,
  of_staff as messages_of_staff,
  visits_completed,
  visits_canceled,
  sign_ups
from counted;
comment on column portal_admin.usage.booking_requests_open is 'Of the requests of this day, how many the office has yet to decide on or to find a time for.';
comment on column portal_admin.usage.booking_requests_rejected is 'Of the requests of this day, how many the office has refused.';
comment on column portal_admin.usage.booking_requests_canceled is 'Of the requests of this day, how many their customers have taken back, before or after they had become an appointment.';
comment on column portal_admin.usage.messages_of_customers is 'Of the messages, those that customers wrote.';
comment on column portal_admin.usage.messages_of_staff is 'Of the messages, those that the company''s people wrote.';
comment on column portal_admin.usage.visits_completed is 'Visits that were completed on this day, whoever had booked them.';
comment on column portal_admin.usage.visits_canceled is 'Visits and tentative holds that ended without a visit on this day: canceled by the customer or the company, or lapsed.';
comment on column portal_admin.usage.sign_ups is 'Portal accounts that were opened.';

notify pgrst, 'reload schema';
