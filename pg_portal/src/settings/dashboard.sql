-- $1 organization, $2 account. What the portal opens with, in one answer.
select jsonb_build_object(
  'next_appointment', upcoming.next,
  'upcoming_count', upcoming.count,
  'open_threads', conversations.open,
  'unread_messages', conversations.unread,
  'outstanding_invoices', jsonb_build_object(
    'count', bills.count, 'total_cents', bills.total_cents, 'currency', o.currency),
  'recent_ai_conversations', coalesce(assistant.recent, '[]'),
  'pending_requests', requests.count
)
from public.orgs o
cross join (
  select count(*) as count, (array_agg(to_jsonb(coming) order by coming.window_start, coming.id))[1] as next
  from (
    select a.id, a.reference, a.status, a.service_type, a.service_name, a.location_id, a.location_label, a.timezone,
      a.window_start, a.window_end, a.eta, a.technician_id, a.technician_name, a.technician_avatar
    from portal.appointments a
    -- A week back is far enough for a job that is under way, and spares the whole history.
    where a.window_start > now() - interval '7 days'
      and (a.status = 'scheduled' and a.window_end > now() or a.status in ('en_route', 'on_site'))
  ) coming
) upcoming
cross join (
  select count(*) filter (where t.status <> 'closed') as open, coalesce(sum(t.unread_count), 0) as unread
  from portal.threads t
) conversations
cross join lateral (
  -- The sum is in the company's currency; a bill in another one is counted all the same.
  select count(*) as count, coalesce(sum(i.balance_cents) filter (where i.currency = o.currency), 0) as total_cents
  from portal.invoices i
  where i.status in ('open', 'overdue') and i.balance_cents > 0
) bills
cross join (
  select jsonb_agg(to_jsonb(latest) order by latest.started_at desc, latest.id) as recent
  from (
    select c.id, c.context_type, c.status, c.related_work_order_id as appointment_id,
      c.escalated_to_thread_id as thread_id, c.started_at, c.ended_at
    from public.portal_ai_conversations c
    where c.org_id = $1 and c.portal_account_id = $2
    order by c.started_at desc, c.id
    limit 3
  ) latest
) assistant
cross join (
  select count(*) as count
  from portal.booking_requests b
  where b.status in ('submitted', 'under_review', 'approved')
) requests
where o.id = $1
