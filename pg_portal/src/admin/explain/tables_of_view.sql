-- The tables that the view $1 reads.
select jsonb_agg(distinct format('%s.%s', n.nspname, c.relname))
from pg_catalog.pg_rewrite r
join pg_catalog.pg_depend d on d.classid = 'pg_rewrite'::regclass and d.objid = r.oid and d.refclassid = 'pg_class'::regclass
join pg_catalog.pg_class c on c.oid = d.refobjid and c.relkind in ('r', 'p')
join pg_catalog.pg_namespace n on n.oid = c.relnamespace and n.nspname = 'public'
where r.ev_class = $1
