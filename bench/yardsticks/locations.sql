select l.org_id, l.id, l.customer_id, l.label, l.address_line1, l.address_line2, l.city, l.region, l.postal_code,
  l.country, l.timezone, l.is_primary, l.is_active, l.is_active as can_book, l.created_at, l.updated_at
from public.customer_locations l
where l.org_id = $org and l.customer_id = $customer
