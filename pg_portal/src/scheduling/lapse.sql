-- Lets holds go whose time is over. Their requests go back to the office; triggers see to that.
-- $1 organization, $2 period as text; null: all of them. Whatever somebody else is deciding at this moment is left
-- alone. The request is locked before its job, as everywhere.
with stale as materialized (
  select w.org_id, w.id
  from public.work_orders w
  where w.status = 'tentative' and w.hold_expires_at <= now()
    and ($1::uuid is null or w.org_id = $1::uuid) and ($2::text is null or w.blocked && $2::tstzrange)
), asked as materialized (
  select b.org_id, b.related_work_order_id as id
  from public.portal_booking_requests b
  join stale s on s.org_id = b.org_id and s.id = b.related_work_order_id
  for update of b skip locked
), lapsed as materialized (
  select w.org_id, w.id
  from public.work_orders w
  join stale s on s.org_id = w.org_id and s.id = w.id
  where w.status = 'tentative' and w.hold_expires_at <= now()
    and (exists (select from asked a where a.org_id = w.org_id and a.id = w.id)
      or not exists (
        select from public.portal_booking_requests b where b.org_id = w.org_id and b.related_work_order_id = w.id))
  for update of w skip locked
)
update public.work_orders w
set status = 'canceled', cancel_reason = 'hold_expired'
from lapsed l
where w.org_id = l.org_id and w.id = l.id
returning w.id
