-- Proves: a conversation with the assistant is its account's, or that of whoever holds its secret until an account
-- claims it; it is handed over once, ends, and is judged, by nobody else.
begin;
\ir people.psql
\ir outbox.psql
\ir assistant.psql
select plan(107);
select pg_temp.office() \g /dev/null

-- Beginning ------------------------------------------------------------------------------------------
select pg_temp.started('dana') as dana \gset
select is(
  (select concat_ws(' ', portal_account_id = pg_temp.id('dana/account'), customer_id = pg_temp.id('dana/customer'), context_type, status, related_work_order_id, session_token_hash)
   from public.portal_ai_conversations where id = :'dana'), 't t general_support active', 'a conversation is the account''s and its customer''s');
select is((select string_agg(role || ' ' || (portal_account_id = pg_temp.id('dana/account')), ' ') from public.portal_ai_messages where conversation_id = :'dana'),
  'system true', 'it begins with one message of the company''s');
select matches((select content from public.portal_ai_messages where conversation_id = :'dana'),
  '^I am the assistant of Test One, a program\..* call 911 .*An appointment can be moved up to 3 times, until 24 hours before it begins\..*Canceling costs nothing\. Test One is reached through the portal',
  'which says what the assistant is, what to do in an emergency and what the rules are');
update public.orgs set support_phone = '+13125550110', support_email = 'help@test.example' where id = pg_temp.id('one');
insert into public.booking_policies (org_id, cancel_notice_minutes, reschedule_notice_minutes, max_reschedules, fee_tiers, contact_phone)
values (pg_temp.id('one'), 120, 0, 1, '[{"notice_minutes": 1440, "fee_cents": 0}, {"notice_minutes": 0, "fee_cents": 4500}]', '+13125550199');
insert into public.org_assistant_settings (org_id, disclaimer) values (pg_temp.id('one'), 'Ask the robot.');
select pg_temp.started('dana', 'context_type => ''active_job'', appointment_id => pg_temp.id(''dana/job'')') as job \gset
select is((select content from public.portal_ai_messages where conversation_id = :'job'),
  E'Ask the robot.\n\nAn appointment can be moved once, until it begins. It can be canceled until 2 hours before it begins. Canceling costs nothing at least 24 hours before, 45.00 USD later than that. Test One is reached at +13125550199.',
  'in the company''s own words where it has some, with its own policy and number');
select is((select context_type || ' ' || (related_work_order_id = pg_temp.id('dana/job')) from public.portal_ai_conversations where id = :'job'), 'active_job true', 'it may be about an appointment');
select is(pg_temp.refusal(person, pg_temp.starting(more)), expected, format('%s begins with (%s): %s', person, more, expected))
from (values
  ('dana', 'context_type => ''gossip''', 'PT400 invalid_input'),
  ('dana', 'context_type => null', 'accepted'),
  ('dana', 'appointment_id => pg_temp.id(''rex/job'')', 'PT404 not_found'),
  ('dana', 'appointment_id => pg_temp.id(''tova/job'')', 'PT404 not_found'),
  ('dana', 'appointment_id => pg_temp.id(''nothing'')', 'PT404 not_found'),
  ('dana', 'org_slug => ''test-one''', 'accepted'),
  ('dana', 'org_slug => ''test-two''', 'PT400 invalid_input'),
  ('dana', 'session_token => ''nonsense''', 'PT404 not_found'),
  ('anon', '', 'PT400 invalid_input'),
  ('anon', 'org_slug => ''test-one''', 'accepted'),
  ('anon', 'org_slug => ''test-none''', 'PT404 not_found'),
  ('anon', 'org_slug => ''test-one'', appointment_id => pg_temp.id(''dana/job'')', 'PT401 not_signed_in'),
  ('anon', 'session_token => ''nonsense''', 'PT404 not_found'),
  ('nemo', '', 'PT400 invalid_input'),
  ('nemo', 'org_slug => ''test-one''', 'accepted'),
  ('nemo', 'org_slug => ''test-one'', appointment_id => pg_temp.id(''dana/job'')', 'PT404 not_found'),
  ('cory', '', 'PT400 invalid_input'),
  ('nobody', '', 'PT400 invalid_input')
) as attempt (person, more, expected);
select is(pg_temp.refusal('dana', format('insert into public.portal_ai_conversations (org_id, portal_account_id) values (%L, %L)', pg_temp.id('one'), pg_temp.id('dana/account'))), '42501', 'nobody writes one as a row');

