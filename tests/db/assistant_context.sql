-- Proves: what the assistant is told of somebody is their own, what the conversation is about and nothing else, and what
-- it finds are published passages of their company or of all.
begin;
\ir people.psql
\ir assistant.psql
select plan(42);

-- Whatever is somebody's carries a mark of theirs.
update public.customer_locations set label = 'mark-' || split_part(label, '-', 1) || '-' || (select full_name from public.customers c where c.id = customer_id) where org_id in (pg_temp.id('one'), pg_temp.id('two'));
update public.work_orders set job_summary = 'mark-summary-' || (select full_name from public.customers c where c.id = customer_id) where org_id in (pg_temp.id('one'), pg_temp.id('two'));
insert into public.work_order_notes (org_id, work_order_id, body, visibility) values
  (pg_temp.id('one'), pg_temp.id('dana/job'), 'mark-note-Dana', 'customer'), (pg_temp.id('one'), pg_temp.id('dana/job'), 'secret-note', 'internal'),
  (pg_temp.id('one'), pg_temp.id('rex/job'), 'mark-note-Rex', 'customer');
insert into public.invoices (org_id, customer_id, number, status, total_cents, currency, issued_at, due_at)
select pg_temp.id(org), pg_temp.id(person || '/customer'), 'mark-' || status || '-' || initcap(person), status::portal.invoice_status, 12345, 'USD', now(), now() + interval '14 days'
from (values ('one', 'dana'), ('one', 'rex'), ('two', 'tova')) as customer (org, person), unnest(array['open', 'paid', 'draft']) as status;

create function pg_temp.known(person text, context text, appointment text default null) returns jsonb language sql as $$
  select pg_temp.answer(person, format('select portal_internal.ai_context(%L, %L)', context, pg_temp.id(appointment)))::jsonb
$$;
create function pg_temp.keys(document jsonb) returns text language sql as $$ select string_agg(key, ' ' order by key) from jsonb_object_keys(document) as key $$;

select is(pg_temp.keys(pg_temp.known('dana', context)), expected, format('%s knows %s', context, expected))
from (values ('general_support', 'next_appointment'), ('pre_booking', 'services'), ('active_job', 'appointment'), ('billing_question', 'open_invoices')) as known (context, expected);
select is(pg_temp.keys(pg_temp.known('dana', 'active_job') -> 'appointment'), 'canceling from location moving notes reference service status summary technician timezone to', 'of an appointment: what the customer sees of it, and the policy in words');
select is((select concat_ws(' | ', a ->> 'status', a ->> 'service', a ->> 'location', a ->> 'technician', a ->> 'notes', a ->> 'from') from (select pg_temp.known('dana', 'active_job') -> 'appointment' as a) as x),
  (select concat_ws(' | ', 'scheduled', 'Visit', 'mark-home-Dana', 'Tess', '["mark-note-Dana"]', to_char(window_start at time zone 'America/Chicago', 'FMDay, FMMonth FMDD, YYYY, FMHH12:MI AM')) from public.work_orders where id = pg_temp.id('dana/job')),
  'in the wall clock of the place, without what is for the company alone');
select matches(pg_temp.known('dana', 'active_job') -> 'appointment' ->> 'canceling', '^You can cancel this appointment until|^This appointment could be canceled until', 'the policy is that which is enforced');
select is(pg_temp.keys(pg_temp.known('dana', 'general_support') -> 'next_appointment'), 'from location reference service status technician timezone to', 'of the next appointment: less');
select is(pg_temp.known('dana', 'billing_question') -> 'open_invoices' -> 0 ->> 'number', 'mark-open-Dana', 'of bills: those to be paid');
select is(jsonb_array_length(pg_temp.known('dana', 'billing_question') -> 'open_invoices'), 1, 'and no others');
select is((pg_temp.known(person, context, appointment) ->> 'appointment') is null, true, format('%s, about %s: nothing', person, appointment))
from (values ('dana', 'active_job', 'rex/job'), ('dana', 'active_job', 'tova/job'), ('tova', 'active_job', 'dana/job'), ('mona', 'active_job', 'dana/job')) as attempt (person, context, appointment);
update public.work_orders set status = 'completed' where id = pg_temp.id('dana/job');
select is(pg_temp.known('dana', 'active_job', 'dana/job') -> 'appointment' ->> 'status', 'completed', 'an appointment that is named is told of when it is over');
select is(pg_temp.known('dana', 'active_job') ->> 'appointment', null, 'without a name the next one is, if there is one');
update public.portal_accounts set role = 'billing_contact' where id = pg_temp.id('rex/account');
select is(pg_temp.known('rex', 'billing_question') -> 'open_invoices' -> 0 ->> 'number', 'mark-open-Rex', 'a billing contact hears of bills');

