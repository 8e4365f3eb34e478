-- Proves: what customers write is judged by whoever has a model, once, and nobody but the staff who read it sees how.
begin;
\ir people.psql
-- The due jobs run here; the gateway's step aside meanwhile.
select pg_advisory_xact_lock(hashtextextended('portal due jobs', 0)) \g /dev/null
select plan(42);
delete from public.portal_sentiment_jobs;

select is(pg_temp.refusal(who, call), '42501', format('%s cannot %s', who, call))
from unnest(array['anon', 'dana', 'cory', 'adam', 'service_role']) as who, unnest(array['select * from portal_internal.claim_sentiment(1, 30)', 'select portal_internal.settle_sentiment(''[]'')']) as call;
select ok(has_function_privilege('portal_gateway', f, 'execute'), f || ' is the gateway''s')
from unnest(array['portal_internal.claim_sentiment(integer, integer)', 'portal_internal.settle_sentiment(jsonb)']) as f;
select is(pg_temp.refusal('dba', call), 'PT400 invalid_input', call || ' is refused')
from unnest(array['select * from portal_internal.claim_sentiment(0, 30)', 'select * from portal_internal.claim_sentiment(1, null)', 'select portal_internal.settle_sentiment(''{}'')',
  'select portal_internal.settle_sentiment(''[{"org_id": "x"}]'')']) as call;

create function pg_temp.claim() returns text[] language sql as $$ select array_agg(body || ' ' || attempt order by body) from portal_internal.claim_sentiment(100, 30) $$;
create function pg_temp.settle(message uuid, attempt int, outcome text, sentiment text default null) returns int language sql as $$
  select portal_internal.settle_sentiment(jsonb_build_array(jsonb_build_object('org_id', pg_temp.id('one'), 'message_id', message, 'attempt', attempt, 'outcome', outcome, 'sentiment', sentiment)))
$$;

select pg_temp.answer('dana', 'select message_id from portal.create_thread(body => ''It still drips'', appointment_id => pg_temp.id(''dana/job''))') as first \gset
select thread_id as thread from public.portal_messages where id = :'first' \gset
select pg_temp.answer('cory', format('select id from portal.send_message(%L, ''We come'')', :'thread')) as staffs \gset
insert into public.portal_messages (org_id, thread_id, sender_portal_account_id, body, sent_at) values (pg_temp.id('one'), :'thread', pg_temp.id('dana/account'), 'Last year', now() - interval '1 year');
select is(pg_temp.claim(), array['It still drips 1'], 'what a customer writes is given to a worker, nothing else');
select is(pg_temp.claim(), null, 'once');
update public.portal_sentiment_jobs set lease_until = now();
select is(pg_temp.claim(), array['It still drips 2'], 'and again when the worker went quiet');
select is(pg_temp.settle(:'first', 1, 'done', 'positive'), 0, 'whose word then counts no more');
select is((select sentiment from public.portal_messages where id = :'first'), null, 'until it is judged there is no label');
select is(pg_temp.settle(:'first', 2, 'retry'), 1, 'what fails');
select is((select attempts || ' ' || (lease_until is null) || ' ' || (not_before between now() + interval '4 minutes' and now() + interval '6 minutes') from public.portal_sentiment_jobs), '2 true true', 'waits');
update public.portal_sentiment_jobs set not_before = now();
select is(pg_temp.claim(), array['It still drips 3'], 'and is given out again');
select is(pg_temp.settle(:'first', 3, 'done', 'negative'), 1, 'a label');
select is((select sentiment::text || ' ' || (select count(*) from public.portal_sentiment_jobs) from public.portal_messages where id = :'first'), 'negative 0', 'is kept, and the work is done');
select is(pg_temp.settle(:'first', 3, 'done', 'positive'), 0, 'once');
insert into public.portal_sentiment_jobs (org_id, message_id, attempts, lease_until) values (pg_temp.id('one'), :'staffs', 1, now() + interval '1 minute');
select is((select pg_temp.settle(:'staffs', 1, 'done', 'positive') || ' ' || coalesce((select sentiment::text from public.portal_messages where id = :'staffs'), '-')), '1 -', 'what staff write has none');
select pg_temp.answer('dana', format('select id from portal.send_message(%L, ''Thanks'')', :'thread')) as second \gset
select pg_temp.claim(), pg_temp.settle(:'second', 1, 'refused', 'positive') \g /dev/null
select is((select coalesce(sentiment::text, '-') || ' ' || (select count(*) from public.portal_sentiment_jobs) from public.portal_messages where id = :'second'), '- 0', 'what no model will judge is left alone');

-- Who sees it ----------------------------------------------------------------------------------------
select is(pg_temp.answer(who, format('select sentiment from portal.inbox_messages where id = %L', :'first')), expected, format('%s sees it: %s', who, coalesce(expected, 'no')))
from (values ('cory', 'negative'), ('adam', 'negative'), ('tess', 'negative'), ('dana', null), ('cleo', null)) as reader (who, expected);
select is(pg_temp.answer(who, format('select portal_internal.message_sentiment(%L, %L)', pg_temp.id('one'), :'first')), null, who || ' cannot ask for it either')
from unnest(array['dana', 'rex', 'cleo', 'tova']) as who;
select is(pg_temp.refusal(who, 'select sentiment from public.portal_messages'), '42501', who || ' does not read the column')
from unnest(array['dana', 'cory']) as who;

-- A day --------------------------------------------------------------------------------------------
select pg_temp.answer('dana', format('select id from portal.send_message(%L, %L)', :'thread', word)) from unnest(array['Old', 'Young']) as word \g /dev/null
update public.portal_sentiment_jobs j set created_at = now() - case when m.body = 'Old' then interval '1 day 1 second' else interval '23 hours' end from public.portal_messages m where m.id = j.message_id;
select is((select done from portal_admin.run_due_jobs() where job = 'sentiment_jobs_purged'), 1, 'what nobody judges in a day is forgotten');
select is(pg_temp.claim(), array['Young 1'], 'and nothing else');

select * from finish();
rollback;