-- Without log-in -------------------------------------------------------------------------------------
create temporary table held as select id, status::text, session_token from portal.start_ai_conversation() limit 0;
grant all on held to public;
select pg_temp.touched('anon', 'insert into held select id, status::text, session_token from portal.start_ai_conversation(org_slug => ''test-one'')') \g /dev/null
select id as anon, session_token as token from held \gset
select is((select concat_ws(' ', portal_account_id, customer_id, session_token_hash = sha256(convert_to(:'token', 'utf8'))) from public.portal_ai_conversations where id = :'anon'),
  't', 'without an account the conversation is nobody''s, and its secret is kept as a hash');
select is(pg_temp.answer('anon', format('select concat_ws('' '', id, status, session_token) from portal.start_ai_conversation(session_token => %L)', :'token')), :'anon' || ' active', 'the secret takes it up again, and is not shown twice');
select is(pg_temp.answer('anon', format('select id from portal.start_ai_conversation(org_slug => ''test-one'', session_token => %L)', :'token')), :'anon', 'also where the company is named');
select is(pg_temp.refusal('anon', format('select * from portal.start_ai_conversation(org_slug => ''test-two'', session_token => %L)', :'token')), 'PT404 not_found', 'but not at another one');
select is(pg_temp.refusal('anon', format('select count(*) from %s', relation)), '42501', 'people without log-in read no ' || relation)
from unnest(array['public.portal_ai_conversations', 'public.portal_ai_messages', 'portal.ai_conversations', 'portal.ai_messages']) as relation;
select is((pg_temp.talked('anon', :'anon', 'Do you work on Sundays?', 'I do not know.', pg_temp.holding(:'token')) ->> 'content'), 'I do not know.', 'whoever holds it talks');
select is(pg_temp.refusal(person, format('select portal.end_ai_conversation(%L)', :'anon'), headers), 'PT404 not_found', format('%s does not, holding %s', person, headers))
from (values
  ('anon', '{}'::jsonb), ('anon', pg_temp.holding('')), ('anon', pg_temp.holding(:'token' || '0')), ('anon', pg_temp.holding(replace(:'token', replace(pg_temp.id('one')::text, '-', ''), replace(pg_temp.id('two')::text, '-', '')))),
  ('dana', '{}'), ('cory', '{}')
) as attempt (person, headers);
select is(pg_temp.facts('anon', format('select portal.escalate_ai_conversation(%L)', :'anon'), pg_temp.holding(:'token')),
  '{"reason": "sign_in_required", "contact_phone": "+13125550199", "contact_email": "help@test.example"}', 'the office does not answer people it does not know, and says where they reach it');
select is(pg_temp.refusal('anon', format('select portal.escalate_ai_conversation(%L)', :'anon')), 'PT404 not_found', 'nor does it say anything to others');

-- Claiming -------------------------------------------------------------------------------------------
create function pg_temp.claiming(token text) returns text language sql as $$ select format('select id from portal.start_ai_conversation(session_token => %L)', token) $$;
select is(pg_temp.refusal('tova', pg_temp.claiming(:'token')), 'PT404 not_found', 'an account of another company cannot claim it');
select is(pg_temp.answer('dana', pg_temp.claiming(:'token')), :'anon', 'at log-in an account claims the conversation');
select is((select concat_ws(' ', portal_account_id = pg_temp.id('dana/account'), customer_id = pg_temp.id('dana/customer')) from public.portal_ai_conversations where id = :'anon'), 't t', 'it is the account''s');
select is((select count(*) || ' ' || bool_and(portal_account_id = pg_temp.id('dana/account')) from public.portal_ai_messages where conversation_id = :'anon'), '3 true', 'and so is all that was said');
select is(pg_temp.answer('dana', pg_temp.claiming(:'token')), :'anon', 'claiming it again changes nothing');
select is(pg_temp.refusal('rex', pg_temp.claiming(:'token')), 'PT404 not_found', 'nobody else claims it after that');
select is(pg_temp.refusal('anon', format('select portal.end_ai_conversation(%L)', :'anon'), pg_temp.holding(:'token')), 'PT404 not_found', 'and its secret opens nothing any more');
select is(pg_temp.refusal('rex', format('select portal.end_ai_conversation(%L)', :'anon'), pg_temp.holding(:'token')), 'PT404 not_found', 'for nobody');

