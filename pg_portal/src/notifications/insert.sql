-- $1 organization, $2 customer, $3 job, $4 the occasions, $5 the rows. What was canceled and is true again is revived.
insert into public.portal_notifications as n
  (org_id, customer_id, work_order_id, event, category, payload, channel, recipient, portal_account_id, channel_id,
   user_id, dedupe_key, not_before, expires_at, status, last_error)
select
  $1, $2, $3, o.event, o.category, o.payload, r.channel, r.recipient, r.portal_account_id, r.channel_id,
  r.user_id, r.dedupe_key, r.not_before, r.expires_at, r.status, r.last_error
from jsonb_to_recordset($5) r (
  occasion integer, channel portal.notification_channel, recipient text, portal_account_id uuid, channel_id uuid,
  user_id uuid, dedupe_key text, not_before timestamptz, expires_at timestamptz, status portal.notification_status,
  last_error text)
cross join lateral jsonb_to_record($4 -> r.occasion) o (event text, category text, payload jsonb)
on conflict (org_id, dedupe_key) do update set
  payload = excluded.payload,
  recipient = excluded.recipient,
  not_before = excluded.not_before,
  expires_at = excluded.expires_at,
  status = excluded.status,
  last_error = excluded.last_error,
  attempts = 0,
  lease_until = null
where n.status = 'canceled'
