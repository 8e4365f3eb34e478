-- Takes rows that are due, and those whose worker has gone quiet, and reads what is true of them now. $1 channel,
-- $2 how many. Ordered as the indexes are, channel first, or row level security would have all that is due sorted each
-- time. Sub-selects, not joins nor EXISTS: each is one look by key, whatever the planner believes of the sizes.
with lapsed as (
  select n.*
  from public.portal_notifications n
  where n.channel = $1::portal.notification_channel and n.status = 'sending' and n.lease_until <= now()
  order by n.channel, n.lease_until
  limit $2
  for update skip locked
),
due as (
  select n.*
  from public.portal_notifications n
  where n.channel = $1::portal.notification_channel and n.status = 'pending' and n.not_before <= now()
  order by n.channel, n.not_before
  limit $2 - (select count(*) from lapsed)
  for update skip locked
),
taken as (
  select n.*,
    (n.payload ->> 'request_id')::uuid as request_id,
    (n.payload ->> 'message_id')::uuid as message_id,
    (n.payload ->> 'invite_id')::uuid as invite_id
  from (select * from lapsed union all select * from due) n
)
select jsonb_build_object(
  'org_id', n.org_id, 'id', n.id, 'event', n.event, 'category', n.category, 'channel', n.channel, 'status', n.status,
  'dedupe_key', n.dedupe_key, 'created_at', n.created_at, 'expires_at', n.expires_at, 'attempts', n.attempts,
  'payload', n.payload, 'work_order_id', n.work_order_id,
  'company', (
    select jsonb_build_object('is_active', o.is_active, 'timezone', o.timezone, 'texts', o.sms_from is not null)
    from public.orgs o where o.id = n.org_id),
  'address', case
    when n.channel_id is not null then (
      select case when c.channel in ('email', 'sms') then c.address else c.label end
      from public.org_channels c where c.org_id = n.org_id and c.id = n.channel_id and c.is_active)
    when n.user_id is not null then (
      select case n.channel when 'email' then p.email when 'sms' then p.phone end
      from public.profiles p where p.org_id = n.org_id and p.user_id = n.user_id)
    else n.recipient end,
  'account', (
    select jsonb_build_object(
      'account_id', a.id, 'user_id', a.user_id, 'email', p.email, 'phone', p.phone,
      'do_not_contact', coalesce((
        select c.do_not_contact from public.customers c where c.org_id = n.org_id and c.id = n.customer_id), false),
      'has_access', a.status = 'active' and (
        a.implicit_grant and a.customer_id = n.customer_id
        or exists (
          select from public.portal_account_grants g
          where g.org_id = a.org_id and g.portal_account_id = a.id and g.customer_id = n.customer_id
            and g.revoked_at is null
            and (g.location_id is null or n.category = 'marketing' or g.location_id = coalesce(
              (select w.location_id from public.work_orders w where w.org_id = n.org_id and w.id = n.work_order_id),
              (select b.location_id from public.portal_booking_requests b
               where b.org_id = n.org_id and b.id = n.request_id),
              (select m.location_id from public.portal_messages m where m.org_id = n.org_id and m.id = n.message_id))))),
      'preferences', coalesce((
        select to_jsonb(q) from public.portal_notification_preferences q
        where q.org_id = a.org_id and q.portal_account_id = a.id), '{}'))
    from public.portal_accounts a
    left join public.profiles p on p.org_id = a.org_id and p.user_id = a.user_id
    where a.org_id = n.org_id and a.id = n.portal_account_id),
  'job', (
    select jsonb_build_object('status', w.status, 'window_start', w.window_start)
    from public.work_orders w where w.org_id = n.org_id and w.id = n.work_order_id),
  'request_status', (
    select b.status from public.portal_booking_requests b where b.org_id = n.org_id and b.id = n.request_id),
  'is_read', (
    select count(*) > 0 from public.portal_message_reads r
    where r.org_id = n.org_id and r.message_id = n.message_id and r.user_id = n.user_id),
  'is_invited', (
    select count(*) > 0 from public.portal_invites i
    where i.org_id = n.org_id and i.id = n.invite_id and i.status = 'pending'
      and i.token_hash = sha256(convert_to(n.payload ->> 'token', 'utf8'))),
  'url', (
    select c.address from public.org_channels c
    where c.org_id = n.org_id and c.id = n.channel_id and c.channel in ('slack', 'webhook')),
  'secret', (
    select c.secret from public.org_channels c
    where c.org_id = n.org_id and c.id = n.channel_id and c.channel in ('slack', 'webhook')),
  'facts', jsonb_strip_nulls(jsonb_build_object(
    'company', (
      select jsonb_build_object(
        'name', o.name, 'phone', o.support_phone, 'email', o.support_email, 'color', o.brand_color,
        'logo_url', o.logo_url, 'timezone', o.timezone, 'sms_from', o.sms_from, 'slug', o.slug)
      from public.orgs o where o.id = n.org_id),
    -- Who is told; for the office, of whom.
    'person', case n.category when 'office' then (
      select jsonb_build_object('name', c.full_name)
      from public.customers c where c.org_id = n.org_id and c.id = n.customer_id)
    else (
      select jsonb_build_object('name', p.full_name, 'email', p.email, 'language', p.preferred_language)
      from public.profiles p where p.org_id = n.org_id and p.user_id = n.user_id) end,
    'appointment', (
      select jsonb_build_object(
        'id', w.id, 'reference', w.reference, 'service_name', s.name, 'status', w.status, 'eta', w.eta,
        'window_start', w.window_start, 'window_end', w.window_end, 'timezone', l.timezone,
        'from_window_start', n.payload -> 'from_window_start',
        'address', concat_ws(', ', l.address_line1, l.address_line2, l.city, concat_ws(' ', l.region, l.postal_code)),
        'technician_name', t.display_name, 'note', n.payload -> 'note',
        'fee_cents', w.cancel_fee_cents, 'currency', o.currency)
      from public.work_orders w
      join public.orgs o on o.id = w.org_id
      join public.service_types s on s.org_id = w.org_id and s.code = w.service_type
      join public.customer_locations l on l.org_id = w.org_id and l.id = w.location_id
      left join public.technicians t on t.org_id = w.org_id and t.id = w.technician_id
      where w.org_id = n.org_id and w.id = n.work_order_id),
    'request', (
      select jsonb_build_object(
        'id', b.id, 'service_name', s.name, 'description', b.problem_description, 'decision_note', b.decision_note,
        'preferred_service_date', b.preferred_service_date,
        'preferred_time_window_start', b.preferred_time_window_start,
        'preferred_time_window_end', b.preferred_time_window_end)
      from public.portal_booking_requests b
      join public.service_types s on s.org_id = b.org_id and s.code = b.service_type
      where b.org_id = n.org_id and b.id = n.request_id),
    'safety', (
      select jsonb_build_object('notice', b.safety_notice)
      from public.portal_booking_requests b
      where b.org_id = n.org_id and b.id = n.request_id and b.safety_notice is not null),
    'message', (
      select jsonb_build_object(
        'id', m.id, 'thread_id', m.thread_id, 'subject', t.subject, 'sender_name', m.sender_name, 'body', m.body)
      from public.portal_messages m
      join public.portal_threads t on t.org_id = m.org_id and t.id = m.thread_id
      where m.org_id = n.org_id and m.id = n.message_id),
    'invite', (
      select jsonb_build_object(
        'token', n.payload -> 'token', 'role', i.role, 'full_name', i.full_name, 'customer_name', c.full_name,
        'expires_at', i.expires_at)
      from public.portal_invites i
      join public.customers c on c.org_id = i.org_id and c.id = i.customer_id
      where i.org_id = n.org_id and i.id = n.invite_id),
    'offer', n.payload -> 'offer',
    'unsubscribe', (
      select format('%s.%s.%s', q.org_id, q.unsubscribe_token, n.category)
      from public.portal_notification_preferences q
      where q.org_id = n.org_id and q.portal_account_id = n.portal_account_id
        and n.category in ('booking_updates', 'technician_enroute', 'messages', 'marketing')))))
from taken n
order by n.not_before, n.id
