-- A customer of the demo signs in, looks around and books; the office sees it. Rolled back. Prints one word per step that
-- came out right.
begin;
select set_config('request.jwt.claims', portal_internal.access_token_hook(jsonb_build_object('user_id', id, 'claims',
  jsonb_build_object('sub', id, 'role', 'authenticated'))) ->> 'claims', true) as claims
from auth.users where email = 'customer@acme-comfort.example' \gset
select set_config('role', 'authenticated', true) \g /dev/null
select portal_internal.enter() \g /dev/null
select 'signed-in' from portal.accounts where status = 'active' limit 1;
select 'dashboard' where jsonb_typeof(to_jsonb(portal.dashboard())) = 'object';

select id as location from portal.locations where can_book order by is_primary desc, id limit 1 \gset
select s.code as service, w.window_start as start
from portal.services s, lateral portal.available_windows(:'location', s.code, current_date + 3, current_date + 14) w
where not s.is_emergency order by s.code, w.window_start limit 1 \gset
select id as booked, appointment_id as appointment
from portal.create_booking_request(:'service', 'The heat pump grinds.', :'location', window_start => :'start', idempotency_key => 'smoke') \gset
select 'booked' from portal.booking_requests where id = :'booked' and appointment_id = :'appointment';
select 'repeated' from portal.create_booking_request(:'service', 'The heat pump grinds.', :'location', window_start => :'start', idempotency_key => 'smoke')
where id = :'booked';
select 'held' from portal.appointments where id = :'appointment' and window_start = :'start';

select set_config('role', 'none', true) \g /dev/null
select 'told' from public.portal_notifications where created_at = now() limit 1;
select 'audited' from public.portal_audit_events where entity_id = :'booked' limit 1;
select set_config('request.jwt.claims', jsonb_build_object('sub', id, 'role', 'authenticated')::text, true)
from auth.users where email = 'csr@acme-comfort.example' \g /dev/null
select set_config('role', 'authenticated', true) \g /dev/null
select 'office' from public.portal_booking_requests where id = :'booked';
rollback;
