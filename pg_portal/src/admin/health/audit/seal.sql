-- Sealing lags behind, or nobody seals. Where nothing was ever sealed and nothing can seal, it is said and is no finding.
with sealing as (
  select exists (select from public.portal_audit_seals) as has_begun,
    exists (select from pg_catalog.pg_proc p where p.pronamespace = 'portal_admin'::regnamespace and p.proname = 'seal_audit') as is_possible
)
select 'warn', format(
  'The audit log of company %s is not sealed since %s. Call select * from portal_admin.seal_audit(); run_due_jobs() does it every minute, so see due_jobs as well.',
  o.slug, min(e.occurred_at)::timestamptz(0))
from sealing s
cross join public.portal_audit_events e
join public.orgs o on o.id = e.org_id
where (s.has_begun or s.is_possible) and e.seq is null and e.occurred_at < now() - interval '1 hour'
group by o.slug
union all
select 'ok', 'No event of the audit log was ever sealed, and this version seals none.'
from sealing s
where not (s.has_begun or s.is_possible)
