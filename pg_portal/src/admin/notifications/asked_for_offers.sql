-- The customers of accounts that asked for offers. $1 organization.
with asked as (
  select a.id, a.customer_id, a.implicit_grant
  from public.portal_notification_preferences p
  join public.portal_accounts a on a.org_id = p.org_id and a.id = p.portal_account_id and a.status = 'active'
  where p.org_id = $1 and (p.notify_marketing_email or p.notify_marketing_sms)
)
select jsonb_agg(c.customer_id order by c.customer_id)
from (
  select a.customer_id from asked a where a.implicit_grant
  union
  select g.customer_id
  from asked a
  join public.portal_account_grants g on g.org_id = $1 and g.portal_account_id = a.id and g.revoked_at is null
) c
