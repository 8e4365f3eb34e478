-- Demo data: the jobs to come, and one that is under way. Days are counted in working days from today.
create or replace function pg_temp.demo_id(name text) returns uuid language sql immutable as $$
  select overlay(overlay(md5(name) placing '8' from 13 for 1) placing '8' from 17 for 1)::uuid
$$;

create or replace temp view demo_days as
select orgs.id as org_id, orgs.slug, orgs.timezone, day::date, row_number() over (partition by orgs.id order by day) as workday
from public.orgs, generate_series(current_date + 1, current_date + 40, interval '1 day') as day
where orgs.slug in ('acme-comfort', 'bolt-pipe') and extract(dow from day) between 1 and 5
  and not exists (select from public.org_holidays as holiday where holiday.org_id = orgs.id and holiday_on = day::date);

-- The jobs write their own timelines: it begins at created_at with the sentence in status_note.

-- A technician is on the way to the manager's boiler room at this very moment.
insert into public.work_orders
  (id, org_id, reference, customer_id, location_id, service_type, technician_id, status, status_note, window_start, window_end,
   job_summary, created_at)
values
  (pg_temp.demo_id('job/live'), 'ac3e0000-0000-4000-8000-000000000001', 'J-LIVE0001', 'ac3e0000-0000-4000-8000-000000000202',
   'ac3e0000-0000-4000-8000-000000000312', 'hvac_emergency', 'ac3e0000-0000-4000-8000-000000000601', 'scheduled',
   'Your appointment is confirmed.', date_trunc('hour', now()), date_trunc('hour', now()) + interval '2 hours',
   'Boiler has locked out; no heat and no hot water in the whole of Quay House.', now() - interval '70 minutes')
on conflict do nothing;
update public.work_orders
set status = 'en_route', status_note = 'Sam Lindqvist is on the way.', eta = now() + interval '25 minutes'
where org_id = 'ac3e0000-0000-4000-8000-000000000001' and reference = 'J-LIVE0001' and status = 'scheduled';

-- The demo customers' own appointments.
insert into public.work_orders
  (id, org_id, reference, customer_id, location_id, service_type, technician_id, status, status_note, window_start, window_end,
   hold_expires_at, job_summary, reschedule_count, ics_sequence, created_at)
select pg_temp.demo_id(concat_ws('/', 'job', slug, visit.reference)), org_id, visit.reference, customer_id::uuid, location_id::uuid, service_type,
       technician_id::uuid, visit.status::portal.work_order_status,
       case visit.status when 'tentative' then 'We have your request and hold this time for you.' else 'Your appointment is confirmed.' end,
       (day + starts) at time zone timezone,
       (day + starts + interval '2 hours') at time zone timezone,
       case when visit.status = 'tentative' then now() + interval '1 day' end, summary, moves, moves, now() - interval '3 days'
from (values
  ('acme-comfort', 'J-NEXT0001', 'ac3e0000-0000-4000-8000-000000000201', 'ac3e0000-0000-4000-8000-000000000301', 'hvac_tune_up',
   'ac3e0000-0000-4000-8000-000000000601', 'scheduled', 3, time '10:00', 0, 'Heating tune-up before the winter. The blower has become louder.'),
  ('acme-comfort', 'J-NEXT0002', 'ac3e0000-0000-4000-8000-000000000201', 'ac3e0000-0000-4000-8000-000000000302', 'electrical_repair',
   'ac3e0000-0000-4000-8000-000000000606', 'tentative', 6, time '14:00', 0, 'Two outlets by the workbench have no power since the kiln was moved.'),
  ('acme-comfort', 'J-NEXT0003', 'ac3e0000-0000-4000-8000-000000000202', 'ac3e0000-0000-4000-8000-000000000315', 'hvac_repair',
   'ac3e0000-0000-4000-8000-000000000601', 'scheduled', 1, time '08:00', 1, 'Unit 3: thermostat loses its power at night, tenant reports a cold bedroom.'),
  ('acme-comfort', 'J-NEXT0004', 'ac3e0000-0000-4000-8000-000000000202', 'ac3e0000-0000-4000-8000-000000000319', 'hvac_tune_up',
   'ac3e0000-0000-4000-8000-000000000602', 'scheduled', 4, time '12:00', 0, 'Yearly heating tune-up, Linden Row unit 2.'),
  ('acme-comfort', 'J-NEXT0005', 'ac3e0000-0000-4000-8000-000000000203', 'ac3e0000-0000-4000-8000-000000000331', 'electrical_inspection',
   'ac3e0000-0000-4000-8000-000000000608', 'scheduled', 5, time '10:00', 0, 'Inspection before a new tenant moves in.'),
  ('bolt-pipe', 'J-NEXT0001', 'b0170000-0000-4000-8000-000000000201', 'b0170000-0000-4000-8000-000000000301', 'plumbing_repair',
   'b0170000-0000-4000-8000-000000000602', 'scheduled', 2, time '10:00', 0, 'Kitchen tap drips at its base, and the cabinet below is damp.'),
  ('bolt-pipe', 'J-NEXT0002', 'b0170000-0000-4000-8000-000000000201', 'b0170000-0000-4000-8000-000000000301', 'plumbing_inspection',
   'b0170000-0000-4000-8000-000000000601', 'scheduled', 11, time '12:00', 0, 'Yearly inspection of the Dry House Plan.')
) as visit (slug, reference, customer_id, location_id, service_type, technician_id, status, workday, starts, moves, summary)
join demo_days using (slug, workday)
on conflict do nothing;

