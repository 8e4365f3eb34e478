-- What a new company $1 starts with; $2 where its office is told of its customers, or null.
with policy as (
  insert into public.booking_policies (org_id, currency, contact_phone, contact_email)
  select o.id, o.currency, o.support_phone, o.support_email from public.orgs o where o.id = $1
), hours as (
  insert into public.org_business_hours (org_id, weekday, opens_at, closes_at)
  select $1, weekday, '08:00', '17:00' from generate_series(1, 5) as weekday
), assistant as (
  insert into public.org_assistant_settings (org_id) values ($1)
)
insert into public.org_channels (org_id, channel, label, address)
select $1, 'email', 'Office', $2 where $2 is not null
