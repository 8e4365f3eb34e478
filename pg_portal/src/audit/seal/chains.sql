select o.id, o.slug, tip.last_seq, tip.hash
from public.orgs o
cross join lateral (
  select s.last_seq, s.hash
  from public.portal_audit_seals s
  where s.org_id = o.id
  order by s.first_seq desc
  limit 1
) tip
order by o.slug
