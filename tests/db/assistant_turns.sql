-- Proves: a turn is its account's alone, is asked and answered once however often it is sent, keeps to every budget, rests
-- on what it found, says first what to do in danger, and comes too late once a person has taken over.
begin;
\ir people.psql
\ir assistant.psql
select plan(113);

insert into public.portal_accounts (org_id, id, user_id, customer_id, status)
values (pg_temp.id('one'), pg_temp.id('nemo/account'), pg_temp.id('nemo'), pg_temp.id('dana/customer'), 'suspended');
select pg_temp.started('dana') as talk, pg_temp.started('mona') as monas, pg_temp.started('tova') as tovas \gset

-- A turn ---------------------------------------------------------------------------------------------
select pg_temp.asked('dana', :'talk', ' How often do I change the filter? ', 'one') as begun \gset
select :'begun'::jsonb ->> 'turn_id' as turn \gset
select is((select array_agg(key order by key) from jsonb_object_keys(:'begun'::jsonb) as key where key not in ('context_type', 'appointment_id')),
  '{answer,answer_tokens,answerable,can_escalate,company,conversation_id,facts,history,org_id,passages,question,safety_notice,system,turn_id}', 'what is begun has all that an answer needs');
select is((select concat_ws(' | ', b ->> 'question', b ->> 'answer', b -> 'company' ->> 'name', b ->> 'answer_tokens', b ->> 'can_escalate', b ->> 'history', b ->> 'safety_notice', b ->> 'org_id' = pg_temp.id('one')::text) from (select :'begun'::jsonb as b) as x),
  'How often do I change the filter? | Test One | 700 | true | [] | t', 'the question, nothing said before, no danger');
select is(:'begun'::jsonb ->> 'system', (select content from public.portal_ai_messages where conversation_id = :'talk' and role = 'system'), 'the company''s words are the system''s');
select is((select concat_ws(' ', role, client_message_id = md5('one')::uuid, portal_account_id = pg_temp.id('dana/account'), reply_to_id) from public.portal_ai_messages where id = :'turn'), 'user t t', 'the question is stored');
select is((select concat_ws(' ', turn_id = :'turn', reserved_tokens, lease_until > now() + interval '2 minutes') from public.portal_ai_turns where conversation_id = :'talk'), 't 4700 t', 'and what it may cost is set aside');
select is(pg_temp.refusal('dana', pg_temp.asking(:'talk', body, client)), 'PT409 turn_in_progress', format('%s while it is being answered is refused', client))
from (values ('How often do I change the filter?', 'one'), ('And the other?', 'two'), ('And the other?', null)) as again (body, client);
select is(pg_temp.facts('dana', pg_temp.asking(:'talk', 'And?')), '{"reason": "turn_in_progress", "retry_after_seconds": 3}', 'with when to ask again');
select pg_temp.committed('dana', :'talk', :'turn', ' Every month. ', tokens => 120) as answered \gset
select is((select concat_ws(' ', a ->> 'role', a ->> 'content', a ->> 'finish_reason', a ->> 'tokens_used', a ->> 'reply_to_id' = :'turn', a ->> 'is_answered', a -> 'metadata' ->> 'model', a -> 'metadata' ->> 'offers_human') from (select :'answered'::jsonb as a) as x),
  'assistant Every month. stop 120 t false test false', 'the answer is stored with what it cost');
select is(pg_temp.answer('dana', format('select to_jsonb(m) = %L::jsonb from portal.ai_messages m where m.id = %L', :'answered', :'answered'::jsonb ->> 'id')), 'true', 'it is the row that the portal shows');
select is((select count(*) from public.portal_ai_turns where conversation_id = :'talk'), 0::bigint, 'and the turn is over');

