-- What the tables say about the log-in $1: its accounts, their grants, and its profiles as staff, at every company.
with accounts as (
  select a.id, a.org_id, o.slug, o.is_active as is_open, a.role, a.status, a.implicit_grant, c.full_name, c.id as customer_id,
    (select max(e.occurred_at)::timestamptz(0) from public.portal_audit_events e
     where e.org_id = a.org_id and e.entity = 'account' and e.entity_id = a.id
       and e.event_payload -> 'after' ->> 'status' = a.status::text) as since
  from public.portal_accounts a
  join public.orgs o on o.id = a.org_id
  join public.customers c on c.org_id = a.org_id and c.id = a.customer_id
  where a.user_id = $1
), told as (
  select a.slug, 1 as place, 'account' as rule, a.status = 'active' and a.is_open as allowed, case
    when not a.is_open then format('The company %s is closed (orgs.is_active), so the account there reaches nothing.', a.slug)
    when a.status <> 'active' then format('The account at %s (%s) is %s%s; an account that is %s reaches nothing.',
      a.slug, a.id, a.status, ' since ' || a.since, a.status)
    when a.implicit_grant then format('The account at %s (%s) is active, as %s of the customer %s (%s).',
      a.slug, a.id, a.role, a.full_name, a.customer_id)
    else format('The account at %s (%s) is active, and reaches what it is granted singly and nothing else.', a.slug, a.id) end as why
  from accounts a
  union all
  select a.slug, 2, 'grant', g.revoked_at is null and a.status = 'active' and a.is_open, format('%s (%s)%s: %s%s.',
    case when l.id is null then 'All of the customer ' || c.full_name
      else format('The location %s of the customer %s', coalesce(l.label, l.address_line1), c.full_name) end,
    coalesce(l.id, c.id), case when g.revoked_at is null then ' is granted' else ' was granted' end,
    array_to_string(g.capabilities, ', '),
    case when g.revoked_at is not null then '; that was revoked on ' || g.revoked_at::timestamptz(0)
      when a.status <> 'active' then '; the account is ' || a.status || ', so it counts for nothing' end)
  from accounts a
  join public.portal_account_grants g on g.org_id = a.org_id and g.portal_account_id = a.id
  join public.customers c on c.org_id = g.org_id and c.id = g.customer_id
  left join public.customer_locations l on l.org_id = g.org_id and l.id = g.location_id
  union all
  select o.slug, 3, 'staff', o.is_active, case when o.is_active
    then format('At %s they are %s.', o.slug, p.role)
    else format('The company %s is closed (orgs.is_active), so being %s there counts for nothing.', o.slug, p.role) end
  from public.profiles p
  join public.orgs o on o.id = p.org_id
  where p.user_id = $1 and p.role in ('admin', 'csr', 'dispatcher', 'technician')
)
select t.rule, t.allowed, t.why from told t order by t.slug, t.place, t.why
