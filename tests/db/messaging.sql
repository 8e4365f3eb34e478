-- Proves: a conversation follows its rules whoever writes in it and however: names, times and turns are filled in, the
-- office's record is kept, what is sent twice is stored once, limits hold, and nobody reads or writes out of reach.
begin;
\ir people.psql
select plan(136);

-- Nemo lives in dana's studio and reaches that alone. Mona has given herself a name.
insert into public.portal_accounts (org_id, id, user_id, customer_id, role, implicit_grant)
values (pg_temp.id('one'), pg_temp.id('nemo/account'), pg_temp.id('nemo'), pg_temp.id('dana/customer'), 'customer', false);
insert into public.portal_account_grants (org_id, portal_account_id, customer_id, location_id, capabilities)
values (pg_temp.id('one'), pg_temp.id('nemo/account'), pg_temp.id('dana/customer'), pg_temp.id('dana/studio'), '{view,book}');
insert into public.profiles (org_id, user_id, customer_id, role, full_name)
values (pg_temp.id('one'), pg_temp.id('mona'), pg_temp.id('mona/customer'), 'portal_manager', 'Mona Manager');

-- Calls, and the same as rows. `place` names what it is about, as in people.psql.
create function pg_temp.opening(body text, appointment text default null, location text default null, more text default '') returns text language sql as $$
  select format('select thread_id from portal.create_thread(body => %L, appointment_id => %L, location_id => %L %s)',
    body, pg_temp.id(appointment), pg_temp.id(location), more)
$$;
create function pg_temp.opened(person text, body text, appointment text default null, location text default null, more text default '') returns uuid language sql as $$
  select pg_temp.answer(person, pg_temp.opening(body, appointment, location, more))::uuid
$$;
create function pg_temp.sending(thread uuid, body text, more text default '') returns text language sql as $$
  select format('select id from portal.send_message(%L, %L %s)', thread, body, more)
$$;
create function pg_temp.sent(person text, thread uuid, body text, more text default '') returns uuid language sql as $$
  select pg_temp.answer(person, pg_temp.sending(thread, body, more))::uuid
$$;
create function pg_temp.row(thread uuid, body text, columns text default '', "values" text default '') returns text language sql as $$
  select format('insert into public.portal_messages (org_id, thread_id, body %s) values (%L, %L, %L %s)',
    columns, pg_temp.id('one'), thread, body, "values")
$$;
create function pg_temp.as_staff(person text) returns text language sql as $$
  select format(', ''internal_user'', %L', pg_temp.id(person))
$$;
-- The facts of the refusal of a statement.
create function pg_temp.facts(person text, statement text) returns jsonb language plpgsql as $$
declare
  details text;
begin
  perform pg_temp.touched(person, statement);
  return null;
exception when others then
  get stacked diagnostics details = pg_exception_detail;
  perform pg_temp.become('dba');
  return details;
end $$;
-- What is stored: a thread, a message, how much of everything.
create function pg_temp.thread(thread uuid) returns text language sql as $$
  select concat_ws(' | ', c.full_name, l.label, t.related_work_order_id is not null, t.subject, t.status, t.last_message_preview)
  from public.portal_threads t
  join public.customers c on c.org_id = t.org_id and c.id = t.customer_id
  left join public.customer_locations l on l.org_id = t.org_id and l.id = t.location_id
  where t.org_id = pg_temp.id('one') and t.id = thread
$$;
create function pg_temp.message(message uuid) returns text language sql as $$
  select concat_ws(' | ', m.sender_type, m.sender_name, m.body, i.kind, i.direction, i.summary, i.occurred_at = m.sent_at, t.status)
  from public.portal_messages m
  join public.portal_threads t on t.org_id = m.org_id and t.id = m.thread_id
  join public.crm_interactions i on i.org_id = m.org_id and i.id = m.crm_interaction_id and i.customer_id = m.customer_id
  where m.org_id = pg_temp.id('one') and m.id = message
$$;
create function pg_temp.counts() returns text language sql as $$
  select concat_ws(' ', (select count(*) from public.portal_threads), (select count(*) from public.portal_messages),
    (select count(*) from public.crm_interactions), (select count(*) from public.portal_live_events where kind = 'message_created'),
    (select count(*) from public.portal_notifications))