-- Again ----------------------------------------------------------------------------------------------
select is(pg_temp.asked('dana', :'talk', 'How often do I change the filter?', 'one') ->> 'answer', :'answered', 'the same question gets its answer again');
select is((select count(*) from public.portal_ai_turns where conversation_id = :'talk'), 0::bigint, 'without a turn');
select is(pg_temp.refusal('dana', pg_temp.asking(:'talk', 'Something else', 'one')), 'PT422 client_message_id_reused', 'another question under its id is refused');
select is(pg_temp.said(:'talk'), 'user: How often do I change the filter? | assistant: Every month. stop', 'nothing is stored twice');
select is(pg_temp.committed('dana', :'talk', :'turn', 'Never.', tokens => 30) ->> 'content', 'Every month.', 'a second answer does not take the place of the first');
select is((select tokens_used from public.portal_ai_messages where id = :'turn'), 30, 'but is paid for');
select pg_temp.asked('dana', :'talk', 'And in summer?', 'three') as begun \gset
select is(:'begun'::jsonb -> 'history', '[{"role": "user", "content": "How often do I change the filter?"}, {"role": "assistant", "content": "Every month."}]', 'a further question comes with what was said');
select :'begun'::jsonb ->> 'turn_id' as turn \gset
select pg_temp.committed('dana', :'talk', :'turn', 'Every', finish => 'interrupted', tokens => 10) \g /dev/null
select is(pg_temp.asked('dana', :'talk', 'And in summer?', 'three') ->> 'answer', null, 'an answer that broke off is given anew');
select pg_temp.committed('dana', :'talk', :'turn', 'Every two months.', tokens => 15) as anew \gset
select is((:'anew'::jsonb ->> 'content') || ' ' || (:'anew'::jsonb ->> 'tokens_used'), 'Every two months. 25', 'in its place, and both are paid for');
select is(pg_temp.said(:'talk'), 'user: How often do I change the filter? | assistant: Every month. stop | user: And in summer? | assistant: Every two months. stop', 'in the order of the conversation');
select pg_temp.asked('dana', :'talk', 'And in winter?', 'four') ->> 'turn_id' as turn \gset
select pg_temp.answer('dana', pg_temp.abandoning(:'talk', :'turn', 50)) \g /dev/null
select is((select concat_ws(' ', tokens_used, (select count(*) from public.portal_ai_turns where conversation_id = :'talk')) from public.portal_ai_messages where id = :'turn'), '50 0', 'a turn that is given up is over, and paid for');
select is(pg_temp.asked('dana', :'talk', 'And in winter?', 'four') ->> 'turn_id', :'turn', 'and can be begun anew at once');
update public.portal_ai_turns set lease_until = clock_timestamp() - interval '1 second' where conversation_id = :'talk';
select is(pg_temp.asked('dana', :'talk', 'And in winter?', 'four') ->> 'turn_id', :'turn', 'so can one whose gateway has gone away');
select is(pg_temp.committed('dana', :'talk', :'turn', 'Monthly.') ->> 'content', 'Monthly.', 'and is answered');
select is((select count(*) = count(distinct created_at) from public.portal_ai_messages where conversation_id = :'talk'), true, 'no two things are said at one time');

-- Whose ----------------------------------------------------------------------------------------------
select pg_temp.asked('dana', :'talk', 'Whose?', 'five') ->> 'turn_id' as turn \gset
select is(pg_temp.refusal(person, call, headers), expected, format('%s %s: %s', person, left(substring(call from 'ai_\w+'), 20), expected))
from (values
  ('rex', '{}'::jsonb, 'PT404 not_found'), ('mona', '{}', 'PT404 not_found'), ('tova', '{}', 'PT404 not_found'), ('tova', '{"x-portal-org": "test-one"}', 'PT404 not_found'),
  ('cory', '{}', 'PT404 not_found'), ('adam', '{}', 'PT404 not_found'), ('nemo', '{}', 'PT404 not_found'), ('anon', '{}', 'PT404 not_found'), ('anon', '{"x-portal-session": "x"}', 'PT404 not_found')
) as stranger (person, headers, expected),
unnest(array[pg_temp.asking(:'talk', 'Mine?'), pg_temp.committing(:'talk', :'turn', 'Mine.'), pg_temp.abandoning(:'talk', :'turn')]) as call;
select is(pg_temp.refusal('service_role', call), '42501', 'the secret key does not talk to the assistant')
from unnest(array[pg_temp.asking(:'talk', 'Mine?'), pg_temp.committing(:'talk', :'turn', 'Mine.'), pg_temp.abandoning(:'talk', :'turn')]) as call;
select is(pg_temp.refusal('dana', pg_temp.committing(:'tovas', :'turn', 'x')), 'PT404 not_found', 'an answer does not go into another conversation');
select is(pg_temp.refusal('mona', pg_temp.committing(:'monas', :'turn', 'x')), 'PT404 not_found', 'nor does one to another''s question');
update public.portal_accounts set status = 'suspended' where id = pg_temp.id('dana/account');
select is(pg_temp.refusal('dana', call), 'PT404 not_found', 'who is suspended between question and answer gets none')
from unnest(array[pg_temp.committing(:'talk', :'turn', 'x'), pg_temp.asking(:'talk', 'x')]) as call;
update public.portal_accounts set status = 'active' where id = pg_temp.id('dana/account');

