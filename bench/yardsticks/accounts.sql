select a.org_id, o.slug as org_slug, o.name as org_name, a.id, a.customer_id, c.full_name as customer_name, a.role, a.status,
  a.user_id = $user as is_own, p.full_name, p.email, p.phone, a.primary_location_id, a.last_login_at, a.created_at,
  a.updated_at
from public.portal_accounts a
join public.orgs o on o.id = a.org_id
left join public.profiles p on p.org_id = a.org_id and p.user_id = a.user_id
left join public.customers c on c.org_id = a.org_id and c.id = a.customer_id
where a.org_id = $org and a.customer_id = $customer
