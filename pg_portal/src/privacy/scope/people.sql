with persons as (
  select a.user_id
  from public.portal_accounts a
  join public.customers c on c.org_id = a.org_id and c.id = a.customer_id
  where c.id = $1 and a.user_id is not null
    and not exists (
      select from public.profiles p
      where p.org_id = a.org_id and p.user_id = a.user_id and p.role not in ('portal_customer', 'portal_manager'))
    and not exists (
      select from public.technicians t where t.org_id = a.org_id and t.user_id = a.user_id)
)
select jsonb_build_object(
  'org_id', c.org_id,
  'customer_id', c.id,
  'org_slug', o.slug,
  'org_name', o.name,
  'accounts', coalesce((
    select jsonb_agg(a.id order by a.id)
    from public.portal_accounts a
    where a.org_id = c.org_id and a.customer_id = c.id), '[]'),
  'persons', coalesce((select jsonb_agg(user_id order by user_id) from persons), '[]'),
  'leaving', coalesce((
    select jsonb_agg(p.user_id order by p.user_id)
    from persons p
    where not exists (select from public.portal_accounts a where a.user_id = p.user_id and a.org_id <> c.org_id)
      and not exists (select from public.profiles f where f.user_id = p.user_id and f.org_id <> c.org_id)
      and not exists (select from public.technicians t where t.user_id = p.user_id and t.org_id <> c.org_id)), '[]'))
from public.customers c
join public.orgs o on o.id = c.org_id
where c.id = $1