-- Shape ----------------------------------------------------------------------------------------------
select is(pg_temp.refusal('dana', call), expected, left(call, 90) || ': ' || expected)
from (values
  (pg_temp.asking(:'talk', ' '), 'PT400 invalid_input'), (pg_temp.asking(:'talk', repeat('x', 4001)), 'PT400 invalid_input'), (pg_temp.asking(null, 'x'), 'PT404 not_found'),
  (pg_temp.committing(:'talk', :'turn', ''), 'PT400 invalid_input'), (pg_temp.committing(:'talk', :'turn', repeat('x', 18001)), 'PT400 invalid_input'),
  (pg_temp.committing(:'talk', :'turn', 'x', finish => 'tired'), 'PT400 invalid_input'), (pg_temp.committing(:'talk', :'turn', 'x', finish => null), 'PT400 invalid_input'),
  (pg_temp.committing(:'talk', :'turn', 'x', citations => '{}'), 'PT400 invalid_input'), (pg_temp.committing(:'talk', null, 'x'), 'PT404 not_found'),
  (pg_temp.committing(:'talk', pg_temp.id('none'), 'x'), 'PT404 not_found'), (pg_temp.committing(:'talk', :'turn', 'x', citations => null), 'accepted')
) as attempt (call, expected);

-- Citations ------------------------------------------------------------------------------------------
create function pg_temp.citing(chunk text, quote text) returns jsonb language sql as $$ select jsonb_build_object('chunk_id', pg_temp.id(chunk), 'quote', quote) $$;
update public.portal_ai_messages set metadata = jsonb_build_object('answerable', true, 'retrieved', jsonb_build_array(jsonb_build_object(
  'chunk_id', pg_temp.id('chunk'), 'article_id', pg_temp.id('article'), 'slug', 'air-filter', 'title', 'Air filters', 'heading_path', '["Air filters", "When"]'::jsonb,
  'content', E'Look at it every month.\n\nReplace it when it is grey.')))
where id = :'turn';
select is(pg_temp.refusal('dana', pg_temp.committing(:'talk', :'turn', 'So. [1]', citations::text)), 'PT422 citation_not_retrieved', format('an answer that cites %s is refused', citations))
from unnest(array[
  jsonb_build_array(pg_temp.citing('other chunk', 'Look at it')), jsonb_build_array(pg_temp.citing('chunk', 'Never look at it')), jsonb_build_array(pg_temp.citing('chunk', '')),
  jsonb_build_array(pg_temp.citing('chunk', 'Look at it'), pg_temp.citing('other chunk', 'Look at it'))]) as citations;
select is((pg_temp.facts('dana', pg_temp.committing(:'talk', :'turn', 'So.', jsonb_build_array(pg_temp.citing('other chunk', 'x'))::text)) ->> 'chunk_id')::uuid, pg_temp.id('other chunk'), 'and says which');
select is((select count(*) from public.portal_ai_messages where reply_to_id = :'turn'), 0::bigint, 'nothing of it is stored');
select pg_temp.committed('dana', :'talk', :'turn', 'Every month. [1]', jsonb_build_array(pg_temp.citing('chunk', 'every month. Replace it'))::text) as cited \gset
select is(:'cited'::jsonb -> 'citations', jsonb_build_array(jsonb_build_object('chunk_id', pg_temp.id('chunk'), 'article_id', pg_temp.id('article'), 'slug', 'air-filter', 'title', 'Air filters',
  'heading_path', '["Air filters", "When"]'::jsonb, 'quote', 'every month. Replace it')), 'what was found is cited with its article');
select is(:'cited'::jsonb ->> 'is_answered', 'true', 'and the articles had an answer');
select is(pg_temp.answer('dana', format('select metadata ? ''retrieved'' from portal.ai_messages where id = %L', :'turn')), 'false', 'the passages of a question are not shown again');

-- Danger ---------------------------------------------------------------------------------------------
select pg_temp.asked('dana', :'talk', 'I smell gas in the kitchen', 'gas') as begun \gset
select matches(:'begun'::jsonb ->> 'safety_notice', '^If you smell gas, leave the building now.*Then call Test One\.$', 'who tells of danger is told what to do');
select :'begun'::jsonb ->> 'turn_id' as turn, :'begun'::jsonb ->> 'safety_notice' as notice \gset
select is(pg_temp.facts('dana', pg_temp.asking(:'talk', 'I smell gas in the kitchen')) ->> 'safety_notice', :'notice', 'also where the question is refused');
select is(pg_temp.committed('dana', :'talk', :'turn', 'Enjoy the smell.') ->> 'content', :'notice' || E'\n\nEnjoy the smell.', 'and first of all, whatever the model says');

