-- Demo data: messages between customers, office and technicians, and what the office noted about calls.
create or replace function pg_temp.demo_id(name text) returns uuid language sql immutable as $$
  select overlay(overlay(md5(name) placing '8' from 13 for 1) placing '8' from 17 for 1)::uuid
$$;

create or replace temp view demo_threads as
select pg_temp.demo_id('thread/' || thread.name) as id, thread.name, orgs.id as org_id, slug, account.id as account_id, account.user_id,
       account.customer_id, thread.location_id::uuid, thread.status, subject, reference
from (values
  ('gate', 'acme-comfort', 'ac3e0000-0000-4000-8000-000000000401', 'ac3e0000-0000-4000-8000-000000000301', 'J-NEXT0001', 'pending_customer', 'Gate and dog for the tune-up'),
  ('kiln', 'acme-comfort', 'ac3e0000-0000-4000-8000-000000000401', 'ac3e0000-0000-4000-8000-000000000302', 'J-NEXT0002', 'pending_internal', 'Photographs of the dead outlets'),
  ('filter', 'acme-comfort', 'ac3e0000-0000-4000-8000-000000000401', 'ac3e0000-0000-4000-8000-000000000301', null, 'closed', 'Which filter size do I need?'),
  ('boiler', 'acme-comfort', 'ac3e0000-0000-4000-8000-000000000402', 'ac3e0000-0000-4000-8000-000000000312', 'J-LIVE0001', 'open', 'Quay House has no heat'),
  ('linden', 'acme-comfort', 'ac3e0000-0000-4000-8000-000000000402', 'ac3e0000-0000-4000-8000-000000000319', 'J-NEXT0004', 'pending_customer', 'Access to Linden Row, unit 2'),
  ('terms', 'acme-comfort', 'ac3e0000-0000-4000-8000-000000000402', null, null, 'closed', 'One invoice a month for all units?'),
  ('tap', 'bolt-pipe', 'b0170000-0000-4000-8000-000000000401', 'b0170000-0000-4000-8000-000000000301', 'J-NEXT0001', 'pending_customer', 'Dripping kitchen tap'),
  ('backflow', 'bolt-pipe', 'b0170000-0000-4000-8000-000000000401', 'b0170000-0000-4000-8000-000000000301', null, 'closed', 'Letter from the city about backflow')
) as thread (name, slug, account_id, location_id, reference, status, subject)
join public.orgs using (slug)
join public.portal_accounts as account on account.org_id = orgs.id and account.id = thread.account_id::uuid;

