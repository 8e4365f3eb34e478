select 'warn', format(
  'Company %s is not told what its customers do. Add a row to org_channels, such as an e-mail address of the office.',
  o.slug)
from public.orgs o
where o.is_active and not exists (select from public.org_channels c where c.org_id = o.id and c.is_active)
order by o.slug