-- Somebody without log-in ----------------------------------------------------------------------------
create temporary table held as select id, session_token from portal.start_ai_conversation() limit 0;
grant all on held to public;
select pg_temp.touched('anon', 'insert into held select id, session_token from portal.start_ai_conversation(org_slug => ''test-one'')') \g /dev/null
select id as open, pg_temp.holding(session_token) as holding from held \gset
select pg_temp.asked('anon', :'open', 'What do you cost?', headers => :'holding') as begun \gset
select is((select concat_ws(' ', b ->> 'facts', b ->> 'can_escalate', b -> 'company' ->> 'name') from (select :'begun'::jsonb as b) as x), 'false Test One', 'somebody without log-in has no facts and no person');
select is(pg_temp.refusal('anon', pg_temp.asking(:'talk', 'Mine?'), :'holding'), 'PT404 not_found', 'and no conversation but this');
select is(pg_temp.committed('anon', :'open', (:'begun'::jsonb ->> 'turn_id')::uuid, 'It depends.', headers => :'holding') ->> 'content', 'It depends.', 'but is answered');
insert into public.org_assistant_settings (org_id, account_turns_per_hour) values (pg_temp.id('one'), 2);
select pg_temp.talked('anon', :'open', 'And a visit?', headers => :'holding') \g /dev/null
select is(pg_temp.refusal('anon', pg_temp.asking(:'open', 'And two?'), :'holding'), 'PT429 too_many_turns', 'within the limit of an account');
update public.orgs set is_active = false where id = pg_temp.id('one');
select is(pg_temp.refusal('anon', pg_temp.asking(:'open', 'And two?'), :'holding'), 'PT404 not_found', 'and while the company is there');
update public.orgs set is_active = true where id = pg_temp.id('one');

-- Budgets --------------------------------------------------------------------------------------------
create function pg_temp.allow(columns jsonb) returns void language sql as $$
  update public.org_assistant_settings s
  set (account_turns_per_hour, conversation_turns, conversation_tokens, org_tokens_per_day, answer_tokens) = (
    select n.account_turns_per_hour, n.conversation_turns, n.conversation_tokens, n.org_tokens_per_day, n.answer_tokens
    from jsonb_populate_record(null::public.org_assistant_settings, columns) n)
  where s.org_id = pg_temp.id('one')
$$;
select pg_temp.allow('{"account_turns_per_hour": 3}') \g /dev/null
select pg_temp.started('mona') as more \gset
select pg_temp.talked('mona', :'monas', 'One'), pg_temp.talked('mona', :'more', 'Two'), pg_temp.talked('mona', :'monas', 'Three') \g /dev/null
select is(pg_temp.refusal('mona', pg_temp.asking(talk, 'Four')), 'PT429 too_many_turns', 'an account asks so many questions an hour, wherever')
from unnest(array[:'monas', :'more']::uuid[]) as talk;
select is((pg_temp.facts('mona', pg_temp.asking(:'monas', 'Four')) ->> 'retry_after_seconds')::int between 3590 and 3600, true, 'and is told when it may go on');
update public.portal_ai_messages set created_at = created_at - interval '1 hour' where conversation_id = :'monas' and content = 'One';
select is(pg_temp.refusal('mona', pg_temp.asking(:'monas', 'Four')), 'accepted', 'an hour after the first there is room for another');
select pg_temp.allow('{"conversation_turns": 2}') \g /dev/null
select is(pg_temp.refusal('mona', pg_temp.asking(talk, 'Four')), expected, 'a conversation has so many questions: ' || expected)
from (values (:'monas'::uuid, 'PT429 conversation_budget'), (:'more', 'accepted')) as attempt (talk, expected);
-- Three of mona's turns have cost nothing. What is set aside for one is 4000 and the longest answer.
select pg_temp.allow('{"conversation_tokens": 4099, "answer_tokens": 100}') \g /dev/null
select is(pg_temp.refusal('mona', pg_temp.asking(:'more', 'Four')), 'PT429 conversation_budget', 'a conversation has so many tokens, counted before they are used');
select pg_temp.allow('{"conversation_tokens": 4100, "answer_tokens": 100}') \g /dev/null
select is(pg_temp.refusal('mona', pg_temp.asking(:'more', 'Four')), 'accepted', 'to the last one');
select pg_temp.committed('mona', :'more', (pg_temp.asked('mona', :'more', 'Four', 'four') ->> 'turn_id')::uuid, 'x', finish => 'interrupted', tokens => 1) \g /dev/null
select is(pg_temp.refusal('mona', pg_temp.asking(:'more', 'Four', 'four')), 'PT429 conversation_budget', 'an answer that broke off counts');
select coalesce(sum(tokens_used), 0) as used from public.portal_ai_messages where org_id = pg_temp.id('one') \gset
select pg_temp.allow(jsonb_build_object('org_tokens_per_day', :used + 4099, 'answer_tokens', 100)) \g /dev/null
select is(pg_temp.facts('mona', pg_temp.asking(:'more', 'Five')) - 'retry_after_seconds', '{"reason": "org_budget"}', 'a company has so many tokens a day');
select is((pg_temp.facts('mona', pg_temp.asking(:'more', 'Five')) ->> 'retry_after_seconds')::int,
  (select ceil(extract(epoch from ((now() at time zone 'America/Chicago')::date + 1)::timestamp at time zone 'America/Chicago' - now()))::int), 'until its own midnight');
