select jsonb_agg(f.bucket_id || '/' || f.name order by f.bucket_id, f.name)
from storage.objects f
where f.bucket_id in ('attachments', 'documents')
  and f.name like $1 || '/' || $2 || '/%'