$$;

-- Beginning --------------------------------------------------------------------------------------------------------
select pg_temp.opened('dana', E'  It drips\nagain ', more => ', client_message_id => md5(''first'')::uuid') as thread \gset drip_
select is(pg_temp.thread(:'drip_thread'), 'Dana | f | It drips again | pending_internal | It drips again',
  'a customer begins a conversation: it is about them, the first words are its subject, and it is the company''s turn');
select pg_temp.counts() as counts \gset
select is(pg_temp.opened('dana', 'It drips again', more => ', client_message_id => md5(''first'')::uuid'), :'drip_thread'::uuid, 'the same call comes to the same conversation');
select is(pg_temp.counts(), :'counts', 'and stores nothing');
select isnt(pg_temp.opened('rex', 'Mine', more => ', client_message_id => md5(''first'')::uuid'), :'drip_thread'::uuid, 'the same id of somebody else is another conversation');

select pg_temp.opened('cory', 'We come tomorrow', 'dana/job', more => ', subject => ''Tomorrow''') as thread \gset visit_
select is(pg_temp.thread(:'visit_thread'), 'Dana | home | t | Tomorrow | pending_customer | We come tomorrow',
  'the office begins one about a job: the job says whose and where, and it is the customer''s turn');
select pg_temp.opened('nemo', 'The studio is cold', location => 'dana/studio') as thread \gset studio_
select is(pg_temp.thread(:'studio_thread'), 'Dana | studio | f | The studio is cold | pending_internal | The studio is cold', 'who reaches one location begins one about that');
select is(
  (select array_agg(concat_ws(' ', t.created_by_portal_account_id = pg_temp.id('dana/account'), t.created_by_user_id = pg_temp.id('cory')) order by t.created_by_user_id nulls first)
   from public.portal_threads t where t.id in (:'drip_thread', :'visit_thread')), '{t,t}', 'who began it is noted: the account, or the log-in of staff');

select is(pg_temp.refusal(person, pg_temp.opening(body, appointment, location, more)), expected,
  format('%s begins %s', person, concat_ws(', ', to_json(left(body, 10)), appointment, location, more)) || ': ' || expected)
from (values
  ('dana', '', null, null, '', 'PT400 invalid_input'),
  ('dana', null, null, null, '', 'PT400 invalid_input'),
  ('dana', E' \n\t', null, null, '', 'PT400 invalid_input'),
  ('dana', repeat('x', 10001), null, null, '', 'PT400 invalid_input'),
  ('dana', 'Hello', null, null, ', subject => repeat(''x'', 201)', 'PT400 invalid_input'),
  ('dana', 'Hello', 'dana/job', 'dana/home', '', 'accepted'),
  ('dana', 'Hello', 'dana/job', 'dana/studio', '', 'PT400 invalid_input'),
  ('dana', 'Hello', 'rex/job', null, '', 'PT404 not_found'),
  ('dana', 'Hello', 'no/job', null, '', 'PT404 not_found'),
  ('dana', 'Hello', null, 'rex/home', '', 'PT404 not_found'),
  ('dana', 'Hello', null, 'tova/home', '', 'PT404 not_found'),
  ('dana', 'Hello', null, null, ', attachments => ''[{"path": "somebody/else.png"}]''', 'PT422 attachment_not_yours'),
  ('nemo', 'Hello', null, null, '', 'PT400 invalid_input'),
  ('nemo', 'Hello', null, 'dana/home', '', 'PT404 not_found'),
  ('nemo', 'Hello', 'dana/job', null, '', 'PT404 not_found'),
  ('cory', 'Hello', null, null, '', 'PT400 invalid_input'),
  ('cory', 'Hello', null, 'tova/home', '', 'PT404 not_found'),
  ('tess', 'Hello', 'dana/job', null, '', 'PT403 not_allowed'),
  ('cleo', 'Hello', null, 'dana/home', '', 'PT404 not_found'),
  ('nobody', 'Hello', null, null, '', 'PT401 not_signed_in')
) as attempt (person, body, appointment, location, more, expected);
select is(pg_temp.refusal(person, format(
    'insert into public.portal_threads (org_id, subject, customer_id, location_id, related_work_order_id, created_by_user_id) values (%L, ''Row'', %L, %L, %L, %L)',
    pg_temp.id('one'), pg_temp.id(customer), pg_temp.id(location), pg_temp.id(job), pg_temp.id(author))), expected,
  format('%s begins one as a row %s: %s', person, concat_ws(', ', customer, location, job, author), expected))
