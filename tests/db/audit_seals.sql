-- Proves: everything committed is sealed once and in a chain, and whatever a superuser does to the log afterwards is
-- found, at the first place where it shows.
begin;
\ir people.psql
\ir audit_chain.psql
-- The due jobs run here; the gateway's step aside meanwhile.
select pg_advisory_xact_lock(hashtextextended('portal due jobs', 0)) \g /dev/null
select plan(53);

-- Sealing -------------------------------------------------------------------------------------------------
select is(pg_temp.verdict(), 'true', 'events that are not sealed yet are no fault');
create temporary table first as select * from portal_admin.seal_audit();
select cmp_ok((select sealed from first where org_slug = 'test-one'), '>', 30::bigint, 'everything is sealed');
select is_empty('select 1 from public.portal_audit_events where seq is null', 'in every company');
select is(
  (select array_agg(seq order by seq) from public.portal_audit_events where org_id = pg_temp.id('one')),
  (select array_agg(n) from generate_series(1, (select last_seq from first where org_slug = 'test-one')) as n),
  'numbered from 1, without a gap');
select is_empty(
  $$ select 1 from public.portal_audit_events where num_nonnulls(seq, salt, commitment, hash) <> 4 $$,
  'each with a salt of its own and its hashes');
select is((select count(distinct salt) from public.portal_audit_events), (select count(*) from public.portal_audit_events), 'no salt twice');
select matches(
  (select anchor from first where org_slug = 'test-one'), '^pg_portal-audit-1:[0-9a-f-]{36}:[0-9]+:[0-9a-f]{64}$', 'and an anchor to keep');
select is(pg_temp.verdict((select anchor from first where org_slug = 'test-one')), 'true', 'the chain verifies, against its anchor too');
select is(
  (select checked from portal_admin.verify_audit(pg_temp.id('one'))), (select last_seq from first where org_slug = 'test-one'),
  'and says how many events that are');
select is((select sum(sealed)::int from portal_admin.seal_audit()), 0, 'sealing again seals nothing');
select is(pg_temp.anchor(), (select anchor from first where org_slug = 'test-one'), 'and answers the same anchor');

update public.customers set full_name = 'Dana D.' where id = pg_temp.id('dana/customer');
select is((select count(*)::int from public.portal_audit_events where seq is null), 1, 'what happens later waits');
select is(
  (select concat_ws(' ', unsealed_events, oldest_unsealed_at = now(), last_seq > 30) from portal_admin.audit_chains where org_id = pg_temp.id('one')),
  '1 t t', 'and is counted');
-- Due jobs may do something of their own here, which the log then has too.
create function pg_temp.waits() returns boolean language sql as $$
  select bool_or(seq is null) from public.portal_audit_events where entity_id = pg_temp.id('dana/customer')
$$;
select ok((select count(*) > 1 from portal_admin.run_due_jobs()) and pg_temp.waits(), 'for five minutes at least');
set local session_replication_role = replica;
update public.portal_audit_events set occurred_at = occurred_at - interval '6 minutes' where seq is null;
set local session_replication_role = origin;
select ok((select done from portal_admin.run_due_jobs() where job = 'audit_events_sealed') > 0 and not pg_temp.waits(), 'then the due jobs seal it');
select is(pg_temp.verdict((select anchor from first where org_slug = 'test-one')), 'true', 'an earlier anchor still holds');

-- A batch is of one month and has 1000 events at most.
insert into public.portal_audit_events (org_id, event_type, actor_type, occurred_at)
select pg_temp.id('one'), 'login', 'system', date_trunc('month', now()) + make_interval(secs => n - 500)
from generate_series(1, 2500) as n;
create temporary table anchors as select pg_temp.anchor() as anchor;
select is((select max(row_count)::int from public.portal_audit_seals), 1000, 'a seal covers 1000 events at most');
select is_empty(
  $$ select s.id from public.portal_audit_seals s join public.portal_audit_events e
       on e.org_id = s.org_id and e.seq between s.first_seq and s.last_seq
     where date_trunc('month', e.occurred_at at time zone 'UTC')::date <> s.month $$,
  'of one month');
select is(pg_temp.verdict((select anchor from anchors)), 'true', 'and all of it verifies');