-- How long ago, who (customer, office, technician) and whether the other side has read it.
create or replace temp view demo_messages (name, ago, sender, seen, body) as values
  ('gate', interval '26 hours', 'customer', true, 'The garden gate sticks: lift it a little while you push. Our dog is friendly but loud, I will keep him upstairs.'),
  ('gate', interval '25 hours', 'office', true, 'Thank you, Dana. I have put both on the appointment so that Sam sees it.'),
  ('gate', interval '3 hours', 'technician', false, 'Hello, this is Sam. You wrote that the blower has become louder: is it a hum all the time, or a squeal when it starts?'),
  ('kiln', interval '20 hours', 'customer', true, 'Here is what I see at the panel: breaker 14 is on, nothing is warm and nothing smells. The two outlets left of the window are dead.'),
  ('kiln', interval '19 hours', 'office', true, 'Good that nothing is warm. Please leave breaker 14 off until we come. Do you know which breaker feeds the kiln?'),
  ('kiln', interval '90 minutes', 'customer', false, 'Breaker 14 is off now. The kiln has its own, number 20, with a double handle.'),
  ('filter', interval '64 days', 'customer', true, 'The shop has three kinds of 16 × 25. Which one is right for our furnace?'),
  ('filter', interval '63 days 22 hours', 'office', true, '16 × 25 × 1, MERV 11. The arrow points toward the furnace. MERV 13 would be too dense for your ducts.'),
  ('filter', interval '63 days 20 hours', 'customer', true, 'Perfect, thank you!'),
  ('boiler', interval '72 minutes', 'customer', true, 'No heat and no hot water in the whole of Quay House since six. The boiler shows a red light and the code E4.'),
  ('boiler', interval '68 minutes', 'office', true, 'We are sending Sam right away, you can follow him on the appointment. Please do not reset it again. If anybody smells gas, everybody leaves and calls 911.'),
  ('boiler', interval '20 minutes', 'customer', false, 'No smell. The caretaker is at the boiler room with the key. Unit 4 has a newborn, so we are grateful for every minute.'),
  ('boiler', interval '9 minutes', 'technician', false, 'On my way, about half an hour with this traffic. I carry an igniter and a gas valve for this model.'),
  ('linden', interval '30 hours', 'customer', true, 'The tenant of unit 2 is abroad. Can you go in with our key?'),
  ('linden', interval '28 hours', 'office', false, 'Yes, if somebody of yours is there for the whole visit. Who will it be, and on which number can we reach them?'),
  ('terms', interval '120 days', 'customer', true, 'Could we have a single invoice per month for all our units?'),
  ('terms', interval '119 days', 'office', true, 'You can pay them together on the first; each unit keeps its own invoice, as your owners need them. I have set the due dates to the same day.'),
  ('terms', interval '118 days', 'customer', true, 'That works for us. Thank you.'),
  ('tap', interval '2 days 4 hours', 'customer', true, 'It drips about once a second, and only from the base when the tap is open. I have put a bowl under it.'),
  ('tap', interval '2 days 2 hours', 'office', false, 'Then it is most likely the O-rings of the spout. Can you send a photograph of the tap from the side, so that we bring the right set?'),
  ('backflow', interval '150 days', 'customer', true, 'The city wants a backflow test by the end of the month. Do you do that?'),
  ('backflow', interval '149 days', 'office', true, 'We do, it takes half an hour and we send the report to the city. I have booked it with your yearly inspection, so it costs nothing extra.');

insert into public.portal_threads
  (id, org_id, customer_id, location_id, related_work_order_id, subject, status, created_by_portal_account_id,
   last_message_at, last_message_preview, created_at, updated_at)
select thread.id, thread.org_id, thread.customer_id, thread.location_id, job.id, subject, thread.status::portal.thread_status,
       account_id, now() - latest.ago, left(latest.body, 120), now() - first.ago, now() - latest.ago
from demo_threads as thread
left join public.work_orders as job on job.org_id = thread.org_id and job.reference = thread.reference
join lateral (select * from demo_messages as m where m.name = thread.name order by ago limit 1) as latest on true
join lateral (select * from demo_messages as m where m.name = thread.name order by ago desc limit 1) as first on true
on conflict do nothing;

insert into public.portal_messages
  (id, org_id, thread_id, sender_type, sender_portal_account_id, sender_user_id, body, client_message_id, sent_at, read_at)
select pg_temp.demo_id('message/' || thread.id || '/' || message.body), thread.org_id, thread.id,
       case when sender = 'customer' then 'portal_customer' else 'internal_user' end::portal.sender_type,
       case when sender = 'customer' then thread.account_id end,
       case sender when 'customer' then thread.user_id else staff.user_id end,
       message.body, pg_temp.demo_id('client-message/' || thread.id || '/' || message.body), now() - ago,
       case when seen then now() - ago + interval '20 minutes' end
from demo_messages as message
join demo_threads as thread using (name)
left join public.profiles as staff
  on staff.org_id = thread.org_id
  and staff.email = case sender when 'office' then 'csr@' when 'technician' then 'technician@' end || thread.slug || '.example'
order by ago desc
on conflict do nothing;

-- Who has read what: the office reads customers' messages, customers read the office's and the technicians'.
insert into public.portal_message_reads (id, org_id, message_id, user_id, portal_account_id, read_at)
select pg_temp.demo_id('read/' || message.id), message.org_id, message.id,
       case when message.sender_type = 'portal_customer' then office.user_id else thread.user_id end,
       case when message.sender_type <> 'portal_customer' then thread.account_id end, message.read_at