from (values
  ('dana', null, null, null, null, 'accepted'),
  ('dana', 'rex/customer', null, null, null, 'PT404 not_found'),
  ('dana', null, 'rex/home', null, null, 'PT404 not_found'),
  ('dana', 'rex/customer', 'dana/home', null, null, '42501'),
  ('dana', null, 'dana/studio', 'dana/job', null, 'PT400 invalid_input'),
  ('dana', null, null, null, 'cory', '42501'),
  ('nemo', null, null, null, null, 'PT400 invalid_input'),
  ('nemo', 'dana/customer', null, null, null, 'PT404 not_found'),
  ('nemo', null, null, 'dana/job', null, 'PT404 not_found'),
  ('tova', null, 'dana/home', null, null, '42501'),
  ('tess', null, null, 'dana/job', 'tess', 'PT404 not_found'),
  ('cory', null, null, 'rex/job', 'cory', 'accepted'),
  ('cory', null, null, 'rex/job', 'dana', '42501'),
  ('service_role', null, null, 'rex/job', null, 'accepted'),
  ('dba', 'dana/customer', 'rex/home', null, null, '23503')
) as attempt (person, customer, location, job, author, expected);

-- Writing ----------------------------------------------------------------------------------------------------------
select is(pg_temp.message(pg_temp.sent(person, thread, E' Hello \n')), expected || ' | t | ' || status, format('%s writes: %s', person, expected))
from (values
  (1, 'dana', :'visit_thread'::uuid, 'portal_customer | Dana | Hello | portal_message | inbound | Hello', 'pending_internal'),
  (2, 'cory', :'visit_thread', 'internal_user | Cory | Hello | portal_message | outbound | Hello', 'pending_customer'),
  (3, 'nemo', :'studio_thread', 'portal_customer | Dana | Hello | portal_message | inbound | Hello', 'pending_internal'),
  (4, 'tess', :'visit_thread', 'internal_user | Tess | Hello | portal_message | outbound | Hello', 'pending_customer')
) as writing (turn, person, thread, expected, status);
select is(pg_temp.message(pg_temp.sent('mona', pg_temp.opened('mona', 'Hi'), 'Hello')),
  'portal_customer | Mona Manager | Hello | portal_message | inbound | Hello | t | pending_internal', 'a name that somebody gave themselves is shown');
select is(pg_temp.answer('cory', format('select row(body, is_mine, sender_name, thread_id = %1$L, appointment_id = %2$L) from portal.send_message(%1$L, ''Row'')', :'visit_thread', pg_temp.id('dana/job'))),
  '(Row,t,Cory,t,t)', 'send_message answers the message');
insert into public.portal_messages (org_id, thread_id, sender_type, sender_portal_account_id, body)
values (pg_temp.id('one'), :'visit_thread', 'system', null, 'Automatic') returning id as message \gset system_
select is(pg_temp.message(:'system_message'), 'system | Test One | Automatic | portal_message | outbound | Automatic | t | pending_customer',
  'the system speaks in the company''s name, and nobody''s turn changes');
select is(pg_temp.touched('cory', format('update public.portal_threads set status = ''closed'' where id = %L', :'visit_thread')), 1::bigint, 'the office closes it');
select is(pg_temp.message(pg_temp.sent('dana', :'visit_thread', 'One more thing')), 'portal_customer | Dana | One more thing | portal_message | inbound | One more thing | t | pending_internal',
  'a message opens it again');
select is((select last_message_preview || (last_message_at = (select max(sent_at) from public.portal_messages m where m.thread_id = t.id)) from public.portal_threads t where t.id = :'visit_thread'),
  'One more thingtrue', 'the conversation shows its last message');

