select jsonb_build_object(
  'accounts', coalesce((
    select jsonb_agg(jsonb_build_object(
      'id', a.id,
      'org_id', a.org_id,
      'org_slug', o.slug,
      'customer_id', a.customer_id,
      'role', a.role,
      'implicit_grant', a.implicit_grant,
      'grants', coalesce((
        select jsonb_agg(jsonb_build_object(
          'customer_id', g.customer_id,
          'location_id', g.location_id,
          'capabilities', to_jsonb(g.capabilities)))
        from public.portal_account_grants g
        where g.org_id = a.org_id and g.portal_account_id = a.id and g.revoked_at is null), '[]')))
    from public.portal_accounts a
    join public.orgs o on o.id = a.org_id and o.is_active
    where a.user_id = $1::uuid and a.status = 'active'), '[]'),
  'profiles', coalesce((
    select jsonb_agg(jsonb_build_object(
      'org_id', p.org_id,
      'org_slug', o.slug,
      'role', p.role,
      'technician_id', (
        select t.id from public.technicians t
        where t.org_id = p.org_id and t.user_id = p.user_id and t.is_active limit 1)))
    from public.profiles p
    join public.orgs o on o.id = p.org_id and o.is_active
    where p.user_id = $1::uuid and p.role in ('admin', 'csr', 'dispatcher', 'technician')), '[]'))
