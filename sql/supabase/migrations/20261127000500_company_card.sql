-- What a company's portal shows of it before anybody has signed in: name, colour, logo, and how to reach it. Found by the
-- exact slug alone, so nobody can list the companies.

create function portal_internal.company_card(org_slug text)
returns table (slug text, name text, timezone text, support_phone text, support_email text, brand_color text, logo_url text)
language sql stable security definer set search_path = pg_catalog, pg_temp
as $$
  select o.slug, o.name, o.timezone, o.support_phone, o.support_email, o.brand_color, o.logo_url
  from public.orgs o
  where o.slug = company_card.org_slug and o.is_active
$$;
comment on function portal_internal.company_card(text) is
  'The step beneath portal.company. DEFINER, because visitors cannot read the table of companies.';

create function portal.company(org_slug text)
returns table (slug text, name text, timezone text, support_phone text, support_email text, brand_color text, logo_url text)
language sql stable set search_path = pg_catalog, pg_temp
as $$
  select * from portal_internal.company_card($1)
$$;
comment on function portal.company(text) is
  'What anybody may know of a company whose slug they name: name, time zone, whom to call or write to, colour and logo. No row for an unknown slug, and for a company whose portal is closed. After sign-in, settings() tells the same of the caller''s own.';

revoke all on function portal_internal.company_card(text), portal.company(text) from public, anon, authenticated, service_role;
grant execute on function portal_internal.company_card(text), portal.company(text) to anon, authenticated;

-- portal_owner may make nothing in this schema; it becomes the owner all the same.
grant create on schema portal_internal to portal_owner;
alter function portal_internal.company_card(text) owner to portal_owner;
revoke create on schema portal_internal from portal_owner;

notify pgrst, 'reload schema';
