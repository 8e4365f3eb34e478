-- Proves: erasing and exporting a customer are for those who may, refuse what must not be forgotten, are written to the log,
-- and leave a chain that verifies and that nobody can hide behind. tests/erasure proves that nothing is left.
begin;
\ir people.psql
\ir audit_chain.psql
select plan(39);

create function pg_temp.erase(options text default '') returns text language plpgsql as $$
declare
  answer text;
begin
  execute format($q$ select string_agg(e.table_name || ' ' || e.rows, ', ' order by e.table_name) from portal_admin.erase_customer(%L %s) e
    where e.table_name <> 'portal_live_events' $q$, pg_temp.id('dana/customer'), options) into answer;
  return coalesce(answer, 'nothing');
end $$;
create function pg_temp.dana() returns text language sql as $$
  select concat_ws(' ', c.full_name, c.is_active, a.status, (a.user_id is null)::text, l.address_line1)
  from public.customers c join public.portal_accounts a on a.customer_id = c.id join public.customer_locations l on l.customer_id = c.id
  where c.id = pg_temp.id('dana/customer') order by l.label limit 1
$$;
create temporary table anchors as select pg_temp.anchor() as anchor;

-- Who may ---------------------------------------------------------------------------------------------------
select set_eq(
  $$ select pg_temp.refusal(person, format(call, pg_temp.id('dana/customer'))) from unnest(array['anon', 'dana', 'adam', 'cory']) as person,
       unnest(array['select portal_admin.erase_customer(%L)', 'select portal_admin.export_customer(%L)', 'select portal_internal.erase_customer(%L, false, true)',
         'select portal_internal.export_customer(%L)', 'select portal_admin.personal_data()']) as call $$,
  array['42501'], 'clients neither erase nor export');
select is(pg_temp.refusal('dba', call), 'PT404 not_found', call)
from unnest(array['select portal_admin.erase_customer(gen_random_uuid())', 'select portal_admin.erase_customer(null)',
  'select portal_admin.export_customer(gen_random_uuid())', 'select portal_admin.export_customer(null)']) as call;