select is(pg_temp.refusal(person, pg_temp.sending(thread, body, more)), expected, format('%s writes in %s: %s', person, what, expected))
from (values
  ('rex', 'a stranger''s', :'drip_thread'::uuid, 'Hello', '', 'PT404 not_found'),
  ('tova', 'another company''s', :'drip_thread', 'Hello', '', 'PT404 not_found'),
  ('cleo', 'another company''s', :'drip_thread', 'Hello', '', 'PT404 not_found'),
  ('nemo', 'the whole customer''s', :'drip_thread', 'Hello', '', 'PT404 not_found'),
  ('nemo', 'another location''s', :'visit_thread', 'Hello', '', 'PT404 not_found'),
  ('tess', 'one that is not about her job', :'drip_thread', 'Hello', '', 'PT404 not_found'),
  ('dana', 'none', pg_temp.id('no/thread'), 'Hello', '', 'PT404 not_found'),
  ('dana', 'null', null, 'Hello', '', 'PT404 not_found'),
  ('dana', 'her own, nothing', :'drip_thread', ' ', '', 'PT400 invalid_input'),
  ('dana', 'her own, with a stranger''s file', :'drip_thread', 'Hello', ', attachments => ''[{"path": "x/y"}]''', 'PT422 attachment_not_yours'),
  ('dana', 'her own, with her file', :'drip_thread', 'Hello', format(', attachments => ''[{"path": "%s/%s/photo/a.png"}]''', pg_temp.id('one'), pg_temp.id('dana/customer')), 'accepted'),
  ('nobody', 'any', :'drip_thread', 'Hello', '', 'PT401 not_signed_in')
) as attempt (person, what, thread, body, more, expected);
select is(pg_temp.refusal(person, pg_temp.row(thread, body, columns, "values")), expected, format('%s writes as a row %s: %s', person, what, expected))
from (values
  ('dana', 'her own', :'drip_thread'::uuid, 'Hello', '', '', 'accepted'),
  ('dana', 'nothing', :'drip_thread', E'\n', '', '', 'PT400 invalid_input'),
  ('dana', 'with a stranger''s file', :'drip_thread', 'Hello', ', attachments', ', ''[{"path": "x/y"}]''', 'PT422 attachment_not_yours'),
  ('dana', 'in the company''s name', :'drip_thread', 'Hello', ', sender_type, sender_user_id', pg_temp.as_staff('dana'), '42501'),
  ('dana', 'in the system''s name', :'drip_thread', 'Hello', ', sender_type', ', ''system''', '42501'),
  ('dana', 'in rex''s name', :'drip_thread', 'Hello', ', sender_portal_account_id', format(', %L', pg_temp.id('rex/account')), '42501'),
  ('dana', 'with a time of her own', :'drip_thread', 'Hello', ', sent_at', ', now()', '42501'),
  ('dana', 'with a name of her own', :'drip_thread', 'Hello', ', sender_name', ', ''The boss''', '42501'),
  ('rex', 'in a stranger''s', :'drip_thread', 'Hello', '', '', 'PT404 not_found'),
  ('cory', 'in cory''s name', :'drip_thread', 'Hello', ', sender_type, sender_user_id', pg_temp.as_staff('cory'), 'accepted'),
  ('cory', 'in disa''s name', :'drip_thread', 'Hello', ', sender_type, sender_user_id', pg_temp.as_staff('disa'), '42501'),
  ('tess', 'about her job', :'visit_thread', 'Hello', ', sender_type, sender_user_id', pg_temp.as_staff('tess'), 'accepted'),
  ('tess', 'elsewhere', :'drip_thread', 'Hello', ', sender_type, sender_user_id', pg_temp.as_staff('tess'), 'PT404 not_found'),
  ('dba', 'in no conversation', pg_temp.id('no/thread'), 'Hello', '', '', 'PT404 not_found'),
  ('service_role', 'for dana', :'drip_thread', 'Hello', ', sender_portal_account_id', format(', %L', pg_temp.id('dana/account')), 'accepted')
) as attempt (person, what, thread, body, columns, "values", expected);

