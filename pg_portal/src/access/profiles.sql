select p.org_id, o.slug, p.role::text, t.id
from public.profiles p
join public.orgs o on o.id = p.org_id and o.is_active
left join public.technicians t on t.org_id = p.org_id and t.user_id = p.user_id and t.is_active
where p.user_id = $1 and p.role in ('admin', 'csr', 'dispatcher', 'technician')