-- Everybody else's, so that the calendar is neither empty nor full. Where a technician is taken already, the row is left out.
insert into public.work_orders
  (id, org_id, reference, customer_id, location_id, service_type, technician_id, status, status_note, window_start, window_end,
   job_summary, created_at)
select pg_temp.demo_id(concat_ws('/', 'job', demo_days.slug, 'soon', number)), demo_days.org_id, 'J-SOON' || lpad(number::text, 4, '0'),
       place.customer_id, place.id, work.service_type, technician_id, 'scheduled', 'Your appointment is confirmed.', starts_at,
       starts_at + interval '2 hours', work.summary, now() - make_interval(days => 1 + number % 5)
from generate_series(1, 32) as number
join demo_days on workday = 1 + number % 8
join lateral (
  select * from (values
    ('acme-comfort', 'hvac_repair', 'Furnace rattles for a minute after it starts.'),
    ('acme-comfort', 'hvac_repair', 'Upper floor stays cold although the heating runs all day.'),
    ('acme-comfort', 'hvac_tune_up', 'Yearly heating tune-up.'),
    ('acme-comfort', 'hvac_install', 'Advice: replace a 22-year-old furnace, perhaps by a heat pump.'),
    ('acme-comfort', 'electrical_repair', 'Breaker of the laundry trips when the dryer runs.'),
    ('acme-comfort', 'electrical_inspection', 'Inspection before a car charger is installed.'),
    ('bolt-pipe', 'plumbing_repair', 'Shower valve is stiff and changes its temperature.'),
    ('bolt-pipe', 'plumbing_drain', 'Bathtub drains slowly.'),
    ('bolt-pipe', 'plumbing_water_heater', 'Hot water runs out after five minutes.')
  ) as kinds (slug, service_type, summary)
  where kinds.slug = demo_days.slug order by md5(summary || number) limit 1
) as work on true
join lateral (
  select l.* from public.customer_locations as l
  where l.org_id = demo_days.org_id
    and l.customer_id in (select c.id from public.customers as c where c.org_id = l.org_id and c.email like '%@home.example')
  order by md5(number || l.id::text) limit 1
) as place on true
join lateral (select (day + make_time(10 + 2 * (number % 3), 0, 0)) at time zone demo_days.timezone as starts_at) as chosen on true
join lateral (
  select skill.technician_id from public.technician_skills as skill
  join public.technician_shifts as shift on shift.org_id = skill.org_id and shift.technician_id = skill.technician_id
  where skill.org_id = demo_days.org_id and skill.service_type = work.service_type and shift.weekday = extract(dow from day)
    and shift.start_time <= make_time(10 + 2 * (number % 3), 0, 0) and shift.end_time >= make_time(12 + 2 * (number % 3), 0, 0)
    and not exists (
      select from public.technician_time_off as off
      where off.org_id = skill.org_id and off.technician_id = skill.technician_id
        and tstzrange(off.starts_at, off.ends_at) && tstzrange(starts_at, starts_at + interval '2 hours'))
  order by md5(number || skill.technician_id::text) limit 1
) as somebody on true
-- Only every other one in the smaller company.
where demo_days.slug = 'acme-comfort' or number % 2 = 0
on conflict do nothing;

-- What the trigger cannot know: the manager moved one of them the day after booking it.
insert into public.work_order_events
  (id, org_id, work_order_id, event_type, status, note, window_start, window_end, actor_type, actor_user_id, occurred_at)
