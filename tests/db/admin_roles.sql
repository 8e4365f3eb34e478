-- Proves: portal_readonly reads all of the portal but its secrets and changes nothing; portal_admin does a DBA's work
-- without being superuser; and neither gives anybody else anything.
begin;
\ir people.psql
\ir no_model.psql
select plan(33);

create role test_reader login in role portal_readonly;
create role test_admin login in role portal_admin;
-- Acts as somebody who has logged in as that role: unlike `set role`, nothing of the superuser is left.
create function pg_temp.as_login(login text, statement text) returns text language plpgsql as $$
declare
  answer text;
begin
  execute format('set local session authorization %I', login);
  if statement ~ '^\s*select' then
    execute statement into answer;
  else
    execute statement;
  end if;
  raise exception using errcode = 'TS000', message = coalesce(answer, 'accepted');
exception
  when sqlstate 'TS000' then return sqlerrm;
  when others then return sqlstate;
end $$;

-- The roles -------------------------------------------------------------------------------------------
select is_empty($$ select rolname from pg_roles where rolname in ('portal_admin', 'portal_readonly')
  and (rolsuper or rolbypassrls or rolcanlogin or rolcreaterole or rolcreatedb or rolreplication or not rolinherit) $$, 'neither role has a power of its own');
select set_eq($$ select roleid::regrole::text from pg_auth_members where member = 'portal_admin'::regrole $$, array['portal_readonly'], 'who administers also reads');
select is_empty($$ select roleid::regrole from pg_auth_members where member = 'portal_readonly'::regrole $$, 'who reads is nobody else');
select is_empty($$ select member::regrole from pg_auth_members
  where roleid in ('portal_admin'::regrole, 'portal_readonly'::regrole)
    and member not in ('portal_admin'::regrole, 'test_reader'::regrole, 'test_admin'::regrole, (select datdba from pg_database where datname = current_database())) $$,
  'no role of the API or of a service is one of them');

-- Reading ---------------------------------------------------------------------------------------------
create temporary view relations as
select c.oid, format('%I.%I', n.nspname, c.relname) as name, c.relkind in ('r', 'p') as is_table
from pg_class c join pg_namespace n on n.oid = c.relnamespace
where n.nspname in ('public', 'portal', 'portal_admin') and c.relkind in ('r', 'p', 'v') and not c.relispartition
  and not exists (select from pg_depend d where d.objid = c.oid and d.deptype = 'e');
create temporary table rows_of on commit drop as
select r.name, (xpath('/row/n/text()', query_to_xml(format('select count(*) as n from %s', r.name), false, true, '')))[1]::text as n from relations r;

select is_empty($$ select name, n from rows_of r where pg_temp.as_login('test_reader', format('select count(*) from %s', name)) <> n and name in (select name from relations where is_table) $$,
  'portal_readonly reads every row of every table');
select is_empty($$ select name from relations where not is_table and pg_temp.as_login('test_reader', format('select count(*) from %s', name)) = '42501' $$, 'and may read every view');
select cmp_ok((select count(*) from rows_of where n::bigint > 0), '>', 30::bigint, 'of which most have rows');
select is_empty($$ select name from relations r where has_table_privilege('portal_readonly', r.oid, 'insert, update, delete, truncate, references, trigger')
  or has_any_column_privilege('portal_readonly', r.oid, 'insert, update, references') $$, 'portal_readonly changes nothing');
select is(pg_temp.as_login('test_reader', 'create table public.mine (id int)'), '42501', 'and makes nothing in public');

-- The columns that are secrets, and who may know them.
create temporary table secrets (name text, secret text) on commit drop;
insert into secrets values ('public.portal_invites', 'token_hash'), ('public.org_channels', 'secret'), ('public.org_channels', 'address'),
  ('public.portal_notification_preferences', 'unsubscribe_token'), ('public.portal_notifications', 'payload'), ('public.portal_ai_conversations', 'session_token_hash');
select is_empty($$ select * from secrets where has_column_privilege('portal_readonly', name, secret, 'select') $$, 'portal_readonly sees no secret');
select set_eq($$ select name || '.' || secret from secrets where has_column_privilege('portal_admin', name, secret, 'select') $$, array['public.org_channels.address'],
  'portal_admin sees of them where a channel leads, and nothing else');
select is_empty(
  $$ select c.oid::regclass, a.attname from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
     where c.relnamespace = 'public'::regnamespace and a.attname ~ 'token|secret' and a.attname !~ '^tokens_|_tokens' and has_column_privilege('portal_readonly', c.oid, a.attnum, 'select') $$,
  'no column that is called a token or a secret is open to it');
select is_empty($$ select c.oid::regclass, a.attname from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
  where c.relnamespace = 'auth'::regnamespace and has_column_privilege('portal_admin', c.oid, a.attnum, 'select') and c.relkind = 'r' $$, 'nor anything of Auth''s tables, to either');