-- Time -------------------------------------------------------------------------------------------------------------
insert into public.portal_messages (org_id, thread_id, sender_type, sender_user_id, body)
select pg_temp.id('one'), :'drip_thread', 'internal_user', pg_temp.id('cory'), 'Step ' || n from generate_series(1, 50) as n;
select is(
  (select count(distinct sent_at) || ' ' || array_to_string(array_agg(substr(body, 6) order by sent_at) filter (where body ~ '^Step'), ',') from public.portal_messages where thread_id = :'drip_thread'),
  (select count(*) from public.portal_messages where thread_id = :'drip_thread') || ' ' || array_to_string(array(select generate_series(1, 50)), ','),
  'no two messages of a conversation have one time, and their times are in the order of writing');
update public.portal_threads set last_message_at = now() + interval '1 hour' where id = :'drip_thread';
select pg_temp.sent('dana', :'drip_thread', 'After the clock was set back') as message \gset late_
select is((select sent_at from public.portal_messages where id = :'late_message'), now() + interval '1 hour 1 microsecond',
  'a clock that was set back does not bring messages out of order');

-- Twice ------------------------------------------------------------------------------------------------------------
select pg_temp.sent('dana', :'visit_thread', 'Once', ', client_message_id => md5(''once'')::uuid') as message \gset once_
select pg_temp.counts() as counts \gset
select is(pg_temp.sent('dana', :'visit_thread', 'Once', ', client_message_id => md5(''once'')::uuid'), :'once_message'::uuid, 'a repeated message is answered as stored');
select is(pg_temp.touched(person, pg_temp.row(:'visit_thread', 'Once', ', client_message_id' || columns, ', md5(''once'')::uuid' || "values") || ' on conflict do nothing'), 0::bigint, person || ' repeats it as a row: nothing is stored')
from (values ('dana', '', ''), ('cory', ', sender_type, sender_user_id', pg_temp.as_staff('cory')), ('dba', ', sender_type, sender_user_id', pg_temp.as_staff('cory'))) as attempt (person, columns, "values");
select is(pg_temp.touched('service_role', pg_temp.row(:'visit_thread', 'Once', ', id, sender_portal_account_id', format(', %L, %L', :'once_message', pg_temp.id('dana/account'))) || ' on conflict do nothing'), 0::bigint, 'nor is what a service hands over again');
select is(pg_temp.counts(), :'counts', 'and nothing else has happened');
select is(pg_temp.refusal('dana', pg_temp.row(:'visit_thread', 'Once', ', client_message_id', ', md5(''once'')::uuid')), '23505', 'without a word about conflicts the constraint refuses it');
select is(pg_temp.refusal('cory', pg_temp.sending(:'visit_thread', 'Mine', ', client_message_id => md5(''once'')::uuid')), 'PT409 client_message_id_taken', 'the id of somebody else''s message cannot be used');

-- Imports ----------------------------------------------------------------------------------------------------------
select pg_temp.opened('rex', 'Now') as thread \gset rex_
select pg_temp.counts() as counts, status as status from public.portal_threads where id = :'rex_thread' \gset
select is(pg_temp.touched('service_role', pg_temp.row(:'rex_thread', 'Last year', ', sender_type, sender_user_id, sender_name, sent_at',
  pg_temp.as_staff('cory') || ', ''Carl'', ''2025-03-01 12:00+00''')), 1::bigint, 'a service hands over an old message');
select is((select sender_name || ' ' || (sent_at = '2025-03-01 12:00+00') || (crm_interaction_id is not null) from public.portal_messages where body = 'Last year'), 'Carl truetrue', 'it keeps its name and time, and is on record');
select is(pg_temp.thread(:'rex_thread'), 'Rex | f | Now | pending_internal | Now', 'it is nobody''s turn for that, and the last message is the last');
select is(array_to_string((string_to_array(pg_temp.counts(), ' '))[4:5], ' '), array_to_string((string_to_array(:'counts', ' '))[4:5], ' '), 'and nobody is told');
select pg_temp.sent('rex', :'rex_thread', 'Later') as message \gset later_
select is((select sent_at >= now() from public.portal_messages where id = :'later_message'), true, 'what is written now is not imported');

