-- Writes what was decided of rows of the outbox, each only if it is still as it was. $1 the changes, $2 seconds of the
-- lease. What has become final keeps no secret; of what was sent, those who watch hear.
with written as (
  update public.portal_notifications n
  set
    status = case when r.status = 'pending' and r.not_before >= n.expires_at then 'expired' else r.status end,
    not_before = coalesce(r.not_before, n.not_before),
    attempts = r.attempts,
    lease_until = case r.status when 'sending' then clock_timestamp() + make_interval(secs => $2) end,
    recipient = coalesce(r.recipient, n.recipient),
    last_error = case when r.status <> 'sent' then coalesce(r.last_error, n.last_error) end,
    sent_at = case r.status when 'sent' then now() end,
    payload = case
      when r.status = 'sending' or r.status = 'pending' and (r.not_before >= n.expires_at) is not true then n.payload
      else n.payload - 'token' end
  from jsonb_to_recordset($1) r (
    org_id uuid, id uuid, was portal.notification_status, attempt integer, status portal.notification_status,
    attempts integer, not_before timestamptz, recipient text, last_error text)
  where n.org_id = r.org_id and n.id = r.id and n.status = r.was and n.attempts = r.attempt
  returning n.org_id, n.id, n.status, n.user_id
),
told as (
  insert into public.portal_live_events (org_id, kind, entity_id, status, user_id)
  select w.org_id, 'notification', w.id, w.status, w.user_id
  from written w
  where w.status = 'sent' and w.user_id is not null
)
select to_jsonb(count(*)) from written
