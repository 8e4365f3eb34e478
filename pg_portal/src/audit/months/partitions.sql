select c.relname::text
from pg_catalog.pg_inherits i
join pg_catalog.pg_class c on c.oid = i.inhrelid
where i.inhparent = 'public.portal_audit_events'::regclass
order by c.relname
