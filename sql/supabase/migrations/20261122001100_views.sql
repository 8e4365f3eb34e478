-- Chapter 11: what portal users read.
--
-- The views run as the caller, so row level security holds beneath them. Each carries the caller's scope itself
-- as well, so that the planner takes the (org_id, customer_id, …) index instead of walking the company.
-- Each shows the columns of its foreign keys: PostgREST embeds one view in another by them.

create view portal.services with (security_invoker = true) as
select
  s.org_id,
  s.id,
  s.code,
  s.name,
  s.category,
  s.description,
  s.duration_minutes,
  s.booking_mode,
  s.is_emergency,
  s.safety_notice,
  s.lead_time_minutes,
  s.horizon_days,
  s.price_from_cents
from public.service_types s
where s.org_id = (select portal_internal.org_id())
  and s.is_active;
comment on view portal.services is
  'Services that can be booked at the caller''s company. Staff read public.service_types.';
comment on column portal.services.org_id is 'The company this row belongs to.';
comment on column portal.services.id is 'Identifies the row, together with org_id.';
comment on column portal.services.code is 'Short name used in requests and appointments, such as hvac_repair.';
comment on column portal.services.name is 'Name to show.';
comment on column portal.services.category is 'Trade, such as hvac, plumbing or electrical.';
comment on column portal.services.description is 'What the service covers.';
comment on column portal.services.duration_minutes is 'How long a visit takes.';
comment on column portal.services.booking_mode is
  'instant books at once; request holds the time until the office decides.';
comment on column portal.services.is_emergency is 'True for emergencies.';
comment on column portal.services.safety_notice is 'What to do before anybody comes.';
comment on column portal.services.lead_time_minutes is 'How long before a visit it must be booked.';
comment on column portal.services.horizon_days is 'How many days ahead a visit can be booked.';
comment on column portal.services.price_from_cents is 'Lowest usual price, in cents of the company''s currency.';

create view portal.locations with (security_invoker = true) as
select
  l.org_id,
  l.id,
  l.customer_id,
  l.label,
  l.address_line1,
  l.address_line2,
  l.city,
  l.region,
  l.postal_code,
  l.country,
  l.timezone,
  l.is_primary,
  l.is_active,
  l.is_active and coalesce(
    l.customer_id = any ((select portal_internal.whole_customer_ids('book'))::uuid[])
    or l.id = any ((select portal_internal.location_ids('book'))::uuid[]), false) as can_book,
  l.created_at,
  l.updated_at
from public.customer_locations l
where l.org_id = (select portal_internal.org_id())
  and l.customer_id = any ((select portal_internal.customer_ids())::uuid[]);
comment on view portal.locations is
  'Locations in the caller''s reach. Staff read public.customer_locations.';
comment on column portal.locations.org_id is 'The company this row belongs to.';
comment on column portal.locations.id is 'Identifies the row, together with org_id.';
comment on column portal.locations.customer_id is 'The customer served here.';
comment on column portal.locations.label is 'The customer''s own name for the place.';
comment on column portal.locations.address_line1 is 'Street and number.';
comment on column portal.locations.address_line2 is 'Unit, floor or entrance.';
comment on column portal.locations.city is 'City.';
comment on column portal.locations.region is 'State or province.';
comment on column portal.locations.postal_code is 'Postal code.';
comment on column portal.locations.country is 'ISO 3166 code of the country.';
comment on column portal.locations.timezone is
  'IANA time zone of the place; its appointments are told in its wall clock.';
comment on column portal.locations.is_primary is 'True for the place that is offered first.';
comment on column portal.locations.is_active is 'False once the company no longer serves this place.';
comment on column portal.locations.can_book is 'True when the caller may book a visit here.';
comment on column portal.locations.created_at is 'When the row was created.';
comment on column portal.locations.updated_at is 'When the row last changed.';

create view portal.contacts with (security_invoker = true) as
select
  c.org_id,
  c.id,
  c.customer_id,
  c.location_id,
  c.full_name,
  c.email,
  c.phone,
  c.role,
  c.created_at,
  c.updated_at
from public.customer_contacts c
where c.org_id = (select portal_internal.org_id())
  and c.customer_id = any ((select portal_internal.customer_ids())::uuid[])
  and c.is_active;
comment on view portal.contacts is
  'People to talk to at the customers in the caller''s reach. Staff read public.customer_contacts.';
comment on column portal.contacts.org_id is 'The company this row belongs to.';
comment on column portal.contacts.id is 'Identifies the row, together with org_id.';
comment on column portal.contacts.customer_id is 'The customer this person belongs to.';
comment on column portal.contacts.location_id is
  'The one location this person stands for; null for the whole customer.';
comment on column portal.contacts.full_name is 'Name of the person.';
comment on column portal.contacts.email is 'E-mail address.';
comment on column portal.contacts.phone is 'Phone number in E.164 form.';
comment on column portal.contacts.role is 'What the person does there, such as tenant or caretaker.';
comment on column portal.contacts.created_at is 'When the row was created.';
comment on column portal.contacts.updated_at is 'When the row last changed.';