select pg_temp.demo_id('event/' || id || '/moved'), org_id, id, 'moved', status, 'Moved to another window at your wish.', window_start,
       window_end, 'portal_user', 'ac3e0000-0000-4000-8000-000000000102', created_at + interval '1 day'
from public.work_orders
where org_id = 'ac3e0000-0000-4000-8000-000000000001' and reference = 'J-NEXT0003'
on conflict do nothing;

-- What the office tells the technician, and what the customer may read.
insert into public.work_order_notes (id, org_id, work_order_id, visibility, body, author_name, author_user_id, created_at)
select pg_temp.demo_id('note/' || job.id || '/' || note.visibility), job.org_id, job.id, note.visibility::portal.note_visibility, note.body,
       'Robin Castellano', 'ac3e0000-0000-4000-8000-000000000103', now() - interval '1 hour'
from (values
  ('J-LIVE0001', 'customer', 'The caretaker opens the boiler room. Please keep the loading bay free for our van.'),
  ('J-LIVE0001', 'internal', 'Key box by the loading bay, code with dispatch. Third lockout this season: look at the gas valve, quote a replacement.'),
  ('J-NEXT0001', 'customer', 'Please clear three feet around the furnace and leave the old filter in.'),
  ('J-NEXT0001', 'internal', 'Friendly dog, gate sticks. Member: two tune-ups included.'),
  ('J-NEXT0003', 'internal', 'Tenant works nights, ring twice. Take a common-wire kit.')
) as note (reference, visibility, body)
join public.work_orders as job on job.org_id = 'ac3e0000-0000-4000-8000-000000000001' and job.reference = note.reference
on conflict do nothing;

-- Quotes that wait for a decision.
insert into public.quotes (id, org_id, customer_id, location_id, number, status, total_cents, issued_at, expires_at)
values
  (pg_temp.demo_id('quote/dana'), 'ac3e0000-0000-4000-8000-000000000001', 'ac3e0000-0000-4000-8000-000000000201',
   'ac3e0000-0000-4000-8000-000000000301', 'Q-6001', 'sent', 784500, now() - interval '4 days', now() + interval '26 days'),
  (pg_temp.demo_id('quote/lakeshore'), 'ac3e0000-0000-4000-8000-000000000001', 'ac3e0000-0000-4000-8000-000000000202',
   'ac3e0000-0000-4000-8000-000000000312', 'Q-6002', 'sent', 2140000, now() - interval '8 days', now() + interval '22 days'),
  (pg_temp.demo_id('quote/jamie'), 'b0170000-0000-4000-8000-000000000001', 'b0170000-0000-4000-8000-000000000201',
   'b0170000-0000-4000-8000-000000000301', 'Q-6001', 'sent', 118000, now() - interval '2 days', now() + interval '28 days')
on conflict do nothing;

-- An open invoice for each demo customer, whatever history holds.
insert into public.invoices (id, org_id, customer_id, location_id, number, status, total_cents, issued_at, due_at)
values
  (pg_temp.demo_id('invoice/dana'), 'ac3e0000-0000-4000-8000-000000000001', 'ac3e0000-0000-4000-8000-000000000201',
   'ac3e0000-0000-4000-8000-000000000302', 'INV-19001', 'open', 23700, now() - interval '3 days', now() + interval '11 days'),
  (pg_temp.demo_id('invoice/lakeshore'), 'ac3e0000-0000-4000-8000-000000000001', 'ac3e0000-0000-4000-8000-000000000202',
   'ac3e0000-0000-4000-8000-000000000312', 'INV-19002', 'open', 142500, now() - interval '9 days', now() + interval '5 days'),
  (pg_temp.demo_id('invoice/jamie'), 'b0170000-0000-4000-8000-000000000001', 'b0170000-0000-4000-8000-000000000201',
   'b0170000-0000-4000-8000-000000000301', 'INV-19001', 'open', 18400, now() - interval '5 days', now() + interval '9 days')
on conflict do nothing;

insert into public.payments (id, org_id, customer_id, invoice_id, status, amount_cents, method, provider_reference, paid_at)
values (pg_temp.demo_id('payment/lakeshore'), 'ac3e0000-0000-4000-8000-000000000001', 'ac3e0000-0000-4000-8000-000000000202',
        pg_temp.demo_id('invoice/lakeshore'), 'succeeded', 50000, 'bank_transfer', 'demo_lakeshore_part_1', now() - interval '6 days')
on conflict do nothing;