-- What nobody may ---------------------------------------------------------------------------------------------
select set_eq(
  $$ select format('%s %s', who, pg_temp.refusal(who, statement))
     from unnest(array['dba', 'service_role', 'adam']) as who, unnest(array[
       'update public.portal_audit_events set seq = 1', 'update public.portal_audit_events set event_payload = null',
       'delete from public.portal_audit_seals', 'update public.portal_audit_seals set purged_at = now()', 'truncate public.portal_audit_seals',
       'truncate portal_audit.events_default', format('delete from portal_audit.events_%s', to_char(now() at time zone 'UTC', 'YYYY_MM'))]) as statement $$,
  array['dba PT422 append_only', 'service_role 42501', 'adam 42501'],
  'nobody numbers, blanks or removes events or seals by hand, the owner of the database neither');
select set_eq(
  $$ select person || ' ' || pg_temp.refusal(person, call) from unnest(array['anon', 'dana', 'adam']) as person, unnest(array[
       'select portal_admin.seal_audit()', 'select portal_admin.purge(interval ''1 year'')', 'select portal_admin.verify_audit(pg_temp.id(''one''))']) as call $$,
  array['anon 42501', 'dana 42501', 'adam 42501'], 'clients neither seal nor purge nor verify');
select is(pg_temp.answer('service_role', $$ select ok from portal_admin.verify_audit(pg_temp.id('one')) $$), 'true', 'a service verifies');
select set_eq(
  $$ select pg_temp.refusal('dba', format('select portal_admin.verify_audit(%L, %L)', org, anchor)) from (values
       (gen_random_uuid(), null), (null, null), (pg_temp.id('one'), 'garbage'), (pg_temp.id('two'), (select anchor from anchors))) as bad (org, anchor) $$,
  array['PT404 not_found', 'PT400 invalid_input'], 'what cannot be verified gets a clear error');

-- Tampering -------------------------------------------------------------------------------------------------
\set changed ' | This event was changed: who did it, the payload, the address or the program is not what was sealed.'
\set moved ' | This event was changed, or has changed places with another: its hash is not that of what it says.'
select is(pg_temp.tampered('select'), 'true', 'nothing done, nothing found');
select is(pg_temp.tampered($$ update public.portal_audit_events set event_payload = '{"x": 1}' where id = pg_temp.event(5) $$), 'false | event 5' || :'changed', 'a changed payload');
select is(pg_temp.tampered($$ update public.portal_audit_events set ip_address = '192.0.2.1' where id = pg_temp.event(7) $$), 'false | event 7' || :'changed', 'a changed address');
select is(pg_temp.tampered($$ update public.portal_audit_events set actor_user_id = gen_random_uuid() where id = pg_temp.event(8) $$), 'false | event 8' || :'changed', 'another actor');
select is(
  pg_temp.tampered(format('update public.portal_audit_events set %s where id = pg_temp.event(9)', change)), 'false | event 9' || :'moved', change)
from unnest(array[
  $$ event_type = 'login' $$, $$ occurred_at = occurred_at + interval '1 microsecond' $$, $$ entity = 'x' || entity $$,
  'entity_id = gen_random_uuid()', $$ actor_type = 'portal_user' $$, $$ portal_account_id = pg_temp.id('dana/account') $$,
  'id = gen_random_uuid()', $$ hash = sha256('x') $$]) as change;
select is(pg_temp.tampered('delete from public.portal_audit_events where id = pg_temp.event(6)'),
  'false | event 6 | Event 6 was deleted: the next one there is event 7.', 'a deleted event');
select is(pg_temp.tampered('delete from public.portal_audit_events where id = pg_temp.event(pg_temp.last_seq())'),
  format('false | event %1$s | Event %1$s was deleted: its seal goes on to event %1$s.', pg_temp.last_seq()), 'the last one');
select is(pg_temp.tampered('truncate public.portal_audit_events'), format('false | event 1 | Event 1 was deleted: its seal goes on to event %s.',
  (select last_seq from public.portal_audit_seals where org_id = pg_temp.id('one') and first_seq = 1)), 'a truncated log');
