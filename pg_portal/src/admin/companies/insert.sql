-- The company $1 slug, $2 name, $3 time zone, $4 currency, $5 phone and $6 address of support; no row when it is there.
insert into public.orgs (slug, name, timezone, currency, support_phone, support_email)
values ($1, $2, $3, $4, $5, $6)
on conflict (slug) do nothing
returning to_jsonb(id)