-- Writing ---------------------------------------------------------------------------------------------
select is(pg_temp.as_login('test_admin', statement), 'accepted', regexp_replace(statement, '\s+', ' ', 'g'))
from unnest(array[
  $$ update public.orgs set name = 'One' where slug = 'test-one' $$,
  $$ insert into public.org_channels (org_id, channel, label, address, secret) select id, 'webhook', 'Hook', 'https://hook.example', 'whsec_' || repeat('a', 32) from public.orgs where slug = 'test-one' $$,
  $$ insert into public.work_orders (org_id, customer_id, location_id, service_type, status, window_start, window_end)
     select w.org_id, w.customer_id, w.location_id, w.service_type, 'scheduled', w.window_start + interval '2 days', w.window_end + interval '2 days' from public.work_orders w join public.orgs o on o.id = w.org_id and o.slug = 'test-one' limit 1 $$,
  $$ update public.portal_notifications set status = 'canceled' where status = 'pending' $$,
  $$ delete from public.booking_windows where org_id = (select id from public.orgs where slug = 'test-one') $$]) as statement;
select is(pg_temp.as_login('test_admin', statement), '42501', statement)
from unnest(array[
  $$ update public.portal_audit_events set event_type = 'nothing' $$, $$ insert into public.portal_audit_events (org_id, event_type, actor_type) select id, 'login', 'system' from public.orgs limit 1 $$,
  'delete from public.customers', 'truncate public.orgs', 'update public.portal_invites set token_hash = null', 'alter table public.customers disable row level security',
  'set role authenticated']) as statement;

-- What the functions do beneath is more than portal_admin may do itself: it neither reads the outbox's payload, nor writes
-- passages, nor owns the table that is indexed.
insert into public.portal_notifications (org_id, event, category, channel, recipient, dedupe_key, status, expires_at)
values (pg_temp.id('one'), 'appointment_moved', 'booking_updates', 'email', 'x@test.example', 'dead', 'dead', now() + interval '1 day');
update public.portal_notification_preferences set notify_marketing_email = true where portal_account_id = pg_temp.id('dana/account');
insert into public.profiles (org_id, user_id, customer_id, role, email) values (pg_temp.id('one'), pg_temp.id('dana'), pg_temp.id('dana/customer'), 'portal_customer', 'dana@test.example');
select is(pg_temp.as_login('test_admin', statement), answer, statement)
from (values
  ($$ select count(*) from portal_admin.retry_notifications(org_id => (select id from public.orgs where slug = 'test-one'), dry_run => false) $$, '1'),
  ($$ select recipients from portal_admin.send_offer((select id from public.orgs where slug = 'test-one'), 'Offer', 'Body', dry_run => false) $$, '1'),
  ($$ select count(*) > 0 from portal_admin.simulate_policy((select id from public.orgs where slug = 'acme-comfort'), '{"max_reschedules": 1}', 366) $$, 'true'),
  ($$ select state from portal_admin.reembed_kb('m', 2, dry_run => false) $$, 'building')) as given (statement, answer);
update public.kb_embedding_models set state = 'retired', retired_at = now() where state = 'active';
insert into public.kb_embedding_models (model, dimensions, state, activated_at) values ('m', 2, 'active', now());
select is(pg_temp.as_login('test_admin', 'select portal_admin.index_kb()'), 'idx_kb_article_chunks_nearest', 'and index_kb');

-- Calling ---------------------------------------------------------------------------------------------
select set_eq(
  $$ select proname || ' ' || role from pg_proc p, unnest(array['portal_readonly', 'portal_admin', 'service_role', 'anon', 'authenticated', 'portal_gateway', 'authenticator']) as role
     where p.pronamespace = 'portal_admin'::regnamespace and has_function_privilege(role, p.oid, 'execute')
       and p.proname in ('health', 'explain_access', 'create_org', 'invite_customer', 'suspend_account', 'reinstate_account', 'simulate_policy', 'send_offer', 'retry_notifications', 'reembed_kb', 'index_kb', 'run_due_jobs', 'seal_audit', 'verify_audit', 'purge', 'export_customer', 'erase_customer', 'personal_data') $$,
  $$ select name || ' portal_admin' from unnest(array['health', 'explain_access', 'create_org', 'invite_customer', 'suspend_account', 'reinstate_account', 'simulate_policy', 'send_offer', 'retry_notifications', 'reembed_kb', 'index_kb', 'run_due_jobs', 'seal_audit', 'verify_audit', 'purge', 'export_customer', 'erase_customer', 'personal_data']) as name
     union all select name || ' portal_readonly' from unnest(array['health', 'explain_access', 'verify_audit', 'personal_data']) as name
     union all select name || ' service_role' from unnest(array['create_org', 'invite_customer', 'suspend_account', 'reinstate_account', 'send_offer', 'retry_notifications', 'run_due_jobs', 'seal_audit', 'verify_audit', 'purge', 'export_customer', 'erase_customer', 'personal_data']) as name $$,
  'portal_admin calls everything, portal_readonly what only reads, a company''s own jobs what they need, and nobody else anything');
select is_empty(
  $$ select p.oid::regprocedure from pg_proc p where p.pronamespace = 'portal_admin'::regnamespace
     and (p.provolatile <> 'v') <> has_function_privilege('portal_readonly', p.oid, 'execute') $$,
  'what portal_readonly calls cannot write: it is STABLE, and all that is STABLE is for it');
select is_empty($$ select p.oid::regprocedure from pg_proc p where p.pronamespace = 'portal_admin'::regnamespace and not has_function_privilege('portal_admin', p.oid, 'execute') $$,
  'no function of portal_admin is left out for portal_admin');

select * from finish();
rollback;