-- Reading --------------------------------------------------------------------------------------------
select is(pg_temp.answer(person, format('select (select count(*) from portal.ai_conversations where org_id = %1$L) || '' '' || (select count(*) from portal.ai_messages where org_id = %1$L)', pg_temp.id('one'))), expected, format('%s sees %s conversations and messages as her own', person, expected))
from (values ('dana', '3 5'), ('rex', '0 0'), ('tova', '0 0'), ('cory', '0 0'), ('nobody', '0 0')) as reader (person, expected);
select is(pg_temp.answer(person, format('select count(*) from public.portal_ai_conversations where org_id = %L', pg_temp.id('one'))), expected, format('%s sees %s in the table', person, expected))
from (values ('dana', '3'), ('rex', '0'), ('cory', '3'), ('tess', '0'), ('cleo', '0')) as reader (person, expected);

-- Limits ---------------------------------------------------------------------------------------------
select pg_temp.started('rex') from generate_series(1, 30) \g /dev/null
select is(pg_temp.refusal('rex', pg_temp.starting()), 'PT429 too_many_conversations', 'an account begins thirty an hour and not one more');
select is((pg_temp.facts('rex', pg_temp.starting()) ->> 'retry_after_seconds')::int between 3500 and 3600, true, 'and is told when it may');
update public.org_assistant_settings set anonymous_conversations_per_hour = 2 where org_id = pg_temp.id('one');
select is(pg_temp.refusal('anon', pg_temp.starting('org_slug => ''test-one''')), 'accepted', 'without log-in the company takes so many an hour, claimed ones included');
select pg_temp.started('anon', 'org_slug => ''test-one''') \g /dev/null
select is(pg_temp.refusal(person, pg_temp.starting(format('org_slug => %L', org))), expected, format('%s at %s then: %s', person, org, expected))
from (values ('anon', 'test-one', 'PT429 too_many_conversations'), ('nemo', 'test-one', 'PT429 too_many_conversations'), ('anon', 'test-two', 'accepted'), ('dana', 'test-one', 'accepted')) as attempt (person, org, expected);
update public.org_assistant_settings set is_enabled = false where org_id = pg_temp.id('one');
select is(pg_temp.refusal(person, pg_temp.starting(format('org_slug => %L', 'test-one'))), 'PT422 assistant_off', person || ' begins none where the company offers none')
from unnest(array['anon', 'dana']) as person;
update public.org_assistant_settings set is_enabled = true where org_id = pg_temp.id('one');

-- Settings -------------------------------------------------------------------------------------------
select is(pg_temp.touched(person, 'update public.org_assistant_settings set answer_tokens = 500'), expected::bigint, format('%s changes %s rows of settings', person, expected))
from (values ('adam', 1), ('cory', 0), ('dana', 0), ('cleo', 0)) as writer (person, expected);
select is(pg_temp.answer(person, 'select count(*) from public.org_assistant_settings'), expected, format('%s sees %s rows of settings', person, expected))
from (values ('adam', '1'), ('cory', '1'), ('tess', '0'), ('dana', '0'), ('cleo', '0')) as reader (person, expected);

-- Handing over ---------------------------------------------------------------------------------------
create function pg_temp.escalating(conversation uuid, reason text default 'customer_request') returns text language sql as $$ select format('select portal.escalate_ai_conversation(%L, %L)', conversation, reason) $$;
select pg_temp.talked('dana', :'job', 'When does Tess come?', 'Tomorrow.'), pg_temp.talked('dana', :'job', 'I smell gas. Can somebody call me?', 'Yes.') \g /dev/null
select is(pg_temp.refusal(person, pg_temp.escalating(:'job', reason)), expected, format('%s hands over for %s: %s', person, reason, expected))
from (values ('rex', 'other', 'PT404 not_found'), ('cory', 'other', 'PT404 not_found'), ('tova', 'other', 'PT404 not_found'), ('anon', 'other', 'PT404 not_found'),
  ('dana', 'boredom', 'PT400 invalid_input'), ('dana', 'no_answer', 'accepted'), ('dana', null, 'accepted')) as attempt (person, reason, expected);
