-- Demo data: a year of finished work. What was done comes from a playbook, so that summary, notes, parts and price belong together.
create or replace function pg_temp.demo_id(name text) returns uuid language sql immutable as $$
  select overlay(overlay(md5(name) placing '8' from 13 for 1) placing '8' from 17 for 1)::uuid
$$;

-- The season is cold from October to April. The price covers labor and parts, in cents.
create or replace temp view demo_playbook (service_type, season, price_cents, summary, advice, internal_note, part, sku, quantity, unit) as values
  ('hvac_repair', 'cold', 31800, 'Furnace locked out after three tries; replaced a cracked hot surface igniter and tested ten starts.',
   'Igniters last about seven years. Nothing else to do this winter; keep the filter clean.', 'Igniter measured open. Inducer bearing a little noisy, offer a replacement at the next tune-up.', 'Hot surface igniter, silicon nitride', 'IGN-118', 1, 'each'),
  ('hvac_repair', 'cold', 18700, 'No heat: the flame went out after four seconds. Cleaned the flame sensor and the burners, checked the flame signal.',
   'If it stops again within a year we will replace the sensor at the price of the part.', 'Flame signal 0.9 before, 3.4 microamperes after.', 'Flame sensor', 'FLS-204', 1, 'each'),
  ('hvac_repair', 'cold', 26400, 'Furnace stopped on its pressure switch; cleared a blocked condensate trap and replaced the hose.',
   'Please keep the drain hose free where it crosses the floor; a kink stops the furnace.', 'Customer had stored paint cans on the hose.', 'Condensate hose, 5/8 inch', 'CDH-058', 6, 'ft'),
  ('hvac_repair', 'cold', 42900, 'Heat pump iced over: the defrost sensor had failed. Thawed the coil, replaced the sensor and ran two defrost cycles.',
   'Steam from the outdoor unit during defrost is normal. Keep two feet around it free of snow.', 'Board is revision B, sensor kit fits both.', 'Defrost sensor kit', 'DFS-033', 1, 'each'),
  ('hvac_repair', 'warm', 28900, 'Outdoor fan stood still and the compressor overheated; replaced the dual run capacitor and measured the currents.',
   'The capacitor wears with heat. The motor currents are back within the limits on the label.', 'Old capacitor 31 of 45 microfarads. Contactor pitted, watch.', 'Dual run capacitor 45+5 uF', 'CAP-455', 1, 'each'),
  ('hvac_repair', 'warm', 61200, 'Air conditioner froze up; found and repaired a leak at the service valve, evacuated and charged by weight.',
   'Please call us if you see ice again; running it frozen damages the compressor.', '2.3 lb short. Leak at the Schrader core, replaced both cores. Nitrogen test held 30 min.', 'Refrigerant R-410A', 'REF-410', 2.5, 'lb'),
  ('hvac_repair', 'warm', 19900, 'Water under the air handler: the condensate drain was full of algae. Cleared, flushed and tested the float switch.',
   'Pour a cup of vinegar into the cleanout every two months while you cool.', 'No float switch in the secondary pan; quoted.', 'Drain line tablets', 'DRT-006', 1, 'pack'),
  ('hvac_repair', null, 23500, 'Thermostat lost its power at random; found a chafed wire at the air handler, repaired it and fitted a 3 A fuse.',
   'Your schedule and settings are unchanged.', 'Sharp edge at the panel opening, fitted a grommet.', 'Blade fuse 3 A', 'FUS-003', 2, 'each'),
  ('hvac_tune_up', 'cold', 8900, 'Heating tune-up: burners and flame sensor cleaned, combustion and safety switches tested. Everything within limits.',
   'Carbon monoxide in the room: 0 ppm. Next tune-up in a year.', 'Static pressure 0.72, on the high side. Ask about the filter grille.', 'Air filter 16x25x1 MERV 11', 'FLT-1625', 1, 'each'),
  ('hvac_tune_up', 'warm', 8900, 'Cooling tune-up: coil washed, drain flushed, electrical connections tightened, capacitor measured. Good for the summer.',
   'Your filter was due; we have put in a new one.', 'Capacitor at 94 percent. Coil fins bent on the west side.', 'Air filter 20x20x1 MERV 11', 'FLT-2020', 1, 'each'),
  ('hvac_install', null, 0, 'Advice for a new system: measured the house, calculated the load and inspected the ducts. The quote is in your portal.',
   'The present system can safely run until then.', 'Load 38 kBtu/h; existing 60 is far too big. Decision maker is comparing two offers.', 'Load calculation report', 'RPT-LOAD', 1, 'each'),
  ('electrical_repair', null, 21400, 'Kitchen outlets were dead: replaced a failed GFCI and tightened a loose neutral behind it.',
   'Press its test button once a month.', 'Back-stabbed connections on the whole circuit; recommend pigtails at the next visit.', 'GFCI outlet 20 A', 'GFC-020', 1, 'each'),
  ('electrical_repair', null, 25600, 'A bedroom breaker tripped at random; found an arcing splice in the ceiling box and replaced the breaker.',
   'The arc-fault breaker did exactly what it is for.', 'Splice made with tape only. Checked the two neighboring boxes, fine.', 'AFCI breaker 15 A', 'AFC-015', 1, 'each'),
  ('electrical_repair', null, 17800, 'Hall lights flickered: replaced a worn dimmer by one made for LED lamps and checked the load.',
   'Use lamps marked dimmable with it.', 'Load 88 W on a 150 W dimmer.', 'LED dimmer 150 W', 'DIM-150', 1, 'each'),
  ('electrical_repair', null, 38900, 'Outdoor outlet and its box were corroded; replaced both, with a cover that closes around a cord.',
   'The cover is rated for rain while something is plugged in.', 'Feed is 14 AWG on a 15 A breaker, correct.', 'Weather-resistant outlet and in-use cover', 'WRO-015', 1, 'each'),
  ('electrical_inspection', null, 12900, 'Electrical inspection: panel, grounding, GFCI and alarms tested. Two findings, described in the report.',
   'Neither finding is urgent. The smoke alarms are due for replacement next year.', 'Panel is full, one tandem breaker not listed for it.', 'Inspection report', 'RPT-ELEC', 1, 'each'),
  ('plumbing_repair', null, 21900, 'Leak under the kitchen sink: replaced the trap and the basket strainer, tested with a full basin.',
   'Look under the sink once after a day, please. It should be dry.', 'Cabinet floor soft at the back, customer informed.', 'P-trap 1 1/2 inch', 'PTR-112', 1, 'each'),
  ('plumbing_repair', null, 18400, 'Toilet ran without stopping: replaced the fill valve and the flapper and set the water level.',
   'You should see the saving on the next water bill.', 'Shut-off valve weeps a little when operated, tightened the packing.', 'Fill valve and flapper set', 'TLT-FVF', 1, 'set'),
  ('plumbing_repair', null, 36500, 'The main shut-off did not close any more; replaced it by a full-port ball valve and showed how to use it.',
   'Close and open it twice a year so that it stays easy.', 'Curb stop works, used it. Old gate valve sheared.', 'Ball valve 3/4 inch, full port', 'BLV-034', 1, 'each'),
  ('plumbing_repair', null, 49700, 'Water pressure was 104 psi: replaced the pressure regulator and set it to 60 psi.',
   'Hoses of the washing machine have suffered from the pressure; replace them soon.', 'Expansion tank has no air left, quoted.', 'Pressure regulator 3/4 inch', 'PRV-034', 1, 'each'),
  ('plumbing_repair', 'cold', 41200, 'Frozen and split pipe in the garage wall: thawed, replaced four feet and insulated the run.',
   'Leave the garage door closed in frost. We can add heat cable.', 'Wall left open for drying, customer closes it.', 'Copper pipe 1/2 inch, type L', 'CUL-012', 4, 'ft'),
  ('plumbing_drain', null, 14900, 'Bathroom drain cleared by cable; hair and soap removed, flow tested for five minutes.',
   'A strainer in the drain keeps most of it out.', 'Standard pull, 12 ft.', 'Drain strainer', 'STR-001', 1, 'each'),
  ('plumbing_drain', null, 28900, 'Main line was blocked by roots at 46 feet; cut, flushed and inspected by camera. The video is in your documents.',
   'Expect roots again in about a year unless the joint is lined. A quote follows.', 'Clay joint offset 1/2 inch at 46 ft.', 'Camera inspection', 'CAM-001', 1, 'each'),
  ('plumbing_water_heater', null, 32400, 'No hot water: replaced the thermocouple and cleaned the burner; set the tank to 120 °F.',
   'The tank is nine years old; plan for a new one within two or three years.', 'Anode almost gone, customer declined replacement.', 'Thermocouple 24 inch', 'TCP-024', 1, 'each'),
  ('plumbing_water_heater', null, 189500, 'The tank leaked at the bottom; installed a new 50 gallon heater with expansion tank and pan, permit included.',
   'Six years of warranty from the maker; the papers are in your portal.', 'Flue re-pitched. Inspection booked with the city.', 'Water heater, gas, 50 gal', 'WHG-050', 1, 'each'),
  ('plumbing_inspection', null, 11900, 'Plumbing inspection: supply, drains, valves and pressure checked; backflow device tested and reported.',
   'All shut-off valves work and now carry tags.', 'Galvanized riser in the rear, remaining life maybe five years.', 'Inspection report', 'RPT-PLMB', 1, 'each');