-- News -------------------------------------------------------------------------------------------------------------
select is(
  (select concat_ws(' | ', e.kind, e.status, e.customer_id = pg_temp.id('dana/customer'), e.location_id = pg_temp.id('dana/home'), e.technician_id = pg_temp.id('tess/technician'), e.thread_id = :'visit_thread')
   from public.portal_live_events e where e.entity_id = :'once_message'), 'message_created | pending_internal | t | t | t | t', 'those who watch hear of a message: whose, where and where the conversation stands');

-- Reading ----------------------------------------------------------------------------------------------------------
create function pg_temp.read(person text, thread uuid) returns text language sql as $$
  select pg_temp.answer(person, format('select portal.mark_thread_read(%L)', thread))
$$;
select pg_temp.opened('dana', 'One', location => 'dana/studio') as thread \gset read_
select pg_temp.sent('dana', :'read_thread', 'Two'), pg_temp.sent('cory', :'read_thread', 'Three') \g /dev/null
create function pg_temp.unread(thread uuid) returns text language sql as $$
  select concat_ws(' ',
    pg_temp.answer('dana', format('select unread_count from portal.threads where id = %L', thread)),
    pg_temp.answer('nemo', format('select unread_count from portal.threads where id = %L', thread)),
    pg_temp.answer('disa', format('select unread_count from portal.inbox where id = %L', thread)),
    (select count(*) from public.portal_messages m where m.thread_id = thread and m.read_at is not null))
$$;
select is(pg_temp.unread(:'read_thread'), '1 3 2 0', 'unread: for dana the answer, for nemo all, for the office what dana wrote');
select is(pg_temp.read('nemo', :'read_thread') || ': ' || pg_temp.unread(:'read_thread'), '3: 1 0 2 1', 'nemo reads it: the answer is read, what dana wrote is not read by the other side');
select is(pg_temp.read('disa', :'read_thread') || ': ' || pg_temp.unread(:'read_thread'), '3: 1 0 0 3', 'the dispatcher reads it: so has the office');
select is(pg_temp.read('dana', :'read_thread') || ': ' || pg_temp.unread(:'read_thread'), '1: 0 0 0 3', 'dana reads the answer, not her own');
select is(pg_temp.read('dana', :'read_thread'), '0', 'and once');
select is(pg_temp.read('tess', :'visit_thread') > '0', true, 'the technician reads what is about her job');
select is(pg_temp.refusal(person, format('select portal.mark_thread_read(%L)', thread)), expected, format('%s reads %s: %s', person, what, expected))
from (values
  ('rex', 'a stranger''s', :'read_thread'::uuid, 'PT404 not_found'),
  ('tess', 'one that is not about her job', :'read_thread', 'PT404 not_found'),
  ('tova', 'another company''s', :'read_thread', 'PT404 not_found'),
  ('nemo', 'the whole customer''s', :'drip_thread', 'PT404 not_found'),
  ('dana', 'null', null, 'PT404 not_found'),
  ('nobody', 'any', :'read_thread', 'PT401 not_signed_in')
) as attempt (person, what, thread, expected);

-- Closing ----------------------------------------------------------------------------------------------------------
select is(pg_temp.refusal(person, format('select portal.set_thread_status(%L, %L)', thread, status)), expected, format('%s sets %s from pending_internal: %s', person, status, expected))
from (values
  ('dana', :'visit_thread'::uuid, 'closed', 'accepted'), ('dana', :'visit_thread', 'open', 'PT422 status_not_allowed'), ('dana', :'visit_thread', 'pending_customer', 'PT422 status_not_allowed'),
  ('dana', :'visit_thread', 'pending_internal', 'accepted'), ('dana', :'visit_thread', 'nonsense', 'PT400 invalid_input'), ('dana', :'visit_thread', null, 'PT400 invalid_input'),
  ('cory', :'visit_thread', 'open', 'accepted'), ('cory', :'visit_thread', 'pending_customer', 'accepted'), ('tess', :'visit_thread', 'closed', 'PT403 not_allowed'),
  ('rex', :'visit_thread', 'closed', 'PT404 not_found'), ('cleo', :'visit_thread', 'closed', 'PT404 not_found'), ('nobody', :'visit_thread', 'closed', 'PT401 not_signed_in')
) as attempt (person, thread, status, expected);
select is(pg_temp.answer('dana', format('select portal.set_thread_status(%L, ''closed'')', :'visit_thread')), 'closed', 'a customer closes a conversation');
select is(pg_temp.answer('dana', format('select portal.set_thread_status(%L, ''open'')', :'visit_thread')), 'open', 'and opens it again');
select is(pg_temp.touched('dana', format('update public.portal_threads set status = ''closed'' where id = %L', :'visit_thread')), 0::bigint, 'but not as a row');

