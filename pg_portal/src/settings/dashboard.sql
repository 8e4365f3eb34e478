-- $1 organization, $2 account; $3 a location and $4 its customer, or null for all. What the portal opens with, in one answer.
-- With a location: what is there, and what is for its customer as a whole.
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
      and ($3 is null or a.location_id = $3)
  ) coming
) upcoming
cross join (
  select count(*) filter (where t.status <> 'closed') as open, coalesce(sum(t.unread_count), 0) as unread
  from portal.threads t
  where $3 is null or t.location_id = $3 or t.location_id is null and t.customer_id = $4
) conversations
cross join lateral (
  -- The sum is in the company's currency; a bill in another one is counted all the same.
  select count(*) as count, coalesce(sum(i.balance_cents) filter (where i.currency = o.currency), 0) as total_cents
  from portal.invoices i
  where i.status in ('open', 'overdue') and i.balance_cents > 0
    and ($3 is null or i.location_id = $3
      -- A bill that names a job and no location belongs where the job is.
      or i.location_id is null and case when i.appointment_id is null then i.customer_id = $4 else exists (
        select from public.work_orders w
        where w.org_id = i.org_id and w.customer_id = i.customer_id and w.id = i.appointment_id and w.location_id = $3
      ) end)
) bills
cross join (
  select jsonb_agg(to_jsonb(latest) order by latest.started_at desc, latest.id) as recent
  from (
    select c.id, c.context_type, c.status, c.related_work_order_id as appointment_id,
      c.escalated_to_thread_id as thread_id, c.started_at, c.ended_at,
      (
        select left(m.content, 200)
        from public.portal_ai_messages m
        where m.org_id = c.org_id and m.conversation_id = c.id and m.role = 'user'
        order by m.created_at
        limit 1
      ) as first_question
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
    and ($3 is null or b.location_id = $3)
) requests
where o.id = $1
