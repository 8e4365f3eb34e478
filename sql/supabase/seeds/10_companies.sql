-- Demo data: two companies, what they offer, when, and by which rules.
-- Every file here can be loaded again without a change: ids are fixed, and rows that exist are left alone.
-- Names are invented, addresses end in .example, and phone numbers are from the range kept for fiction (555-01xx).
create or replace function pg_temp.demo_id(name text) returns uuid language sql immutable as $$
  select overlay(overlay(md5(name) placing '8' from 13 for 1) placing '8' from 17 for 1)::uuid
$$;

insert into public.orgs
  (id, slug, name, timezone, currency, support_phone, support_email, brand_color, emergency_reserve_percent, away_message)
values
  ('ac3e0000-0000-4000-8000-000000000001', 'acme-comfort', 'Acme Comfort', 'America/Chicago', 'USD',
   '+13125550110', 'help@acme-comfort.example', '#1d4ed8', 15,
   'Thank you for your message. The office answers on weekdays from 8 to 6 and on Saturdays from 9 to 1. No heat, sparks or a burning smell? Call +1 312 555 0110, day and night.'),
  ('b0170000-0000-4000-8000-000000000001', 'bolt-pipe', 'Bolt Pipe', 'America/New_York', 'USD',
   '+17185550130', 'help@bolt-pipe.example', '#b45309', 10, null)
on conflict do nothing;

insert into public.service_types
  (id, org_id, code, name, category, description, duration_minutes, buffer_after_minutes, lead_time_minutes,
   horizon_days, booking_mode, is_emergency, daily_cap, price_from_cents)
select pg_temp.demo_id('service/' || orgs.slug || '/' || code), orgs.id, code, service.name, category, description, minutes,
       buffer, lead, horizon, mode::portal.booking_mode, is_emergency, cap, price
from (values
  ('acme-comfort', 'hvac_repair', 'Heating or cooling repair', 'hvac',
   'For a furnace, heat pump or air conditioner that does not do its work. We find the fault, show you the price and repair it after your approval.',
   90, 15, 240, 14, 'request', false, null, 8900),
  ('acme-comfort', 'hvac_tune_up', 'Seasonal tune-up', 'hvac',
   'A 24-point check and cleaning of one heating or cooling system, with readings and photographs.',
   75, 0, 1440, 60, 'instant', false, 12, 8900),
  ('acme-comfort', 'hvac_install', 'New system: advice and quote', 'hvac',
   'We measure, calculate and advise on a new furnace, heat pump or air conditioner. Free of charge, with a written quote.',
   120, 0, 1440, 45, 'request', false, 3, 0),
  ('acme-comfort', 'hvac_emergency', 'Heating or cooling emergency', 'hvac',
   'No heat in freezing weather, dangerous heat, or water from the unit near wiring. For gas, smoke or a carbon monoxide alarm leave the house and call 911 first.',
   120, 0, 0, 2, 'instant', true, null, 14900),
  ('acme-comfort', 'electrical_repair', 'Electrical repair', 'electrical',
   'Dead outlets, breakers that trip, flickering lights, switches and fixtures.',
   90, 15, 240, 14, 'request', false, null, 8900),
  ('acme-comfort', 'electrical_inspection', 'Electrical inspection', 'electrical',
   'Panel, circuits, grounding, GFCI and alarms, with a written report. Also the first step towards a car charger or generator.',
   60, 0, 1440, 30, 'instant', false, 6, 12900),
  ('acme-comfort', 'electrical_emergency', 'Electrical emergency', 'electrical',
   'Sparks, a burning smell, a hot panel or half a house without power. With smoke or flames leave the house and call 911 first.',
   120, 0, 0, 2, 'instant', true, null, 14900),
  ('bolt-pipe', 'plumbing_repair', 'Plumbing repair', 'plumbing',
   'Leaks, taps, toilets, valves, pressure and pipes. We find the cause, show you the price and repair it after your approval.',
   90, 15, 240, 14, 'request', false, null, 7900),
  ('bolt-pipe', 'plumbing_drain', 'Drain cleaning', 'plumbing',
   'One drain cleared by cable or jetting and tested, with 30 days of warranty.',
   75, 0, 240, 21, 'instant', false, 8, 14900),
  ('bolt-pipe', 'plumbing_water_heater', 'Water heater: repair or replacement', 'plumbing',
   'No hot water, leaks, noises, or a tank that is due. We repair what is worth it and quote what is not.',
   120, 15, 240, 21, 'request', false, 4, 7900),
  ('bolt-pipe', 'plumbing_inspection', 'Plumbing inspection', 'plumbing',
   'Supply, drains, shut-offs, water heater and pressure, with a written report; backflow test where there is a device.',
   60, 0, 1440, 45, 'instant', false, 4, 11900),
  ('bolt-pipe', 'plumbing_emergency', 'Plumbing emergency', 'plumbing',
   'Burst pipes, sewage, water that cannot be stopped. If you smell gas, leave the house and call 911 first.',
   120, 0, 0, 2, 'instant', true, null, 13900)
) as service (slug, code, name, category, description, minutes, buffer, lead, horizon, mode, is_emergency, cap, price)
join public.orgs using (slug)
on conflict do nothing;

