-- Demo data: the requests behind the appointments, and talks with the assistant.
create or replace function pg_temp.demo_id(name text) returns uuid language sql immutable as $$
  select overlay(overlay(md5(name) placing '8' from 13 for 1) placing '8' from 17 for 1)::uuid
$$;

-- The requests behind the demo customers' jobs of the last three months and to come, but for every third, which came by
-- phone. They name the job that they led to, so they are taken over as they are.
insert into public.portal_booking_requests
  (id, org_id, portal_account_id, customer_id, location_id, preferred_service_date, preferred_time_window_start,
   preferred_time_window_end, service_type, problem_description, source_channel, status, related_work_order_id, decided_at,
   created_at, updated_at)
select pg_temp.demo_id('request/' || job.id), job.org_id, account.id, job.customer_id, job.location_id, local_start::date,
       local_start::time, local_start::time + interval '2 hours', job.service_type, job.job_summary,
       case when right(job.reference, 1)::int % 4 = 2 then 'mobile_app' else 'web_portal' end::portal.source_channel,
       case job.status when 'tentative' then 'submitted' when 'canceled' then 'canceled_by_customer' else 'scheduled' end::portal.booking_status,
       job.id, case when job.status <> 'tentative' then coalesce(job.canceled_at, job.created_at + interval '2 hours') end,
       job.created_at, coalesce(job.canceled_at, job.created_at + interval '2 hours')
from public.work_orders as job
join public.orgs on orgs.id = job.org_id and orgs.slug in ('acme-comfort', 'bolt-pipe')
join public.portal_accounts as account on account.org_id = job.org_id and account.customer_id = job.customer_id
join public.customer_locations as place on place.org_id = job.org_id and place.id = job.location_id,
     lateral (select job.window_start at time zone place.timezone as local_start) as wall
where (job.reference like 'J-NEXT____' or job.reference like 'J-DEMO____' and right(job.reference, 4)::int % 3 > 0)
  and job.window_start > now() - interval '90 days'
on conflict do nothing;

-- One in each company that the office has yet to find a time for.
insert into public.portal_booking_requests
  (id, org_id, portal_account_id, customer_id, location_id, flexible_date, service_type, problem_description, created_at)
select pg_temp.demo_id('request/flexible/' || account.id), account.org_id, account.id, account.customer_id,
       account.primary_location_id, true, wish.service_type, wish.problem, now() - interval '5 hours'
from (values
  ('ac3e0000-0000-4000-8000-000000000401', 'hvac_install',
   'Our furnace is 21 years old. We would like advice on a heat pump; any day will do.'),
  ('b0170000-0000-4000-8000-000000000401', 'plumbing_water_heater',
   'The water heater hums since last week and takes longer to heat. No hurry.')
) as wish (account_id, service_type, problem)
join public.portal_accounts as account on account.id = wish.account_id::uuid
on conflict do nothing;

-- What the assistant says first; all else is as usual.
insert into public.org_assistant_settings (org_id, disclaimer)
select orgs.id, words.disclaimer
from (values
  ('acme-comfort', 'Hello, I am Acme Comfort''s assistant, a program. I look things up in our help articles and, once you are signed in, in your own appointments and bills. I can be wrong and I cannot book or change anything; our office can. If you smell gas, hear a carbon monoxide alarm or see sparks or smoke, get everyone out first and call 911, then us.'),
  ('bolt-pipe', 'Hi, this is the assistant of Bolt Pipe, a program that reads our help articles for you. Please do not rely on it where water is running or something smells of gas: shut off the main valve if that is safe, get out if it is not, call 911 where anyone is in danger, and then call us.')
) as words (slug, disclaimer)
join public.orgs using (slug)
on conflict do nothing;

-- A question that an article answered, one handed over to the office, and one of the other company.
create or replace temp view demo_talks (name, slug, account_id, context, status, thread, ago) as values
  ('filter', 'acme-comfort', 'ac3e0000-0000-4000-8000-000000000401', 'general_support', 'ended', null, interval '12 days'),
  ('outlets', 'acme-comfort', 'ac3e0000-0000-4000-8000-000000000401', 'pre_booking', 'escalated', 'kiln', interval '21 hours'),
  ('hot-water', 'bolt-pipe', 'b0170000-0000-4000-8000-000000000401', 'general_support', 'ended', null, interval '33 days');

insert into public.portal_ai_conversations
  (id, org_id, portal_account_id, customer_id, context_type, status, escalated_to_thread_id, started_at, ended_at, updated_at)
select pg_temp.demo_id('talk/' || talk.name), account.org_id, account.id, account.customer_id, context::portal.ai_context_type,
       talk.status::portal.ai_conversation_status, pg_temp.demo_id('thread/' || thread), now() - ago,
       now() - ago + interval '10 minutes', now() - ago + interval '10 minutes'
from demo_talks as talk
join public.orgs using (slug)
join public.portal_accounts as account on account.org_id = orgs.id and account.id = talk.account_id::uuid
on conflict do nothing;

-- The answers quote the articles word for word; the citation names article and passage.
insert into public.portal_ai_messages
  (id, org_id, conversation_id, portal_account_id, role, content, citations, reply_to_id, finish_reason, is_answered, created_at)
select pg_temp.demo_id(concat_ws('/', 'talk', talk.name, line.number)), account.org_id, pg_temp.demo_id('talk/' || talk.name), account.id,
       line.role::portal.ai_role, line.content,
       coalesce((select jsonb_build_array(jsonb_build_object('article_id', article.id, 'slug', article.slug, 'title', article.title,
                                                             'chunk_id', null, 'quote', line.quote))
                 from public.kb_articles as article where article.org_id is null and article.slug = line.slug), '[]'),
       case when line.role = 'assistant' then pg_temp.demo_id(concat_ws('/', 'talk', talk.name, line.number - 1)) end,
       case when line.role = 'assistant' then 'stop' end, case when line.role = 'assistant' then line.slug is not null end,
       now() - ago + make_interval(mins => line.number)
from demo_talks as talk
join public.orgs using (slug)
join public.portal_accounts as account on account.org_id = orgs.id and account.id = talk.account_id::uuid
join (values
  ('filter', 1, 'user', 'How often should I change the filter of my furnace?', null, null),
  ('filter', 2, 'assistant', 'From "How to change your air filter": look at a 1 inch filter every month and replace it every 1 to 3 months. Pets, smokers, building work and a fan that runs all day make it due sooner.',
   'change-air-filter', 'Pets, smokers, building work and a fan that runs all day make it due sooner.'),
  ('outlets', 1, 'user', 'Two outlets in my studio are dead, nothing smells.', null, null),
  ('outlets', 2, 'assistant', 'From "Outlets with test and reset buttons (GFCI)": look for a GFCI that has tripped. One of them often protects several ordinary outlets, even in another room. If it does not reset with everything unplugged, please book a repair.',
   'gfci-outlets', 'Look for a GFCI that has tripped.'),
  ('outlets', 3, 'user', 'I have none of these. Can I talk to somebody?', null, null),
  ('outlets', 4, 'assistant', 'I have handed this over to the office. You will find their answer under Messages.', null, null),
  ('hot-water', 1, 'user', 'What temperature should the water heater have?', null, null),
  ('hot-water', 2, 'assistant', 'From "No hot water, or not enough": 120 °F (49 °C) is right for most homes. Hotter scalds in seconds, a danger for children and older people.',
   'no-hot-water', '120 °F (49 °C) is right for most homes.')
) as line (name, number, role, content, slug, quote) on line.name = talk.name
on conflict do nothing;
