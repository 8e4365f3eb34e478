-- Demo data: the other customers of both companies, without a portal account, so that the office has somebody to serve.
create or replace function pg_temp.demo_id(name text) returns uuid language sql immutable as $$
  select overlay(overlay(md5(name) placing '8' from 13 for 1) placing '8' from 17 for 1)::uuid
$$;

create or replace temp view demo_customers as
select orgs.id as org_id, orgs.slug, orgs.timezone, number, pg_temp.demo_id(concat_ws('/', 'customer', orgs.slug, number)) as id,
       first_name || ' ' || last_name as full_name, lower(first_name || '.' || last_name) || '@home.example' as email,
       area_code || '55501' || lpad((50 + number)::text, 2, '0') as phone,
       house || ' ' || street as line1, city, region, postal_code
from (values
  ('acme-comfort', '+1773', 'Chicago', 'IL',
   '{Abel,Bettina,Casper,Delia,Emory,Farrah,Gideon,Hollis,Imogen,Jules,Keira,Lorne,Mireille,Nico,Odette,Pascal,Quinn,Rosalind,Silas,Thea,Ulric,Vesna,Wendell,Yara}'::text[],
   '{Abernant,Birchall,Corriveau,Dunmore,Eastlake,Farrow,Grantley,Hathersage,Ironwood,Jessop,Kestrel,Larkspur,Merrow,Northcott,Oakhurst,Pemberly,Quillon,Ravenel,Stillwater,Thornbury,Underhill,Vandermeer,Wexcombe,Yarrow}'::text[],
   '{Prairie Wind Street,Copper Kettle Avenue,Millrace Road,Wren Court,Old Tannery Lane,Gable Street}'::text[],
   '{60613,60625,60640,60647,60657,60659}'::text[]),
  ('bolt-pipe', '+1347', 'Brooklyn', 'NY',
   '{Anselm,Beatrix,Corin,Dimitra,Eamon,Flora,Grigor,Henrike,Isolde,Jonas,Katya,Leif,Maren,Nadim,Oriana,Piers,Renske,Stellan,Tamsin,Ursa,Viggo,Zelda}'::text[],
   '{Alderwick,Brightwater,Claymore,Dovecote,Ellingham,Fenwick,Goldfinch,Hartwell,Inverness,Juniper,Kilbride,Lockhart,Marchbanks,Netherby,Orchard,Pennywell,Rushmore,Saltmarsh,Tidewell,Umber,Westerly,Zephyr}'::text[],
   '{Ropewalk Street,Cooper Yard,Pier Lane,Chandler Place,Ferry Slip Road}'::text[],
   '{11201,11205,11217,11231,11238}'::text[])
) as pool (slug, area_code, city, region, first_names, last_names, streets, postal_codes)
join public.orgs using (slug),
     lateral generate_series(1, cardinality(first_names)) as number,
     lateral (select first_names[number] as first_name,
                     last_names[1 + (number * 5) % cardinality(last_names)] as last_name,
                     100 + (number * 137) % 1800 as house,
                     streets[1 + number % cardinality(streets)] as street,
                     postal_codes[1 + number % cardinality(postal_codes)] as postal_code) as one;

insert into public.customers
  (id, org_id, kind, full_name, email, phone, do_not_contact, billing_address_line1, billing_city, billing_region,
   billing_postal_code, created_at)
select id, org_id, 'individual', full_name, email, phone, number % 11 = 0, line1, city, region, postal_code,
       now() - make_interval(days => 370 + number)
from demo_customers
on conflict do nothing;

insert into public.customer_locations
  (id, org_id, customer_id, label, address_line1, city, region, postal_code, timezone, is_primary, created_at)
select pg_temp.demo_id('location/' || id), org_id, id, 'Home', line1, city, region, postal_code, timezone, true,
       now() - make_interval(days => 370 + number)
from demo_customers
on conflict do nothing;

insert into public.customer_contacts (id, org_id, customer_id, full_name, email, phone, role)
select pg_temp.demo_id('contact/' || id), org_id, id, full_name, email, phone, 'owner'
from demo_customers
on conflict do nothing;
