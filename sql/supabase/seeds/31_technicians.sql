-- Demo data: the technicians, what they can do, when they work and where.
create or replace function pg_temp.demo_id(name text) returns uuid language sql immutable as $$
  select overlay(overlay(md5(name) placing '8' from 13 for 1) placing '8' from 17 for 1)::uuid
$$;

create or replace temp view demo_technicians as
select orgs.id as org_id, orgs.slug, orgs.timezone, team.id::uuid, user_id::uuid, display_name, trades::text[], shift
from (values
  ('acme-comfort', 'ac3e0000-0000-4000-8000-000000000601', 'ac3e0000-0000-4000-8000-000000000104', 'Sam Lindqvist', '{hvac,electrical}', 'early'),
  ('acme-comfort', 'ac3e0000-0000-4000-8000-000000000602', null, 'Noor Haddadin', '{hvac}', 'early'),
  ('acme-comfort', 'ac3e0000-0000-4000-8000-000000000603', null, 'Bram Osterhout', '{hvac}', 'late'),
  ('acme-comfort', 'ac3e0000-0000-4000-8000-000000000604', null, 'Tess Kowalczuk', '{hvac}', 'late'),
  ('acme-comfort', 'ac3e0000-0000-4000-8000-000000000605', null, 'Ivo Marchetti', '{hvac}', 'full'),
  ('acme-comfort', 'ac3e0000-0000-4000-8000-000000000606', null, 'Lena Fairweather', '{electrical}', 'early'),
  ('acme-comfort', 'ac3e0000-0000-4000-8000-000000000607', null, 'Omar Delacroix', '{electrical}', 'late'),
  ('acme-comfort', 'ac3e0000-0000-4000-8000-000000000608', null, 'Kit Vasquez-Lund', '{hvac,electrical}', 'full'),
  ('acme-comfort', 'ac3e0000-0000-4000-8000-000000000609', null, 'Petra Nightingale', '{hvac,electrical}', 'on_call'),
  ('bolt-pipe', 'b0170000-0000-4000-8000-000000000601', null, 'Gus Arkwright', '{plumbing}', 'early'),
  ('bolt-pipe', 'b0170000-0000-4000-8000-000000000602', null, 'Mina Torvald', '{plumbing}', 'full'),
  ('bolt-pipe', 'b0170000-0000-4000-8000-000000000603', null, 'Rafe Sandoval-Pike', '{plumbing}', 'late'),
  ('bolt-pipe', 'b0170000-0000-4000-8000-000000000604', null, 'Ines Halvorsen', '{plumbing}', 'full'),
  ('bolt-pipe', 'b0170000-0000-4000-8000-000000000605', null, 'Cole Brightman', '{plumbing}', 'on_call')
) as team (slug, id, user_id, display_name, trades, shift)
join public.orgs using (slug);

insert into public.technicians (id, org_id, user_id, display_name)
select id, org_id, user_id, display_name from demo_technicians
on conflict do nothing;

-- Everybody can do all services of their trade, but the newest two do no installations.
insert into public.technician_skills (id, org_id, technician_id, service_type)
select pg_temp.demo_id(concat_ws('/', 'skill', team.id, code)), team.org_id, team.id, code
from demo_technicians as team
join public.service_types as service on service.org_id = team.org_id and service.category = any (team.trades)
where not (code = 'hvac_install' and display_name in ('Noor Haddadin', 'Kit Vasquez-Lund'))
on conflict do nothing;

-- Weekdays by the kind of shift; Saturday morning for those whose shift is full; evenings and Sunday on call.
insert into public.technician_shifts (id, org_id, technician_id, weekday, start_time, end_time, valid_from)
select pg_temp.demo_id(concat_ws('/', 'shift', team.id, weekday)), org_id, team.id, weekday, hours.starts, hours.ends,
       current_date - 400
from demo_technicians as team
join (values
  ('early', 1, 5, time '07:30', time '16:30'),
  ('late', 1, 5, time '09:30', time '18:30'),
  ('full', 1, 5, time '08:00', time '18:00'),
  ('full', 6, 6, time '08:00', time '12:30'),
  ('on_call', 1, 5, time '14:00', time '22:00'),
  ('on_call', 6, 6, time '08:00', time '22:00'),
  ('on_call', 0, 0, time '08:00', time '22:00')
) as hours (shift, first_day, last_day, starts, ends) using (shift),
     generate_series(first_day, last_day) as weekday
on conflict do nothing;

-- One stays in the city.
insert into public.service_areas (id, org_id, technician_id, postal_code_prefix)
select pg_temp.demo_id(concat_ws('/', 'area', id, '606')), org_id, id, '606'
from demo_technicians where display_name = 'Lena Fairweather'
on conflict do nothing;

-- One person is on holiday next week in each company, one at a training day the week after, one was ill last month.
insert into public.technician_time_off (id, org_id, technician_id, starts_at, ends_at, reason)
select pg_temp.demo_id('time-off/' || team.id || '/' || reason), org_id, team.id,
       (current_date + first_day)::timestamp at time zone timezone,
       (current_date + first_day + days)::timestamp at time zone timezone, reason
from demo_technicians as team
join (values
  ('Tess Kowalczuk', 6, 7, 'Vacation'),
  ('Omar Delacroix', 13, 1, 'Training: arc-fault protection'),
  ('Bram Osterhout', -31, 3, 'Ill'),
  ('Ines Halvorsen', 7, 5, 'Vacation'),
  ('Gus Arkwright', -40, 2, 'Ill')
) as absence (display_name, first_day, days, reason) using (display_name)
on conflict do nothing;