-- Exporting --------------------------------------------------------------------------------------------------
create temporary table exported as
select pg_temp.answer('service_role', format('select portal_admin.export_customer(%L)', pg_temp.id('dana/customer')))::jsonb as document;
select is((select document #>> '{tables,customers,0,full_name}' from exported), 'Dana', 'an export has the customer');
select is((select jsonb_array_length(document #> '{tables,customer_locations}') from exported), 2, 'and all that is theirs');
select is((select document #>> '{tables,technicians,0}' from exported), format('{"id": "%s", "org_id": "%s", "display_name": "Tess"}', pg_temp.id('tess/technician'), pg_temp.id('one')),
  'of the staff the name alone');
select unalike((select document::text from exported), '%' || pg_temp.id('tess') || '%', 'and no log-in');
select unalike((select document::text from exported), '%Rex%', 'nothing of another customer');
select ok((select document -> 'withheld' -> 'portal_notification_preferences' ? 'unsubscribe_token' and document::text not like '%' || unsubscribe_token || '%'
  from exported, public.portal_notification_preferences where portal_account_id = pg_temp.id('dana/account')), 'secrets are withheld, and named');
select is(
  (select concat_ws(' ', actor_type, entity, entity_id = pg_temp.id('dana/customer')) from public.portal_audit_events where event_type = 'customer_exported' and org_id = pg_temp.id('one')),
  'service customer t', 'and the log says that it was handed out');

-- Refusals ---------------------------------------------------------------------------------------------------
select is(pg_temp.refusal('service_role', format('select portal_admin.erase_customer(%L, false)', pg_temp.id('dana/customer'))), 'PT422 open_business', 'not while a visit is open');
update public.work_orders set status = 'canceled' where id = pg_temp.id('dana/job');
insert into public.invoices (org_id, customer_id, number, total_cents, status) values (pg_temp.id('one'), pg_temp.id('dana/customer'), 'I-1', 100, 'open');
select is(pg_temp.refusal('service_role', format('select portal_admin.erase_customer(%L)', pg_temp.id('dana/customer'))), 'PT422 open_business', 'nor while a bill is unpaid');
update public.invoices set status = 'paid' where number = 'I-1' and org_id = pg_temp.id('one');
update public.work_orders set job_summary = 'The stairs squeak' where id = pg_temp.id('dana/job');

-- Rehearsing -------------------------------------------------------------------------------------------------
select is(pg_temp.dana(), 'Dana t active false 1 Test Street', 'before');
select matches(pg_temp.erase(), 'customers 1', 'a rehearsal says what would go');
select is(pg_temp.erase(', dry_run => null'), pg_temp.erase(), 'so does whoever says nothing');
select is(pg_temp.dana(), 'Dana t active false 1 Test Street', 'and keeps everything');

-- Erasing ----------------------------------------------------------------------------------------------------
create temporary table rex as select to_jsonb(c) as row from public.customers c where id = pg_temp.id('rex/customer');
select matches(pg_temp.erase(', dry_run => false'), 'auth.users 1, customer_locations 2, customers 1, portal_accounts 1, portal_audit_events \d+, portal_notification_preferences 1, .*work_orders 1$',
  'an erasure says what went');
select is(pg_temp.dana(), '(erased) f closed true (erased)', 'after');
select is((select count(*)::int from auth.users where id = pg_temp.id('dana')), 0, 'the log-in is gone');
select is(pg_temp.erase(', dry_run => false'), 'nothing', 'a second time nothing is left');
select is((select row from rex), (select to_jsonb(c) from public.customers c where id = pg_temp.id('rex/customer')), 'others are as before');
select is_empty($$ select 1 from public.portal_audit_events e where e.entity_id in (pg_temp.id('dana/customer'), pg_temp.id('dana/home'), pg_temp.id('dana/job'))
  and e.event_type not in ('customer_erased', 'customer_exported') and num_nonnulls(event_payload, ip_address, user_agent, actor_user_id, salt) > 0 $$, 'the log has nothing of it either');
select is((select count(*)::int from public.portal_audit_events where event_payload::text like '%stairs squeak%'), 0, 'nor what was written a moment ago');
select is((select concat_ws(' ', count(*), bool_and(seq is not null), bool_and(event_payload::text !~ 'Dana')) from public.portal_audit_events where event_type = 'customer_erased'), '1 t t',
  'one sealed event says so, and names nobody');
select is(pg_temp.verdict((select anchor from anchors)), 'true', 'the chain verifies, against the anchor from before');

-- Nobody can hide behind it.
create function pg_temp.erasure() returns uuid language sql as $$ select id from public.portal_audit_events where event_type = 'customer_erased' and org_id = pg_temp.id('one') $$;
create function pg_temp.rex_event() returns bigint language sql as $$
  select min(seq) from public.portal_audit_events where org_id = pg_temp.id('one') and entity_id = pg_temp.id('rex/customer') $$;
select matches(pg_temp.tampered($$ update public.portal_audit_events set event_payload = null, ip_address = null, user_agent = null, actor_user_id = null, salt = null,
  erased_by = pg_temp.erasure() where id = pg_temp.event(pg_temp.rex_event()) $$), '^false \| event \d+ \| The events without personal part that name this erasure are not those of \d{4}-\d{2} that it blanked', 'an event more is found');
select matches(pg_temp.tampered($$ update public.portal_audit_events set event_type = 'login' where id = pg_temp.erasure() $$), '^false \| event \d+ \| This event was changed', 'a changed record');
select matches(pg_temp.tampered($$ update public.portal_audit_events set event_payload = jsonb_set(event_payload, '{events}', '{}') where id = pg_temp.erasure() $$), '^false \| event \d+ \| This event was changed', 'a changed count');
select matches(pg_temp.tampered($$ update public.portal_audit_events set erased_by = gen_random_uuid() where erased_by is not null $$), '^false \| event \d+ \|', 'another reason');
select matches(pg_temp.tampered($$ update public.portal_audit_events set event_type = 'login' where seq = (select min(seq) from public.portal_audit_events where erased_by is not null) $$), '^false \| event \d+ \| This event was changed', 'what stays of an event cannot be changed');

-- With force.
update public.customers set full_name = 'Rex again' where id = pg_temp.id('rex/customer');
select lives_ok(format('select portal_admin.erase_customer(%L, false, true)', pg_temp.id('rex/customer')), 'with force');
select is((select concat_ws(' ', status, technician_id is not null) from public.work_orders where id = pg_temp.id('rex/job')), 'canceled t', 'an open visit is canceled');
select is(pg_temp.verdict((select anchor from anchors)), 'true', 'and two erasures verify');

-- A person who is staff too stays, with what they did as staff.
insert into public.portal_accounts (org_id, user_id, customer_id) values (pg_temp.id('one'), pg_temp.id('cory'), pg_temp.id('mona/customer'));
select is(pg_temp.touched('cory', $$ update public.customers set phone = '+13125550111' where id = pg_temp.id('mona/customer') $$), 1::bigint, 'staff who are customers');
create temporary table done_with_mona as select * from portal_admin.erase_customer(pg_temp.id('mona/customer'), false, true);
select is((select concat_ws(' ', role, user_id = pg_temp.id('cory')) from public.profiles where id = pg_temp.id('cory/profile')), 'csr t', 'stay staff');
select is((select count(*)::int from auth.users where id = pg_temp.id('cory')), 1, 'and keep their log-in');
select is(pg_temp.verdict((select anchor from anchors)), 'true', 'and the chain verifies');

select * from finish();
rollback;