-- Emergencies answer with what to do before anybody comes.
update public.service_types as service
set safety_notice = notice.body || ' You can call us day and night: ' || orgs.support_phone || '.'
from (values
  ('acme-comfort', 'hvac_emergency',
   'Do you smell gas, or does a carbon monoxide alarm sound? Leave the house with everybody in it, touch no switch, and call 911 from outside. Water near wiring: stay away from it and switch the breaker off only if you can reach it with dry feet.'),
  ('acme-comfort', 'electrical_emergency',
   'Smoke, flames or a crackling panel: leave the house and call 911 from outside. Sparks or a burning smell: touch nothing that is hot or wet, and switch the main breaker off only if the way to it is dry and cool.'),
  ('bolt-pipe', 'plumbing_emergency',
   'If you smell gas, leave the house with everybody in it, touch no switch, and call 911 from outside. Burst pipe: close the main shut-off valve, usually where the pipe comes into the house, and stay out of water that reaches outlets.')
) as notice (slug, code, body)
join public.orgs using (slug)
where service.org_id = orgs.id and service.code = notice.code and service.safety_notice is null;

-- Where the companies go: Chicago and Oak Park, and Brooklyn.
insert into public.service_areas (id, org_id, postal_code_prefix)
select pg_temp.demo_id(concat_ws('/', 'area', slug, prefix)), orgs.id, prefix
from (values ('acme-comfort', '606'), ('acme-comfort', '603'), ('bolt-pipe', '112')) as area (slug, prefix)
join public.orgs using (slug)
on conflict do nothing;

-- Five windows on weekdays and two on Saturday, for every service.
insert into public.booking_windows (id, org_id, service_type, weekday, start_time, end_time)
select pg_temp.demo_id(concat_ws('/', 'window', orgs.slug, 'all', weekday, hour)), orgs.id, null, weekday,
       make_time(hour, 0, 0), make_time(hour + 2, 0, 0)
from public.orgs, generate_series(1, 6) as weekday, generate_series(8, 16, 2) as hour
where orgs.slug in ('acme-comfort', 'bolt-pipe') and (weekday < 6 or hour < 12)
on conflict do nothing;

-- Emergencies also have the evenings, Saturday afternoon and Sunday.
insert into public.booking_windows (id, org_id, service_type, weekday, start_time, end_time)
select pg_temp.demo_id(concat_ws('/', 'window', orgs.slug, service.code, weekday, hour)), orgs.id, service.code, weekday,
       make_time(hour, 0, 0), make_time(hour + 2, 0, 0)