from public.portal_messages as message
join demo_threads as thread on thread.org_id = message.org_id and thread.id = message.thread_id
join public.profiles as office on office.org_id = message.org_id and office.email = 'csr@' || thread.slug || '.example'
where message.read_at is not null
  and message.id in (select pg_temp.demo_id('message/' || t.id || '/' || m.body) from demo_messages as m join demo_threads as t using (name))
on conflict do nothing;

insert into public.crm_interactions
  (id, org_id, customer_id, location_id, kind, direction, summary, occurred_at, created_by_user_id, created_at)
select pg_temp.demo_id('crm/' || call.summary), orgs.id, call.customer_id::uuid, call.location_id::uuid, kind, direction, summary,
       now() - ago, office.user_id, now() - ago
from (values
  ('acme-comfort', 'ac3e0000-0000-4000-8000-000000000201', null, 'phone_call', 'inbound', interval '210 days',
   'Asked about the Comfort Plan, took it on the phone. Prefers messages to calls.'),
  ('acme-comfort', 'ac3e0000-0000-4000-8000-000000000201', 'ac3e0000-0000-4000-8000-000000000301', 'follow_up', 'outbound', interval '4 days',
   'Sent quote Q-6001 for a heat pump; wants to compare with the gas furnace. Call back in two weeks.'),
  ('acme-comfort', 'ac3e0000-0000-4000-8000-000000000202', 'ac3e0000-0000-4000-8000-000000000312', 'phone_call', 'inbound', interval '71 minutes',
   'Morgan called about Quay House, no heat. Dispatched Sam as an emergency.'),
  ('acme-comfort', 'ac3e0000-0000-4000-8000-000000000202', null, 'note', 'internal', interval '40 days',
   'Contract for the twelve locations is up for renewal in spring. Decision lies with Morgan.'),
  ('acme-comfort', 'ac3e0000-0000-4000-8000-000000000203', 'ac3e0000-0000-4000-8000-000000000331', 'phone_call', 'inbound', interval '200 days',
   'Owner confirms in writing that Morgan Reyes looks after the ground floor of number 9.'),
  ('bolt-pipe', 'b0170000-0000-4000-8000-000000000201', 'b0170000-0000-4000-8000-000000000301', 'phone_call', 'inbound', interval '2 days 5 hours',
   'Dripping tap; explained how to book it in the portal, customer did so during the call.'),
  ('bolt-pipe', 'b0170000-0000-4000-8000-000000000201', null, 'follow_up', 'outbound', interval '2 days',
   'Sent quote Q-6001 for replacing the galvanized riser.')
) as call (slug, customer_id, location_id, kind, direction, ago, summary)
join public.orgs using (slug)
join public.profiles as office on office.org_id = orgs.id and office.email = 'csr@' || orgs.slug || '.example'
on conflict do nothing;

-- After every twelfth job the office called.
insert into public.crm_interactions
  (id, org_id, customer_id, location_id, kind, direction, summary, occurred_at, created_by_user_id, created_at)
select pg_temp.demo_id('crm/' || job.id), job.org_id, job.customer_id, job.location_id, 'follow_up', 'outbound',
       'Called after job ' || job.reference || ': ' ||
         (array['all is well.', 'satisfied, praised the technician.', 'left a message.', 'asked for the report by mail, sent.'])[1 + right(job.reference, 2)::int % 4],
       job.completed_at + interval '2 days', office.user_id, job.completed_at + interval '2 days'
from public.work_orders as job
join public.orgs on orgs.id = job.org_id
join public.profiles as office on office.org_id = job.org_id and office.email = 'csr@' || orgs.slug || '.example'
where job.reference like 'J-DEMO____' and job.status = 'completed' and right(job.reference, 4)::int % 12 = 0
on conflict do nothing;