create function pg_temp.copied(seq bigint, at text) returns text language sql as $$
  select pg_temp.tampered(format(
    'insert into public.portal_audit_events
       (org_id, portal_account_id, event_type, event_payload, ip_address, user_agent, actor_type, actor_user_id, entity, entity_id, salt, commitment, hash,
        occurred_at, seq)
     select org_id, portal_account_id, event_type, event_payload, ip_address, user_agent, actor_type, actor_user_id, entity, entity_id, salt, commitment, hash,
       %s, %s
     from public.portal_audit_events where id = pg_temp.event(4)', at, seq))
$$;
select matches(pg_temp.copied(4, $$ occurred_at + interval '1 microsecond' $$), '^false \| event 4 \| (This event was inserted: another one has its number\.|This event was changed, or)', 'an inserted event with the number of another');
select is(pg_temp.copied(4, $$ occurred_at - interval '70 days' $$), 'false | event 4 | This event has a number, and no seal covers it: it was inserted, or its seal was deleted.', 'in another month too');
select matches(pg_temp.copied(pg_temp.last_seq() + 1, 'occurred_at'), '^false \| event \d+ \| This event has a number, and no seal covers it', 'an inserted event with a number of its own');
select is(pg_temp.tampered($$ update public.portal_audit_events set seq = seq + 1000000 where org_id = pg_temp.id('one') and seq in (3, 4);
  update public.portal_audit_events set seq = 1000007 - seq where org_id = pg_temp.id('one') and seq > 1000000 $$), 'false | event 3' || :'moved', 'two that changed places');
select matches(pg_temp.tampered($$ update public.portal_audit_events set event_payload = null, ip_address = null, user_agent = null, actor_user_id = null, salt = null where id = pg_temp.event(5) $$),
  '^false \| event 5 \| This event was changed: its salt is gone', 'a blanked event');
select is(pg_temp.tampered($$ update public.portal_audit_events set event_payload = null, ip_address = null, user_agent = null, actor_user_id = null, salt = null,
  erased_by = pg_temp.event(1) where id = pg_temp.event(5) $$),
  'false | event 5 | This event lost its personal part, and no sealed erasure says so.', 'also when it names some event as its reason');
select is(
  pg_temp.tampered(format('update public.portal_audit_seals set %s where org_id = pg_temp.id(''one'') and first_seq = 1', change)),
  format('false | seal of events 1 to %s | This seal was changed: its hash is not that of what it says.', last_seq), 'a seal''s ' || change)
from (select last_seq from public.portal_audit_seals where org_id = pg_temp.id('one') and first_seq = 1) s,
  unnest(array['row_count = row_count + 1', 'hash = sha256(hash)', $$ sealed_at = sealed_at + interval '1 second' $$]) as change;
select matches(pg_temp.tampered($$ delete from public.portal_audit_seals where org_id = pg_temp.id('one') and first_seq = 1 $$),
  '^false \| seal of events \d+ to \d+ \| The seal before this one is missing: it should begin with event 1\.$', 'a deleted seal');
select matches(pg_temp.tampered($$ update public.portal_audit_seals set purged_at = now() where org_id = pg_temp.id('one') and first_seq = 1 $$),
  '^false \| (event 1 \| This event has a number, and no seal covers it|seal of events 1)', 'a month that was not purged');

-- A chain that is right in itself: only its anchor tells.
create function pg_temp.cut() returns text language sql as $$
  select string_agg(format(statement, first_seq), '; ')
  from (select max(first_seq) as first_seq from public.portal_audit_seals where org_id = pg_temp.id('one')) s,
    unnest(array['delete from public.portal_audit_events where org_id = pg_temp.id(''one'') and seq >= %s',
      'delete from public.portal_audit_seals where org_id = pg_temp.id(''one'') and first_seq >= %s']) as statement
$$;
select is(pg_temp.tampered(pg_temp.cut()), 'true', 'without an anchor nobody sees that the end was cut off');
select matches(pg_temp.tampered(pg_temp.cut(), (select anchor from anchors)),
  '^false \| event \d+ \| The anchor names event \d+, and the chain ends with event \d+: its end was cut off\.$', 'the anchor tells');
\set rebuilt 'update public.portal_audit_events set seq = null, commitment = null, hash = null, salt = null where org_id = pg_temp.id(''one''); update public.portal_audit_events set event_type = ''forged'' where id = (select id from public.portal_audit_events where org_id = pg_temp.id(''one'') order by occurred_at limit 1); delete from public.portal_audit_seals where org_id = pg_temp.id(''one''); set local session_replication_role = origin; select portal_admin.seal_audit()'
select is(pg_temp.tampered(:'rebuilt'), 'true', 'nor that all of it was built anew');
select matches(pg_temp.tampered(:'rebuilt', (select anchor from anchors)), 'built anew\.$', 'the anchor tells that too');

select * from finish();
rollback;
