-- $1 organization, $2 location, $3 the whole address as a JSON object, $4 whether it is the primary one, or null.
update public.customer_locations l
set (label, address_line1, address_line2, city, region, postal_code, country, timezone) = (
      select
        coalesce(a.label, a.address_line1), a.address_line1, a.address_line2, a.city, a.region, a.postal_code,
        coalesce(upper(a.country), l.country), coalesce(a.timezone, l.timezone)
      from jsonb_to_record($3) as a (
        label text, address_line1 text, address_line2 text, city text, region text, postal_code text, country text,
        timezone text)
    ),
    is_primary = coalesce($4, l.is_primary)
where l.org_id = $1 and l.id = $2
