-- Proves: the audit log lies in months that are there before they are needed and go as a whole; what has no month is kept
-- all the same, and the chain goes on verifying after months have gone.
begin;
\ir people.psql
\ir audit_chain.psql
-- The due jobs run here; the gateway's step aside meanwhile.
select pg_advisory_xact_lock(hashtextextended('portal due jobs', 0)) \g /dev/null
select plan(38);

create function pg_temp.month(ahead int default 0) returns date language sql as $$
  select (date_trunc('month', now() at time zone 'UTC') + make_interval(months => ahead))::date
$$;
create function pg_temp.name(ahead int) returns text language sql as $$
  select 'events_' || to_char(pg_temp.month(ahead), 'YYYY_MM')
$$;
create function pg_temp.in_default() returns bigint language sql as 'select count(*) from portal_audit.events_default';

-- The schema --------------------------------------------------------------------------------------------------
select is_empty(
  $$ select n from generate_series(0, 3) as n where to_regclass('portal_audit.' || pg_temp.name(n)) is null $$,
  'this month and three more are there');
select is_empty(
  $$ select month from portal_admin.audit_months where month is null and table_name <> 'events_default' $$, 'and are listed');
select is_empty(
  $$ select c.oid::regclass from pg_class c where c.relnamespace = 'portal_audit'::regnamespace and c.relkind = 'r'
     and not (c.relrowsecurity and c.relforcerowsecurity and c.relowner = 'portal_owner'::regrole
       and obj_description(c.oid, 'pg_class') <> ''
       and exists (select from pg_trigger t where t.tgrelid = c.oid and t.tgname = 'refuse_truncate')
       and exists (select from pg_trigger t where t.tgrelid = c.oid and t.tgname = 'refuse_change')) $$,
  'every month has row level security, also for its owner, and refuses changes');
select is_empty(
  $$ select role, c.oid::regclass from unnest(array['anon', 'authenticated', 'service_role', 'authenticator', 'portal_gateway']) as role, pg_class c
     where c.relnamespace = 'portal_audit'::regnamespace
       and (has_schema_privilege(role, 'portal_audit', 'usage') or has_table_privilege(role, c.oid, 'select, insert, update, delete')) $$,
  'and no client can reach it but through the log');
select is(
  (select array[relrowsecurity, relforcerowsecurity] from pg_class where oid = 'public.portal_audit_events'::regclass), '{t,t}',
  'the log''s owner is held by its policies');
select is_empty(
  $$ select i.indexrelid::regclass from pg_index i where i.indrelid in (select inhrelid from pg_inherits where inhparent = 'public.portal_audit_events'::regclass)
     and (i.indisunique and i.indkey[0] <> (select attnum from pg_attribute where attrelid = i.indrelid and attname = 'org_id') or not i.indisvalid) $$,
  'every key of a month begins with org_id');

-- Writing -----------------------------------------------------------------------------------------------------
create function pg_temp.at(instant timestamptz, events int default 3) returns void language sql as $$
  insert into public.portal_audit_events (org_id, event_type, actor_type, occurred_at, event_payload)
  select pg_temp.id(org), 'login', 'system', instant, jsonb_build_object('n', n)
  from generate_series(1, events) as n, unnest(array['one', 'two']) as org
$$;
select is(pg_temp.in_default(), 0::bigint, 'nothing is without a month');
select is((select tableoid::regclass::text from public.portal_audit_events limit 1), 'portal_audit.' || pg_temp.name(0), 'what happens now is in this month');
select lives_ok($$ select pg_temp.at(pg_temp.month(-14)), pg_temp.at(pg_temp.month(-10) - interval '1 second'), pg_temp.at(pg_temp.month(40)) $$, 'what has no month is written all the same');
select is(pg_temp.in_default(), 18::bigint, 'apart');
select lives_ok('select portal_admin.seal_audit()', 'and sealed');
select is(pg_temp.verdict(), 'true', 'and verified there');
select is((select done from portal_admin.run_due_jobs() where job = 'audit_months_made'), 3, 'the due jobs make its months');
select is(pg_temp.in_default(), 0::bigint, 'and move it there');
select is(
  (select array_agg(n order by n) from generate_series(-20, 50) as n where to_regclass('portal_audit.' || pg_temp.name(n)) is not null and n not between 0 and 3),
  '{-14,-11,40}', 'each where it belongs');
