select jsonb_agg(f.path order by f.path)
from (
  select d.bucket || '/' || d.path
  from public.documents d
  where d.org_id = $1 and d.customer_id = $2
  union
  select 'attachments/' || (a.file ->> 'path')
  from public.portal_messages m, jsonb_array_elements(m.attachments) as a (file)
  where m.org_id = $1 and m.customer_id = $2
  union
  select 'attachments/' || (a.file ->> 'path')
  from public.portal_booking_requests b, jsonb_array_elements(b.attachments) as a (file)
  where b.org_id = $1 and b.customer_id = $2
) as f (path)
where f.path is not null