from public.orgs
join public.service_types as service on service.org_id = orgs.id and service.is_emergency,
     generate_series(0, 6) as weekday, generate_series(8, 20, 2) as hour
where orgs.slug in ('acme-comfort', 'bolt-pipe')
  and hour >= case weekday when 0 then 8 when 6 then 12 else 18 end
on conflict do nothing;

-- The company's own rule first, then the services that differ.
insert into public.booking_policies
  (id, org_id, service_type, cancel_notice_minutes, reschedule_notice_minutes, max_reschedules, fee_tiers, currency,
   auto_approve, hold_minutes, contact_phone, contact_email)
select pg_temp.demo_id('policy/' || orgs.slug || '/' || coalesce(rule.service_type, 'all')), orgs.id, rule.service_type,
       cancel_notice, reschedule_notice, moves, fees::jsonb, orgs.currency, false, hold, orgs.support_phone, orgs.support_email
from (values
  ('acme-comfort', null, 120, 240, 3,
   '[{"notice_minutes": 1440, "fee_cents": 0}, {"notice_minutes": 120, "fee_cents": 4500}]', 1440),
  ('acme-comfort', 'hvac_install', 1440, 1440, 2, '[{"notice_minutes": 1440, "fee_cents": 0}]', 2880),
  ('acme-comfort', 'hvac_emergency', 30, 30, 1,
   '[{"notice_minutes": 120, "fee_cents": 0}, {"notice_minutes": 30, "fee_cents": 8900}]', 120),
  ('bolt-pipe', null, 60, 120, 2,
   '[{"notice_minutes": 720, "fee_cents": 0}, {"notice_minutes": 60, "fee_cents": 3500}]', 1440)
) as rule (slug, service_type, cancel_notice, reschedule_notice, moves, fees, hold)
join public.orgs using (slug)
on conflict do nothing;

-- Holidays of last year, this one and the next, worked out, so that the calendar never runs dry.
insert into public.org_holidays (id, org_id, holiday_on, name)
select pg_temp.demo_id('holiday/' || orgs.slug || '/' || holiday_on), orgs.id, holiday_on, holiday.name
from public.orgs,
     generate_series(extract(year from current_date)::int - 1, extract(year from current_date)::int + 1) as year,
     lateral (values
       (make_date(year, 1, 1), 'New Year''s Day'),
       -- The last Monday of May and the first of September.
       (make_date(year, 5, 31) - (extract(isodow from make_date(year, 5, 31))::int - 1), 'Memorial Day'),
       (make_date(year, 7, 4), 'Independence Day'),
       (make_date(year, 9, 1) + (8 - extract(isodow from make_date(year, 9, 1))::int) % 7, 'Labor Day'),
       -- The fourth Thursday of November.
       (make_date(year, 11, 22) + (11 - extract(isodow from make_date(year, 11, 22))::int) % 7, 'Thanksgiving Day'),
       (make_date(year, 12, 25), 'Christmas Day')
     ) as holiday (holiday_on, name)
where orgs.slug in ('acme-comfort', 'bolt-pipe')
on conflict do nothing;

-- The office answers on weekdays from 8 to 6; acme-comfort also on Saturday morning.
insert into public.org_business_hours (id, org_id, weekday, opens_at, closes_at)
select pg_temp.demo_id(concat_ws('/', 'hours', slug, weekday)), orgs.id, weekday,
       case when weekday = 6 then time '09:00' else time '08:00' end,
       case when weekday = 6 then time '13:00' else time '18:00' end
from public.orgs, generate_series(1, 6) as weekday
where slug = 'acme-comfort' or slug = 'bolt-pipe' and weekday < 6
on conflict do nothing;

-- And is told by e-mail what its customers do.
insert into public.org_channels (id, org_id, channel, label, address)
select pg_temp.demo_id('channel/' || slug || '/email'), orgs.id, 'email', 'Office', 'office@' || slug || '.example'
from public.orgs
where slug in ('acme-comfort', 'bolt-pipe')
on conflict do nothing;
