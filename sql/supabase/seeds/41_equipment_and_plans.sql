-- Demo data: what stands at the addresses, the warranties on it, and maintenance plans.
create or replace function pg_temp.demo_id(name text) returns uuid language sql immutable as $$
  select overlay(overlay(md5(name) placing '8' from 13 for 1) placing '8' from 17 for 1)::uuid
$$;

-- Two machines at every address of acme-comfort, one or two at those of bolt-pipe; makers are invented.
insert into public.equipment
  (id, org_id, customer_id, location_id, kind, manufacturer, model, serial_number, installed_on, created_at)
select pg_temp.demo_id('equipment/' || place.id || '/' || machine.kind), place.org_id, place.customer_id, place.id, machine.kind,
       maker, model, upper(substr(md5(place.id::text || machine.kind), 1, 10)),
       current_date - (200 + ('x' || substr(md5(machine.kind || place.id), 1, 4))::bit(16)::int % 3600), place.created_at
from public.customer_locations as place
join public.orgs on orgs.id = place.org_id
join (values
  ('acme-comfort', 'Furnace', 'Northvale', 'NV-96-080', '0-9'),
  ('acme-comfort', 'Air conditioner', 'Northvale', 'CX-36-16', '0-7'),
  ('acme-comfort', 'Heat pump', 'Halden', 'HP-36-V', '8-9'),
  ('acme-comfort', 'Electrical panel', 'Corbett', 'CP-200', 'a-f'),
  ('bolt-pipe', 'Water heater', 'Ridgeline', 'RG-50-ATM', '0-f'),
  ('bolt-pipe', 'Sump pump', 'Tarn', 'TS-33', '0-6')
) as machine (slug, kind, maker, model, share) using (slug)
-- The share is a range of first digits, so that addresses differ but stay the same from run to run.
where substr(md5(place.id::text), 1, 1) ~ ('^[' || share || ']')
   or (machine.kind in ('Furnace', 'Air conditioner', 'Water heater') and place.customer_id in (
        'ac3e0000-0000-4000-8000-000000000201', 'ac3e0000-0000-4000-8000-000000000202', 'b0170000-0000-4000-8000-000000000201'))
on conflict do nothing;

-- The maker's warranty runs ten years from installation, six for water heaters; some have ended.
insert into public.warranties
  (id, org_id, customer_id, location_id, equipment_id, title, provider, coverage, starts_on, ends_on, created_at)
select pg_temp.demo_id('warranty/' || machine.id), machine.org_id, machine.customer_id, machine.location_id, machine.id,
       machine.kind || ': parts', machine.manufacturer,
       'Parts that fail in normal use. A yearly tune-up by a licensed company is a condition; labor is not covered.',
       machine.installed_on,
       (machine.installed_on + case machine.kind when 'Water heater' then interval '6 years' else interval '10 years' end)::date,
       machine.created_at
from public.equipment as machine
where machine.id = pg_temp.demo_id('equipment/' || machine.location_id || '/' || machine.kind) and machine.kind <> 'Electrical panel'
on conflict do nothing;

-- Our own warranty on the larger repairs of the last year.
insert into public.warranties
  (id, org_id, customer_id, location_id, work_order_id, title, provider, coverage, starts_on, ends_on, created_at)
select pg_temp.demo_id('warranty/' || job.id), job.org_id, job.customer_id, job.location_id, job.id, 'Labor on job ' || job.reference,
       orgs.name, 'Our work on this job. If it fails for the same reason, we repair it again at no charge.',
       job.completed_at::date, (job.completed_at + interval '1 year')::date, job.completed_at
from public.work_orders as job
join public.orgs on orgs.id = job.org_id
join public.invoices as invoice on invoice.org_id = job.org_id and invoice.work_order_id = job.id
where job.reference like 'J-DEMO____' and job.status = 'completed' and invoice.total_cents >= 25000
  and orgs.slug in ('acme-comfort', 'bolt-pipe')
on conflict do nothing;

insert into public.documents
  (id, org_id, customer_id, location_id, kind, title, path, mime_type, size_bytes, created_at)
select pg_temp.demo_id('manual/' || machine.id), machine.org_id, machine.customer_id, machine.location_id, 'manual',
       'Owner''s manual: ' || machine.manufacturer || ' ' || machine.model,
       concat_ws('/', machine.org_id, machine.customer_id, 'manual', machine.id || '.pdf'), 'application/pdf', 2480000, machine.created_at
from public.equipment as machine
where machine.customer_id in ('ac3e0000-0000-4000-8000-000000000201', 'ac3e0000-0000-4000-8000-000000000202',
                              'b0170000-0000-4000-8000-000000000201')
  and machine.id = pg_temp.demo_id('equipment/' || machine.location_id || '/' || machine.kind)
on conflict do nothing;

-- Plans of the demo customers, and of every fourth customer besides.
insert into public.memberships
  (id, org_id, customer_id, plan_name, status, benefits, starts_on, ends_on, renews_on, price_cents, created_at)
select pg_temp.demo_id('membership/' || customer.id), customer.org_id, customer.id, plan_name,
       case when ended then 'expired' else 'active' end, benefits,
       current_date - started, case when ended then current_date - started + 365 end,
       case when not ended then current_date - started + 365 * (1 + started / 365) end, price_cents, now() - make_interval(days => started)
from public.customers as customer
join public.orgs on orgs.id = customer.org_id
join (values
  ('acme-comfort', 'Comfort Plan', 18900, 'Two tune-ups a year, priority in extreme weather, 15 % off repairs, emergency calls at the weekday price.'),
  ('bolt-pipe', 'Dry House Plan', 14900, 'One plumbing inspection a year, priority in a freeze, 10 % off repairs, backflow test included.')
) as plan (slug, plan_name, price_cents, benefits) using (slug),
     lateral (select 20 + ('x' || substr(md5(customer.id::text), 1, 4))::bit(16)::int % 330 as days) as pick,
     lateral (select customer.full_name in ('Dana Whitfield', 'Lakeshore Property Group', 'Jamie Okafor') as is_demo) as who,
     lateral (select not is_demo and days % 5 = 0 as ended) as fate,
     lateral (select days + case when ended then 365 else 0 end as started) as since
where is_demo or substr(md5(customer.id::text), 1, 1) ~ '^[0-3]'
on conflict do nothing;