create view portal.accounts with (security_invoker = true) as
select
  a.org_id,
  o.slug as org_slug,
  o.name as org_name,
  a.id,
  a.customer_id,
  c.full_name as customer_name,
  a.role,
  a.status,
  a.user_id = (select portal_internal.user_id()) as is_own,
  p.full_name,
  p.email,
  p.phone,
  a.primary_location_id,
  a.last_login_at,
  a.created_at,
  a.updated_at
from public.portal_accounts a
join public.orgs o on o.id = a.org_id
left join public.profiles p on p.org_id = a.org_id and p.user_id = a.user_id
left join public.customers c on c.org_id = a.org_id and c.id = a.customer_id
-- Found by index; that the account is live, the policy says.
where a.user_id = (select portal_internal.user_id())
  or a.org_id = (select portal_internal.org_id())
    and a.customer_id = any ((select portal_internal.whole_customer_ids('manage'))::uuid[]);
comment on view portal.accounts is
  'The caller''s own accounts in every company, and those they manage. Staff read public.portal_accounts.';
comment on column portal.accounts.org_id is 'The company this row belongs to.';
comment on column portal.accounts.org_slug is 'Short name of the company, to name it in the x-portal-org header.';
comment on column portal.accounts.org_name is 'Name of the company.';
comment on column portal.accounts.id is 'Identifies the row, together with org_id.';
comment on column portal.accounts.customer_id is 'The customer the person belongs to.';
comment on column portal.accounts.customer_name is
  'Name of that customer; null for people invited to a single location.';
comment on column portal.accounts.role is 'What the person is to the customer.';
comment on column portal.accounts.status is 'Only active accounts have access.';
comment on column portal.accounts.is_own is 'True for the caller''s own accounts.';
comment on column portal.accounts.full_name is 'Name of the person.';
comment on column portal.accounts.email is 'E-mail address of the person.';
comment on column portal.accounts.phone is 'Phone number of the person, in E.164 form.';
comment on column portal.accounts.primary_location_id is 'The location the portal opens with.';
comment on column portal.accounts.last_login_at is 'When the person last signed in.';
comment on column portal.accounts.created_at is 'When the row was created.';
comment on column portal.accounts.updated_at is 'When the row last changed.';

create view portal.booking_requests with (security_invoker = true) as
select
  b.org_id,
  b.id,
  b.portal_account_id,
  b.customer_id,
  b.location_id,
  b.status,
  b.service_type,
  b.problem_description,
  b.preferred_service_date,
  b.preferred_time_window_start,
  b.preferred_time_window_end,
  b.flexible_date,
  b.attachments,
  b.source_channel,
  b.related_work_order_id as appointment_id,
  b.safety_notice,
  b.decision_note,
  b.decided_at,
  b.created_at,
  b.updated_at
from public.portal_booking_requests b
where b.org_id = (select portal_internal.org_id())
  and b.customer_id = any ((select portal_internal.customer_ids())::uuid[]);
comment on view portal.booking_requests is
  'Requests for a visit in the caller''s reach. Staff read public.portal_booking_requests.';
comment on column portal.booking_requests.org_id is 'The company this row belongs to.';
comment on column portal.booking_requests.id is 'Identifies the row, together with org_id.';
comment on column portal.booking_requests.portal_account_id is 'The account that asked.';
comment on column portal.booking_requests.customer_id is 'The customer the visit is for.';
comment on column portal.booking_requests.location_id is 'Where the visit should be.';
comment on column portal.booking_requests.status is 'Where the request stands.';
comment on column portal.booking_requests.service_type is 'Code of the service.';
comment on column portal.booking_requests.problem_description is 'What is wrong, in the customer''s words.';
comment on column portal.booking_requests.preferred_service_date is
  'The day the customer would like, in the wall clock of the location.';
comment on column portal.booking_requests.preferred_time_window_start is
  'Earliest time the customer would like, in the wall clock of the location.';
comment on column portal.booking_requests.preferred_time_window_end is
  'Latest time the customer would like, in the wall clock of the location.';
comment on column portal.booking_requests.flexible_date is 'True when another day would do as well.';
comment on column portal.booking_requests.attachments is 'Photos and videos in Storage: a list of objects.';
comment on column portal.booking_requests.source_channel is 'Where the request came from.';
comment on column portal.booking_requests.appointment_id is 'The appointment it became; null until there is one.';
comment on column portal.booking_requests.safety_notice is
  'What to do first, when the request sounded dangerous.';
comment on column portal.booking_requests.decision_note is 'What the office says about its decision.';
comment on column portal.booking_requests.decided_at is 'When the request was decided; null while it is open.';
comment on column portal.booking_requests.created_at is 'When the row was created.';
comment on column portal.booking_requests.updated_at is 'When the row last changed.';