-- One job every day or two, at any of the company's addresses, by somebody who can do it. Sundays move to Saturday.
insert into public.work_orders
  (id, org_id, reference, customer_id, location_id, service_type, technician_id, status, window_start, window_end,
   job_summary, completed_at, canceled_at, cancel_reason, ics_sequence, created_at, updated_at)
select pg_temp.demo_id(concat_ws('/', 'job', orgs.slug, number)), orgs.id, 'J-DEMO' || lpad(number::text, 4, '0'),
       place.customer_id, place.id, play.service_type, technician_id, outcome::portal.work_order_status,
       starts_at, starts_at + interval '2 hours', play.summary,
       case when outcome = 'completed' then starts_at + make_interval(mins => 70 + number % 95) end,
       case when outcome = 'canceled' then starts_at - interval '30 hours' end,
       case when outcome = 'canceled' then (array['No longer needed, it works again.', 'Illness in the family.', 'Found an earlier date.'])[1 + number % 3] end,
       case when outcome = 'canceled' then 1 else 0 end,
       starts_at - make_interval(days => 1 + number % 9), starts_at + interval '4 hours'
from (values ('acme-comfort', 260, '{hvac,electrical}'::text[]), ('bolt-pipe', 140, '{plumbing}')) as plan (slug, jobs, trades)
join public.orgs using (slug),
     generate_series(1, jobs) as number,
     lateral (select current_date - (2 + number * 362 / jobs) as plain_day) as plain,
     lateral (select plain_day - (extract(dow from plain_day) = 0)::int as day) as moved,
     lateral (select * from public.customer_locations as l where l.org_id = orgs.id order by md5(l.id::text || number) limit 1) as place,
     lateral (
       select p.* from demo_playbook as p
       join public.service_types as service on service.org_id = orgs.id and service.code = p.service_type
       where p.season is null or (p.season = 'cold') = (extract(month from day) not between 5 and 9)
       order by md5(p.summary || number) limit 1
     ) as play,
     lateral (
       select skill.technician_id from public.technician_skills as skill
       where skill.org_id = orgs.id and skill.service_type = play.service_type
       order by md5(skill.technician_id::text || number) limit 1
     ) as somebody,
     lateral (select (day + make_time(8 + 2 * (number % case when extract(dow from day) = 6 then 2 else 5 end), 0, 0))
                     at time zone place.timezone as starts_at) as chosen,
     lateral (select case when number % 37 = 0 then 'no_show' when number % 13 = 0 then 'canceled' else 'completed' end as outcome) as ending