select is(pg_temp.verdict(), 'true', 'which changes nothing of the chain');
select is((select done from portal_admin.run_due_jobs() where job = 'audit_months_made'), 0, 'once');
select is(pg_temp.refusal('dba', 'truncate portal_audit.' || pg_temp.name(-14)), 'PT422 append_only', 'new months refuse changes too');
select ok((select relforcerowsecurity from pg_class where oid = ('portal_audit.' || pg_temp.name(40))::regclass), 'and have row level security');

-- Dropping ----------------------------------------------------------------------------------------------------
create function pg_temp.purged(older_than text, dry_run text) returns text language plpgsql as $$
declare
  answer text;
begin
  execute format($q$ select string_agg(concat_ws(' ', (extract(year from age(month, pg_temp.month())) * 12 + extract(month from age(month, pg_temp.month())))::int,
      table_name = 'portal_audit.' || to_char(month, '"events_"YYYY_MM'), events, bytes > 0, what), E'\n' order by month)
    from portal_admin.purge(%s, dry_run => %s) $q$, older_than, dry_run) into answer;
  return answer;
end $$;
select is(pg_temp.refusal('dba', format('select portal_admin.purge(%s)', bad)), 'PT400 invalid_input', format('%s is refused', bad))
from unnest(array['null', 'interval ''89 days''', 'interval ''-1 year''', 'interval ''9000 years''']) as bad;
select is(pg_temp.purged($$ interval '12 months' $$, 'null'), '-14 t 6 t dropped; its seals stay', 'a rehearsal says what would go');
select isnt(to_regclass('portal_audit.' || pg_temp.name(-14)), null, 'and keeps it');
create temporary table anchors as select pg_temp.anchor() as anchor;
select is(pg_temp.purged($$ interval '9 months' $$, 'false'), E'-14 t 6 t dropped; its seals stay\n-11 t 6 t dropped; its seals stay', 'whole months go');
select is_empty($$ select 1 from public.portal_audit_events where occurred_at < pg_temp.month(-9) $$, 'with all that was in them');
select is((select count(*)::int from public.portal_audit_seals where purged_at is not null and org_id = pg_temp.id('one')), 2, 'their seals stay');
select is(
  (select array_agg(event_payload ->> 'events') from public.portal_audit_events where event_type = 'audit_purged' and org_id in (pg_temp.id('one'), pg_temp.id('two')) and seq is not null),
  '{6,6}', 'each company''s log says so, sealed');
select is(pg_temp.verdict((select anchor from anchors)), 'true', 'and the chain verifies, against the anchor from before');
select is(pg_temp.purged($$ interval '9 months' $$, 'false'), null, 'once');
select matches(pg_temp.tampered($$ update public.portal_audit_events set event_type = 'login' where event_type = 'audit_purged' $$), '^false \| event', 'the record cannot be changed');
select matches(pg_temp.tampered($$ update public.portal_audit_seals set row_count = row_count - 1 where purged_at is not null $$), '^false \| seal of events', 'nor a seal of what is gone');
select matches(pg_temp.tampered($$ delete from public.portal_audit_seals where purged_at is not null $$), '^false \| seal of events', 'nor can it go');

-- The next purge says all of it again, so that the record of the one before may go with its own month.
select lives_ok($$ select pg_temp.at(pg_temp.month(-8)) $$, 'there is an older month again');
select lives_ok('select portal_admin.seal_audit(), portal_admin.run_due_jobs()', 'sealed and moved there');
select matches(pg_temp.purged($$ interval '7 months' $$, 'false'), '^-8 t 6 t dropped; its seals stay$', 'which goes');
select is(pg_temp.verdict((select anchor from anchors)), 'true', 'and everything before it is still accounted for');

select * from finish();
rollback;