select pg_temp.allow(jsonb_build_object('org_tokens_per_day', :used + 4100, 'answer_tokens', 100)) \g /dev/null
select is(pg_temp.refusal('mona', pg_temp.asking(:'more', 'Five')), 'accepted', 'to the last one');
select pg_temp.asked('mona', :'more', 'Five', 'five') ->> 'turn_id' as turn \gset
select is(pg_temp.refusal('dana', pg_temp.asking(:'talk', 'Six')), 'PT429 org_budget', 'what is set aside for others is not there');
select is(pg_temp.refusal('tova', pg_temp.asking(:'tovas', 'Six')), 'accepted', 'for another company it is');
select pg_temp.answer('mona', pg_temp.abandoning(:'more', :'turn')) \g /dev/null
select is(pg_temp.refusal('dana', pg_temp.asking(:'talk', 'Six')), 'accepted', 'and comes back when it was not used');
select is(pg_temp.refusal('dana', pg_temp.asking(:'talk', 'How often do I change the filter?', 'one')), 'accepted', 'what has its answer costs nothing');
update public.portal_ai_messages set created_at = created_at - interval '2 days' where org_id = pg_temp.id('one') and tokens_used > 0;
select pg_temp.allow(jsonb_build_object('org_tokens_per_day', 4100, 'answer_tokens', 100)) \g /dev/null
select is(pg_temp.refusal('mona', pg_temp.asking(:'more', 'Six')), 'accepted', 'what was used on other days is not counted');
update public.org_assistant_settings set is_enabled = false where org_id = pg_temp.id('one');
select is(pg_temp.refusal('mona', pg_temp.asking(:'more', 'Six')), 'PT422 assistant_off', 'a company that switches it off is obeyed');
delete from public.org_assistant_settings where org_id = pg_temp.id('one');

-- A person takes over --------------------------------------------------------------------------------
select pg_temp.asked('mona', :'more', 'Is anybody there? I smell gas', 'last') ->> 'turn_id' as turn \gset
select pg_temp.answer('mona', format('select portal.escalate_ai_conversation(%L)', :'more')) as thread \gset
select is(pg_temp.facts('mona', pg_temp.committing(:'more', :'turn', 'Too late.')), jsonb_build_object('reason', 'human_took_over', 'status', 'escalated', 'thread_id', :'thread'), 'an answer that comes after a person has taken over is refused');
select is((select count(*) from public.portal_ai_messages where reply_to_id = :'turn'), 0::bigint, 'and not stored');
select is(pg_temp.refusal('mona', pg_temp.abandoning(:'more', :'turn', 70)), 'accepted', 'its turn can be given up');
select is(pg_temp.facts('mona', pg_temp.asking(:'more', 'I smell gas')) - 'safety_notice', jsonb_build_object('reason', 'conversation_escalated', 'thread_id', :'thread'), 'further questions are pointed to the thread');
select is(pg_temp.refusal('mona', pg_temp.asking(:'more', 'Two', null)), 'PT409 conversation_escalated', 'and are not asked');
select pg_temp.answer('mona', format('select portal.end_ai_conversation(%L)', :'monas')) \g /dev/null
select is(pg_temp.refusal('mona', pg_temp.asking(:'monas', 'Hello?')), 'PT410 conversation_ended', 'nor in a conversation that has ended');

select * from finish();
rollback;