-- Nobody hears of anything that is another's: all marks are the person's, no id is there, no secret.
select is((select string_agg(distinct mark[1], ' ') from (select regexp_matches(pg_temp.known(person, context)::text, 'mark-\w+-(\w+)', 'g') as mark) as found where mark[1] <> initcap(person)), null, format('%s about %s: no mark of others', person, context))
from unnest(array['dana', 'rex', 'mona', 'tova']) as person, unnest(array['general_support', 'active_job', 'billing_question']) as context;
select is((select count(*) from unnest(array['dana', 'rex', 'mona', 'tova']) as person, unnest(array['general_support', 'pre_booking', 'active_job', 'billing_question']) as context
  where pg_temp.known(person, context)::text ~ '[0-9a-f]{8}-[0-9a-f]{4}-|secret'), 0::bigint, 'nobody is told an id or what is for the company');
select is(pg_temp.known(person, 'general_support'), null, person || ' is nobody''s customer: nothing')
from unnest(array['cory', 'nemo', 'nobody']) as person;
select is(pg_temp.refusal('anon', 'select portal_internal.ai_context(''pre_booking'')'), '42501', 'without log-in there is nothing to ask for');

-- Passages -------------------------------------------------------------------------------------------
insert into public.kb_articles (id, org_id, slug, title, body_markdown, is_published)
select pg_temp.id(name), pg_temp.id(org), 'flux-' || name, 'Flux capacitors, ' || name, E'# Care\n\nA flux capacitor of kind ' || name || E' is dusted every month.', published
from (values ('shared', null, true), ('ours', 'one', true), ('draft', 'one', false), ('theirs', 'two', true)) as article (name, org, published);
select pg_temp.started('dana') as talk, pg_temp.started('tova') as tovas \gset
select pg_temp.asked('dana', :'talk', 'How often is a flux capacitor dusted?', 'flux') as begun \gset
create function pg_temp.slugs(begun jsonb) returns text language sql as $$
  select string_agg(distinct p ->> 'slug', ' ' order by p ->> 'slug') from jsonb_array_elements(begun -> 'passages') as p where p ->> 'slug' like 'flux-%'
$$;
select is(pg_temp.slugs(:'begun'), 'flux-ours flux-shared', 'a customer finds what their company and all have published');
select is(pg_temp.slugs(pg_temp.asked('tova', :'tovas', 'How often is a flux capacitor dusted?')), 'flux-shared flux-theirs', 'another company''s customer theirs');
select is(:'begun'::jsonb ->> 'answerable', 'true', 'and it is an answer');
select is((select string_agg(p ->> 'number', ' ' order by n) from jsonb_array_elements(:'begun'::jsonb -> 'passages') with ordinality as x (p, n)), (select string_agg(n::text, ' ') from generate_series(1, jsonb_array_length(:'begun'::jsonb -> 'passages')) as n), 'passages are numbered');
select is((select jsonb_agg(r -> 'chunk_id') from public.portal_ai_messages m, jsonb_array_elements(m.metadata -> 'retrieved') as r where m.id = (:'begun'::jsonb ->> 'turn_id')::uuid),
  (select jsonb_agg(p -> 'chunk_id') from jsonb_array_elements(:'begun'::jsonb -> 'passages') as p), 'the question keeps what it found');
select (select p ->> 'chunk_id' from jsonb_array_elements(:'begun'::jsonb -> 'passages') as p where p ->> 'slug' = 'flux-ours') as ours, (select id from public.kb_article_chunks where article_id = pg_temp.id('theirs') limit 1) as theirs \gset
select is(pg_temp.refusal('dana', pg_temp.committing(:'talk', (:'begun'::jsonb ->> 'turn_id')::uuid, 'Monthly.', jsonb_build_array(jsonb_build_object('chunk_id', chunk, 'quote', 'dusted every month'))::text)), expected, 'a passage is cited: ' || expected)
from (values (:'ours', 'accepted'), (:'theirs', 'PT422 citation_not_retrieved')) as attempt (chunk, expected);
create temporary table held as select id, session_token from portal.start_ai_conversation() limit 0;
grant all on held to public;
select pg_temp.touched('anon', 'insert into held select id, session_token from portal.start_ai_conversation(org_slug => ''test-one'')') \g /dev/null
select is(pg_temp.slugs(pg_temp.asked('anon', id, 'How often is a flux capacitor dusted?', headers => pg_temp.holding(session_token))), 'flux-shared', 'without log-in: what all share') from held;

select * from finish();
rollback;
