select c.org_id, c.id, c.customer_id, c.location_id, c.full_name, c.email, c.phone, c.role, c.created_at, c.updated_at
from public.customer_contacts c
where c.org_id = $org and c.customer_id = $customer and c.is_active
