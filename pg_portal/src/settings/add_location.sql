-- $1 organization, $2 customer, $3 the address as a JSON object.
insert into public.customer_locations
  (org_id, customer_id, label, address_line1, address_line2, city, region, postal_code, country, timezone)
select
  $1, $2,
  coalesce(a.label, a.address_line1), a.address_line1, a.address_line2, a.city, a.region, a.postal_code,
  coalesce(upper(a.country), 'US'), coalesce(a.timezone, o.timezone)
from jsonb_to_record($3) as a (
  label text, address_line1 text, address_line2 text, city text, region text, postal_code text, country text,
  timezone text)
join public.orgs o on o.id = $1
returning jsonb_build_array(id, timezone)