-- Limits -----------------------------------------------------------------------------------------------------------
select pg_temp.opened('mona', 'The first of many') as thread \gset many_
-- Mona has written three: two in the conversation above, and this.
select is(pg_temp.touched('mona', format('insert into public.portal_messages (org_id, thread_id, body) select %L, %L, ''Many'' from generate_series(4, 30)', pg_temp.id('one'), :'many_thread')), 27::bigint, 'thirty messages a minute are taken');
select is(pg_temp.refusal('mona', statement), 'PT429 too_many_messages', 'and not one more')
from unnest(array[pg_temp.sending(:'many_thread', 'More'), pg_temp.row(:'many_thread', 'More'), pg_temp.opening('More')]) as statement;
select is((pg_temp.facts('mona', pg_temp.sending(:'many_thread', 'More')) ->> 'retry_after_seconds')::int between 50 and 60, true, 'the refusal says when');
select is(pg_temp.refusal(person, statement), 'accepted', person || ' is not held to that')
from (values
  ('cory', pg_temp.sending(:'many_thread', 'Answer')),
  ('service_role', pg_temp.row(:'many_thread', 'Handed over', ', sender_portal_account_id', format(', %L', pg_temp.id('mona/account')))),
  ('dana', pg_temp.sending(:'visit_thread', 'Another account'))
) as attempt (person, statement);
update public.portal_messages set sent_at = sent_at - interval '10 minutes' where sender_portal_account_id = pg_temp.id('mona/account');
insert into public.portal_messages (org_id, thread_id, sender_portal_account_id, body, sent_at)
select pg_temp.id('one'), :'many_thread', pg_temp.id('mona/account'), 'Earlier', now() - interval '20 minutes' from generate_series(1, 269);
select pg_temp.sent('mona', :'many_thread', 'The three hundredth', ', client_message_id => md5(''300'')::uuid') as message \gset last_
select is((pg_temp.facts('mona', pg_temp.sending(:'many_thread', 'More')) ->> 'retry_after_seconds')::int between 2380 and 2400, true, 'three hundred an hour are taken, and no more until the first of them is an hour old');
select is(pg_temp.sent('mona', :'many_thread', 'The three hundredth', ', client_message_id => md5(''300'')::uuid'), :'last_message'::uuid, 'what was stored before is answered all the same');

delete from public.portal_threads where created_by_portal_account_id = pg_temp.id('rex/account');
select pg_temp.opened('rex', 'Number ' || n, more => format(', client_message_id => md5(%L)::uuid', 'rex' || n)) as thread from generate_series(1, 10) as n \g /dev/null
select is(pg_temp.refusal('rex', statement), 'PT429 too_many_threads', 'an account begins ten conversations an hour and not one more')
from unnest(array[pg_temp.opening('Eleven'), format('insert into public.portal_threads (org_id, subject) values (%L, ''Eleven'')', pg_temp.id('one'))]) as statement;
select is(pg_temp.refusal('rex', pg_temp.opening('Number 10', more => ', client_message_id => md5(''rex10'')::uuid')), 'accepted', 'the tenth is answered again');
update public.portal_threads set created_at = created_at - interval '1 hour' where created_by_portal_account_id = pg_temp.id('rex/account') and subject = 'Number 1';
select is(pg_temp.refusal('rex', pg_temp.opening('Eleven')), 'accepted', 'an hour after the first there is room for another');

select * from finish();
rollback;