where not exists (select from public.org_holidays as holiday where holiday.org_id = orgs.id and holiday_on = day)
on conflict do nothing;

-- From here on the stored jobs lead, so that loading the file on a later day finds the same ones.
create or replace temp view demo_jobs as
select job.*, orgs.slug, play.price_cents, play.advice, play.internal_note, play.part, play.sku, play.quantity, play.unit,
       right(job.reference, 4)::int as number, team.display_name
from public.work_orders as job
join public.orgs on orgs.id = job.org_id
join demo_playbook as play on play.summary = job.job_summary
join public.technicians as team on team.org_id = job.org_id and team.id = job.technician_id
where job.reference like 'J-DEMO____' and orgs.slug in ('acme-comfort', 'bolt-pipe');

-- Jobs that come in finished bring their timeline along.
insert into public.work_order_events
  (id, org_id, work_order_id, event_type, status, note, window_start, window_end, actor_type, occurred_at)
select pg_temp.demo_id('event/' || job.id || '/' || event_type), job.org_id, job.id, event_type, event.status::portal.work_order_status,
       event.note, job.window_start, job.window_end, 'staff', occurred_at
from demo_jobs as job,
     lateral (values
       ('scheduled', 'scheduled', 'Your appointment is confirmed.', job.created_at),
       ('en_route', 'en_route', job.display_name || ' is on the way.', job.window_start - interval '25 minutes'),
       ('on_site', 'on_site', 'Work has begun.', job.window_start + make_interval(mins => 5 + job.number % 40)),
       ('completed', 'completed', 'The work is done.', job.completed_at),
       ('canceled', 'canceled', job.cancel_reason, job.canceled_at),
       ('no_show', 'no_show', 'Nobody opened; please get in touch for a new date.', job.window_start + interval '50 minutes')
     ) as event (event_type, status, note, occurred_at)
where event_type = 'scheduled' or event_type = job.status::text or (job.status = 'completed' and event_type in ('en_route', 'on_site'))
on conflict do nothing;

