select a.id, a.org_id, o.slug, a.customer_id, a.role::text, a.implicit_grant,
  g.customer_id, g.location_id, g.capabilities::text[]
from public.portal_accounts a
join public.orgs o on o.id = a.org_id and o.is_active
left join public.portal_account_grants g
  on g.org_id = a.org_id and g.portal_account_id = a.id and g.revoked_at is null
where a.user_id = $1 and a.status = 'active'