select pg_temp.forget() \g /dev/null
select pg_temp.answer('dana', pg_temp.escalating(:'job', 'safety')) as thread \gset
select is((select concat_ws(' | ', t.subject, t.status, t.customer_id = pg_temp.id('dana/customer'), t.location_id = pg_temp.id('dana/home'), t.related_work_order_id = pg_temp.id('dana/job'), t.created_by_portal_account_id = pg_temp.id('dana/account'))
   from public.portal_threads t where t.id = :'thread'), 'When does Tess come? | pending_internal | t | t | t | t', 'a thread of hers begins, about the same job, and it is the office''s turn');
select is((select string_agg(sender_type || ' ' || body, '|') from public.portal_messages where thread_id = :'thread'),
  E'system This sounds dangerous: please look at it at once.\n\nThe assistant has handed this conversation over. Why: the customer told of danger. What about: an appointment.\n\nAsked:\n- When does Tess come?\n- I smell gas. Can somebody call me?\n\nLast answer of the assistant:\n'
  || (select content from public.portal_ai_messages where conversation_id = :'job' and role = 'assistant' order by created_at desc limit 1), 'it begins with what the office must know');
select is((select status || ' ' || (escalated_to_thread_id = :'thread') || ' ' || (ended_at is not null) from public.portal_ai_conversations where id = :'job'), 'escalated true true', 'the conversation says where it went');
select is(pg_temp.told(), array['assistant_escalated email office'], 'the office is told');
select is(pg_temp.payload('assistant_escalated', 'thread_id') || ' ' || pg_temp.payload('assistant_escalated', 'reason'), :'thread' || ' safety', 'of the thread and the reason');
select is(pg_temp.answer('dana', pg_temp.escalating(:'job', 'other')), :'thread', 'again: the same thread');
select is((select count(*) || ' ' || array_length(pg_temp.told(), 1) from public.portal_messages where thread_id = :'thread'), '1 1', 'and nothing else happens');
select is(pg_temp.answer('dana', format('select portal.end_ai_conversation(%L)', :'job')), 'escalated', 'what a person has does not end');

-- Ending ---------------------------------------------------------------------------------------------
select is(pg_temp.refusal(person, format('select portal.end_ai_conversation(%L)', :'dana')), 'PT404 not_found', person || ' does not end what is another''s')
from unnest(array['rex', 'tova', 'cory', 'anon']) as person;
select is(pg_temp.answer('dana', format('select portal.end_ai_conversation(%L)', :'dana')), 'ended', 'an account ends its conversation') from generate_series(1, 2);
select is(pg_temp.refusal('dana', pg_temp.escalating(:'dana')), 'PT410 conversation_ended', 'what has ended is not handed over');

-- Judging --------------------------------------------------------------------------------------------
create function pg_temp.reporting(message uuid, helpful text, reason text default null) returns text language sql as $$ select format('select portal.report_ai_message(%L, %s, %L)', message, helpful, reason) $$;
select (select id from public.portal_ai_messages where conversation_id = :'anon' and role = 'assistant') as answer, (select id from public.portal_ai_messages where conversation_id = :'anon' and role = 'user') as question \gset
select is(pg_temp.refusal(person, pg_temp.reporting(message::uuid, helpful, reason)), expected, format('%s says %s of the %s: %s', person, helpful, what, expected))
from (values
  ('dana', 'answer', :'answer', 'false', 'Wrong', 'accepted'), ('dana', 'answer', :'answer', 'null', null, 'PT400 invalid_input'), ('dana', 'answer', :'answer', 'true', repeat('x', 1001), 'PT400 invalid_input'),
  ('dana', 'question', :'question', 'true', null, 'PT404 not_found'), ('rex', 'answer', :'answer', 'true', null, 'PT404 not_found'), ('cory', 'answer', :'answer', 'true', null, 'PT404 not_found'), ('anon', 'answer', :'answer', 'true', null, 'PT404 not_found')
) as attempt (person, what, message, helpful, reason, expected);
select pg_temp.touched('dana', pg_temp.reporting(:'answer', 'false', ' Wrong ')) \g /dev/null
select is((select concat_ws(' ', is_helpful, report_reason, reported_at is not null) from public.portal_ai_messages where id = :'answer'), 'f Wrong t', 'the office reads what was said of an answer');

select * from finish();
rollback;
