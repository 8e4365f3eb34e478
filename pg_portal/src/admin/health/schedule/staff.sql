-- Requests that nobody sees: a company without a dispatcher, csr or admin.
select 'warn', format(
  'Nobody of company %s can sign in to decide on requests and to answer. Add a row to profiles for a person''s log-in, with role admin, csr or dispatcher.',
  o.slug)
from public.orgs o
where o.is_active and not exists (
  select from public.profiles p where p.org_id = o.id and p.role in ('admin', 'csr', 'dispatcher'))
order by o.slug