insert into public.work_order_notes (id, org_id, work_order_id, visibility, body, author_name, created_at)
select pg_temp.demo_id('note/' || job.id || '/' || note.visibility), job.org_id, job.id, note.visibility::portal.note_visibility,
       note.body, job.display_name, job.completed_at
from demo_jobs as job,
     lateral (values ('customer', job.advice), ('internal', job.internal_note)) as note (visibility, body)
where job.status = 'completed'
on conflict do nothing;

insert into public.work_order_parts (id, org_id, work_order_id, name, sku, quantity, unit, created_at)
select pg_temp.demo_id('part/' || job.id), job.org_id, job.id, job.part, job.sku, job.quantity, job.unit, job.completed_at
from demo_jobs as job
where job.status = 'completed'
on conflict do nothing;

-- Every 23rd invoice is overdue; what is younger than three weeks is half paid, half open.
insert into public.invoices
  (id, org_id, customer_id, location_id, work_order_id, number, status, total_cents, currency, issued_at, due_at, created_at)
select pg_temp.demo_id('invoice/' || job.id), job.org_id, job.customer_id, job.location_id, job.id,
       'INV-' || (10000 + job.number), state::portal.invoice_status, job.price_cents, 'USD',
       job.completed_at + interval '2 hours', job.completed_at + interval '14 days 2 hours', job.completed_at + interval '2 hours'
from demo_jobs as job,
     lateral (select case
       when job.completed_at > now() - interval '14 days' then case when job.number % 2 = 0 then 'paid' else 'open' end
       when job.number % 23 = 0 then 'overdue'
       else 'paid' end as state) as due
where job.status = 'completed' and job.price_cents > 0
on conflict do nothing;

insert into public.payments
  (id, org_id, customer_id, invoice_id, status, amount_cents, currency, method, provider_reference, paid_at, created_at)
select pg_temp.demo_id('payment/' || invoice.id), invoice.org_id, invoice.customer_id, invoice.id, 'succeeded', invoice.total_cents,
       invoice.currency, case when job.number % 3 = 0 then 'bank_transfer' else 'card' end,
       'demo_' || substr(md5(invoice.id::text), 1, 16), invoice.issued_at + interval '1 day', invoice.issued_at + interval '1 day'
from demo_jobs as job
join public.invoices as invoice on invoice.org_id = job.org_id and invoice.work_order_id = job.id
where invoice.status = 'paid' and invoice.id = pg_temp.demo_id('invoice/' || job.id)
on conflict do nothing;

-- Quotes follow the visits for advice: decided when old, waiting when new.
insert into public.quotes
  (id, org_id, customer_id, location_id, work_order_id, number, status, total_cents, currency, issued_at, expires_at, created_at)
select pg_temp.demo_id('quote/' || job.id), job.org_id, job.customer_id, job.location_id, job.id, 'Q-' || (5000 + job.number),
       case when job.completed_at > now() - interval '30 days' then 'sent'
            else (array['accepted', 'declined', 'expired', 'accepted'])[1 + job.number % 4] end::portal.quote_status,
       640000 + (job.number * 7919) % 900000, 'USD', job.completed_at + interval '1 day', job.completed_at + interval '31 days',
       job.completed_at + interval '1 day'
from demo_jobs as job
where job.service_type = 'hvac_install' and job.status = 'completed'
on conflict do nothing;

-- Files lie under company and customer. Every job has a report, every bill its PDF, every fifth job a photograph.
insert into public.documents
  (id, org_id, customer_id, location_id, work_order_id, kind, title, path, mime_type, size_bytes, visibility, created_at)
select pg_temp.demo_id('document/' || job.id || '/' || kind), job.org_id, job.customer_id, job.location_id, job.id,
       kind::portal.document_kind, title, concat_ws('/', job.org_id, job.customer_id, kind, job.reference || file), mime_type,
       40000 + (job.number * 6151) % 900000, visibility::portal.note_visibility, job.completed_at + interval '2 hours'
from demo_jobs as job,
     lateral (values
       ('work_order', 'Work report ' || job.reference, '-report.pdf', 'application/pdf', 'customer', true),
       ('invoice', 'Invoice INV-' || (10000 + job.number), '-invoice.pdf', 'application/pdf', 'customer', job.price_cents > 0),
       ('quote', 'Quote Q-' || (5000 + job.number), '-quote.pdf', 'application/pdf', 'customer', job.service_type = 'hvac_install'),
       ('photo', 'Photograph after the work', '-after.jpg', 'image/jpeg', 'customer', job.number % 5 = 0),
       ('other', 'Measurement sheet', '-measurements.pdf', 'application/pdf', 'internal', job.number % 7 = 0)
     ) as file (kind, title, file, mime_type, visibility, wanted)
where job.status = 'completed' and wanted
on conflict do nothing;