create view portal.appointments with (security_invoker = true) as
select
  w.org_id,
  w.id,
  w.reference,
  w.customer_id,
  w.status,
  w.service_type,
  s.name as service_name,
  w.location_id,
  l.label as location_label,
  l.timezone,
  w.window_start,
  w.window_end,
  w.eta,
  w.technician_id,
  t.display_name as technician_name,
  t.avatar_url as technician_avatar,
  w.job_summary,
  w.ics_sequence,
  w.reschedule_count,
  w.completed_at,
  w.canceled_at,
  w.created_at,
  w.updated_at
from public.work_orders w
-- Always there, but joined as if not: so the planner begins with the customer's jobs whatever it believes about the
-- others, and leaves out what nobody selects.
left join public.service_types s on s.org_id = w.org_id and s.code = w.service_type
left join public.customer_locations l on l.org_id = w.org_id and l.id = w.location_id
left join public.technicians t on t.org_id = w.org_id and t.id = w.technician_id
where w.org_id = (select portal_internal.org_id())
  and w.customer_id = any ((select portal_internal.customer_ids())::uuid[]);
comment on view portal.appointments is
  'Appointments in the caller''s reach, past and to come, tentative ones included. Staff read public.work_orders.';
comment on column portal.appointments.org_id is 'The company this row belongs to.';
comment on column portal.appointments.id is 'Identifies the row, together with org_id.';
comment on column portal.appointments.reference is 'What to call the appointment on the phone, such as J-7KQ2M9XA.';
comment on column portal.appointments.customer_id is 'The customer the visit is for.';
comment on column portal.appointments.status is 'Where the appointment stands.';
comment on column portal.appointments.service_type is 'Code of the service.';
comment on column portal.appointments.service_name is 'Name of the service.';
comment on column portal.appointments.location_id is 'Where the visit is.';
comment on column portal.appointments.location_label is 'The customer''s own name for the place.';
comment on column portal.appointments.timezone is 'IANA time zone of the place, to show the window in.';
comment on column portal.appointments.window_start is 'Start of the arrival window.';
comment on column portal.appointments.window_end is 'End of the arrival window.';
comment on column portal.appointments.eta is 'When the technician expects to arrive.';
comment on column portal.appointments.technician_id is 'Who comes; null until somebody is assigned.';
comment on column portal.appointments.technician_name is 'Name of the technician.';
comment on column portal.appointments.technician_avatar is 'Picture of the technician.';
comment on column portal.appointments.job_summary is 'What is or was to be done.';
comment on column portal.appointments.ics_sequence is 'Revision of the calendar entry.';
comment on column portal.appointments.reschedule_count is 'How often the customer has moved it.';
comment on column portal.appointments.completed_at is 'When the work was done.';
comment on column portal.appointments.canceled_at is 'When it was canceled.';
comment on column portal.appointments.created_at is 'When the row was created.';
comment on column portal.appointments.updated_at is 'When the row last changed.';

create view portal.appointment_events with (security_invoker = true) as
select
  e.org_id,
  e.id,
  e.work_order_id as appointment_id,
  e.customer_id,
  e.location_id,
  e.event_type,
  e.status,
  e.note,
  e.window_start,
  e.window_end,
  e.eta,
  e.occurred_at
from public.work_order_events e
where e.org_id = (select portal_internal.org_id())
  and e.customer_id = any ((select portal_internal.customer_ids())::uuid[]);
comment on view portal.appointment_events is
  'The timeline of the appointments in the caller''s reach; rows are added and never change. Staff read public.work_order_events.';
comment on column portal.appointment_events.org_id is 'The company this row belongs to.';
comment on column portal.appointment_events.id is 'Identifies the row, together with org_id.';
comment on column portal.appointment_events.appointment_id is 'The appointment.';
comment on column portal.appointment_events.customer_id is 'The customer the visit is for.';
comment on column portal.appointment_events.location_id is 'Where the visit is.';
comment on column portal.appointment_events.event_type is
  'What happened: a status, or hold_expired, moved, technician_assigned, running_late, eta_changed and the like.';
comment on column portal.appointment_events.status is 'The status of the appointment after the event.';
comment on column portal.appointment_events.note is 'A sentence about it.';
comment on column portal.appointment_events.window_start is 'Start of the arrival window after the event.';
comment on column portal.appointment_events.window_end is 'End of the arrival window after the event.';
comment on column portal.appointment_events.eta is 'When the technician expected to arrive, after the event.';
comment on column portal.appointment_events.occurred_at is 'When it happened.';

-- Access ---------------------------------------------------------------------------------------------

revoke all on table portal.services, portal.locations, portal.contacts, portal.accounts, portal.booking_requests,
  portal.appointments, portal.appointment_events from public, anon, authenticated, service_role;
grant select on table portal.services, portal.locations, portal.contacts, portal.accounts, portal.booking_requests,
  portal.appointments, portal.appointment_events to authenticated;
