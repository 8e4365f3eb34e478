-- $1 organization, $2 user, $3 reference of a job or quote, if the person gave one.
with me as (
  select
    case when u.email_confirmed_at is not null then lower(nullif(u.email, '')) end as email,
    case when u.phone_confirmed_at is not null then '+' || ltrim(nullif(u.phone, ''), '+') end as phone
  from auth.users u
  where u.id = $2::uuid
),
by_email as (
  select c.id as customer_id
  from me join public.customers c on c.org_id = $1::uuid and lower(c.email) = me.email and c.is_active
  union
  select c.id
  from me
  join public.customer_contacts k on k.org_id = $1::uuid and lower(k.email) = me.email and k.is_active
  join public.customers c on c.org_id = k.org_id and c.id = k.customer_id and c.is_active
),
by_phone as (
  select c.id as customer_id
  from me join public.customers c on c.org_id = $1::uuid and c.phone = me.phone and c.is_active
  union
  select c.id
  from me
  join public.customer_contacts k on k.org_id = $1::uuid and k.phone = me.phone and k.is_active
  join public.customers c on c.org_id = k.org_id and c.id = k.customer_id and c.is_active
),
-- A reference alone proves nothing: the job must carry the verified identifier, or belong to a customer who does.
by_reference as (
  select w.customer_id
  from me
  join public.work_orders w on w.org_id = $1::uuid and w.reference = upper(btrim($3))
  join public.customers c on c.org_id = w.org_id and c.id = w.customer_id and c.is_active
  where lower(w.contact_email) = me.email or w.contact_phone = me.phone
     or w.customer_id in (select customer_id from by_email union select customer_id from by_phone)
  union
  select q.customer_id
  from public.quotes q
  where q.org_id = $1::uuid and q.number = upper(btrim($3))
    and q.customer_id in (select customer_id from by_email union select customer_id from by_phone)
)
select coalesce(jsonb_agg(jsonb_build_object('customer_id', m.customer_id, 'by', m.by)), '[]')
from (
  select customer_id, 'reference' as by from by_reference
  union all
  select customer_id, 'email' from by_email
  union all
  select customer_id, 'phone' from by_phone
) m
