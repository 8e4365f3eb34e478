-- $1 organization, $2 user, $3 account, or null for staff. What the page of settings shows.
select jsonb_build_object(
  'profile', (
    select jsonb_build_object(
      'full_name', p.full_name, 'email', p.email, 'phone', p.phone, 'preferred_language', p.preferred_language,
      'avatar_url', p.avatar_url, 'role', p.role, 'updated_at', p.updated_at)
    from public.profiles p
    where p.org_id = $1 and p.user_id = $2),
  'account', (
    select jsonb_build_object(
      'id', a.id, 'customer_id', a.customer_id, 'customer_name', a.customer_name, 'role', a.role, 'status', a.status,
      'primary_location_id', a.primary_location_id, 'last_login_at', a.last_login_at, 'created_at', a.created_at)
    from portal.accounts a
    where a.org_id = $1 and a.id = $3),
  'organization', jsonb_build_object(
    'id', o.id, 'slug', o.slug, 'name', o.name, 'timezone', o.timezone, 'currency', o.currency,
    'support_phone', o.support_phone, 'support_email', o.support_email, 'brand_color', o.brand_color,
    'logo_url', o.logo_url),
  'locations', coalesce((
    select jsonb_agg(to_jsonb(l) - '{org_id,created_at,updated_at}'::text[] order by l.is_primary desc, l.label, l.id)
    from portal.locations l), '[]'),
  'contacts', coalesce((
    select jsonb_agg(to_jsonb(c) - '{org_id,created_at,updated_at}'::text[] order by c.full_name, c.id)
    from portal.contacts c), '[]'),
  'notification_preferences', (
    select to_jsonb(p) - '{org_id,id,portal_account_id,created_at,updated_at}'::text[]
    from portal.notification_preferences p
    where p.org_id = $1 and p.portal_account_id = $3),
  'security', portal_internal.security_facts()
)
from public.orgs o
where o.id = $1
