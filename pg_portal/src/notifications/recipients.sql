-- Everybody who may have to be told of one change. $1 organization, $2 customer, $3 location, $4 what people must be
-- able to do there (null: none are asked for), $5 the roles that may without a grant, $6 whether any location of the
-- customer will do, $7 the job whose technician is told (null: none is).
with accounts as (
  select a.id, a.user_id
  from public.portal_accounts a
  where a.org_id = $1 and a.customer_id = $2 and a.status = 'active' and a.implicit_grant
    and a.role = any ($5::portal.account_role[])
  union
  select a.id, a.user_id
  from public.portal_account_grants g
  join public.portal_accounts a on a.org_id = g.org_id and a.id = g.portal_account_id and a.status = 'active'
  where g.org_id = $1 and g.customer_id = $2 and g.revoked_at is null
    and (g.location_id is null or g.location_id = $3 or $6)
    and $4::portal.capability = any (g.capabilities)
)
select jsonb_build_object(
  'timezone', o.timezone,
  'texts', o.sms_from is not null,
  'do_not_contact', coalesce((
    select c.do_not_contact from public.customers c where c.org_id = o.id and c.id = $2), false),
  'people', (
    select coalesce(jsonb_agg(jsonb_build_object(
      'account_id', a.id, 'user_id', a.user_id, 'email', p.email, 'phone', p.phone,
      'preferences', coalesce((
        select to_jsonb(n) from public.portal_notification_preferences n
        where n.org_id = o.id and n.portal_account_id = a.id), '{}'))), '[]')
    from accounts a
    join public.profiles p on p.org_id = $1 and p.user_id = a.user_id),
  'office', (
    select coalesce(jsonb_agg(jsonb_build_object(
      'id', c.id, 'channel', c.channel, 'events', to_jsonb(c.events),
      'recipient', case when c.channel in ('email', 'sms') then c.address else c.label end)), '[]')
    from public.org_channels c
    where c.org_id = o.id and c.is_active),
  'technician', (
    select jsonb_build_object('id', t.id, 'user_id', t.user_id, 'email', p.email)
    from public.work_orders w
    join public.technicians t on t.org_id = w.org_id and t.id = w.technician_id and t.is_active
    join public.profiles p on p.org_id = t.org_id and p.user_id = t.user_id
    where w.org_id = o.id and w.id = $7))
from public.orgs o
where o.id = $1 and o.is_active
