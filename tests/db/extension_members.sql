-- Proves what general linters do not look at, the extension's own functions: who they run as, who may call them,
-- and that none of them lets a caller run SQL or set configuration. A new privileged function fails until it is
-- listed here, with the roles that may call it.
begin;
select plan(21);

create temporary view functions as
select p.*, s.nspname, p.oid::regprocedure::text as signature, l.lanname
from pg_proc p join pg_namespace s on s.oid = p.pronamespace join pg_language l on l.oid = p.prolang
where s.nspname in ('public', 'portal', 'portal_internal', 'portal_admin');

-- The privileged steps, and who may call them. Triggers need no EXECUTE to fire. Working out the caller's scope is not
-- among them, because no function is called for it: it reads as portal_owner by itself.
create temporary table definers (signature text, callers text[]) on commit drop;
insert into definers values
  ('portal_internal.link_account(text,text,text,text,text)', '{authenticated}'),
  ('portal_internal.accept_invitation(text)', '{authenticated}'),
  ('portal_internal.create_invitation(text,text,text,uuid[],uuid)', '{authenticated}'),
  ('portal_internal.close_contact(uuid)', '{authenticated}'),
  ('portal_internal.report_event(text,jsonb)', '{authenticated}'),
  ('portal_internal.claim_receipt(text,text,bytea)', '{authenticated}'),
  ('portal_internal.keep_receipt(text,text,jsonb)', '{authenticated}'),
  ('portal_internal.access_token_hook(jsonb)', '{}'), -- and supabase_auth_admin, where there is one
  ('portal_internal.audit_row()', '{}'),
  ('portal_internal.seal_audit()', '{portal_admin,service_role}'),
  ('portal_internal.verify_audit(uuid,text)', '{portal_admin,portal_readonly,service_role}'),
  ('portal_internal.purge_audit(interval,boolean)', '{portal_admin,service_role}'),
  ('portal_internal.make_audit_month(date)', '{}'),
  ('portal_internal.export_customer(uuid)', '{portal_admin,service_role}'),
  ('portal_internal.erase_customer(uuid,boolean,boolean)', '{portal_admin,service_role}'),
  ('portal_internal.init_account()', '{}'),
  ('portal_internal.guard_booking_request()', '{}'),
  ('portal_internal.follow_booking_request()', '{}'),
  ('portal_internal.record_work_order_change()', '{}'),
  ('portal_internal.free_windows(uuid,text,date,date)', '{authenticated}'),
  ('portal_internal.withdraw_request(uuid,text)', '{authenticated}'),
  ('portal_internal.move_appointment(uuid,timestamp with time zone,text)', '{authenticated}'),
  ('portal_internal.end_appointment(uuid,text)', '{authenticated}'),
  ('portal_internal.guard_thread()', '{}'),
  ('portal_internal.guard_message()', '{}'),
  ('portal_internal.follow_message()', '{}'),
  ('portal_internal.tell_access_change()', '{}'),
  ('portal_internal.read_thread(uuid)', '{authenticated}'),
  ('portal_internal.change_thread_status(uuid,portal.thread_status)', '{authenticated}'),
  ('portal_internal.note_job_view(uuid)', '{authenticated}'),
  ('portal_internal.disclose_document(uuid)', '{authenticated}'),
  ('portal_internal.can_open_file(text,text)', '{authenticated}'),
  ('portal_internal.security_facts()', '{authenticated}'),
  ('portal_internal.change_profile(text,text,text)', '{authenticated}'),
  ('portal_internal.own_sessions()', '{authenticated}'),
  ('portal_internal.end_session(uuid)', '{authenticated}'),
  ('portal_internal.claim_notifications(portal.notification_channel,integer,integer)', '{portal_gateway}'),
  ('portal_internal.settle_notifications(jsonb)', '{portal_gateway}'),
  ('portal_internal.unsubscribe(text,boolean)', '{portal_gateway}'),
  ('portal_internal.live_events(text)', '{portal_gateway}'),
  -- People without log-in talk to the assistant too.
  ('portal_internal.begin_ai_conversation(text,uuid,text,text)', '{anon,authenticated}'),
  ('portal_internal.hand_over_ai_conversation(uuid,text)', '{anon,authenticated}'),
  ('portal_internal.close_ai_conversation(uuid)', '{anon,authenticated}'),
  ('portal_internal.judge_ai_message(uuid,boolean,text)', '{anon,authenticated}'),
  ('portal_internal.ai_open_turn(uuid,text,uuid)', '{anon,authenticated}'),
  ('portal_internal.ai_keep_passages(uuid,uuid,jsonb)', '{anon,authenticated}'),
  ('portal_internal.ai_commit_turn(uuid,uuid,text,jsonb,text,jsonb,boolean)', '{anon,authenticated}'),
  ('portal_internal.ai_abandon_turn(uuid,uuid,jsonb)', '{anon,authenticated}'),
  ('portal_internal.claim_sentiment(integer,integer)', '{portal_gateway}'),
  ('portal_internal.settle_sentiment(jsonb)', '{portal_gateway}'),
  ('portal_internal.message_sentiment(uuid,uuid)', '{authenticated,portal_readonly}'),
  ('portal_internal.chunk_article()', '{}'),
  ('portal_internal.kb_models()', '{portal_gateway}'),
  ('portal_internal.offer_embedding_model(text,integer)', '{portal_gateway}'),
  ('portal_internal.claim_embedding_jobs(text,integer,integer)', '{portal_gateway}'),
  ('portal_internal.store_embeddings(text,uuid,integer,jsonb)', '{portal_gateway}'),
  ('portal_internal.fail_embedding_job(text,uuid,integer,text)', '{portal_gateway}'),
  ('portal_internal.run_due_jobs()', '{portal_admin,portal_gateway,service_role}');

select set_eq(
  $$ select signature from functions where prosecdef $$, $$ select signature from definers $$,
  'the privileged functions are those listed here');
select is_empty(
  $$ select signature from functions where prosecdef and nspname <> 'portal_internal' $$,
  'none of them is where clients can reach it: what is exposed runs as the caller');
select is_empty(
  $$ select signature, proconfig from functions
     where prosecdef and proconfig is distinct from '{"search_path=pg_catalog, pg_temp"}' $$,
  'each has its search_path pinned, and nothing else set');
select is_empty(
  $$ select signature, proowner::regrole from functions
     where nspname like 'portal%' and proowner <> 'portal_owner'::regrole $$,
  'portal_owner owns every function of ours');
select is_empty(
  $$ select nspname from pg_namespace where nspname like 'portal%' and nspowner <> 'portal_owner'::regrole $$,
  'and every schema');

-- Its owner is weak, so that a mistake in a privileged function is small.
select is_empty(
  $$ select rolname from pg_roles where rolname = 'portal_owner'
     and (rolsuper or rolbypassrls or rolcreaterole or rolcreatedb or rolreplication or rolcanlogin or rolinherit) $$,
  'portal_owner cannot log in, is no superuser and does not bypass row level security');
select is_empty(
  $$ select roleid::regrole from pg_auth_members where member = 'portal_owner'::regrole $$,
  'portal_owner is a member of nothing');
select is_empty(
  $$ select member::regrole from pg_auth_members
     where roleid = 'portal_owner'::regrole and member <> (select datdba from pg_database where datname = current_database()) $$,
  'nobody but the owner of the database can become portal_owner');
-- Its due job makes the months of the audit log, so the log must be its own.
select is_empty(
  $$ select c.oid::regclass from pg_class c where relowner = 'portal_owner'::regrole and relkind in ('r', 'p', 'v', 'm', 'f')
     and not (c.relrowsecurity and c.relforcerowsecurity
       and (c.relnamespace = 'portal_audit'::regnamespace or c.oid = 'public.portal_audit_events'::regclass)) $$,
  'portal_owner owns no table or view but the audit log, where row level security is forced, so it binds it everywhere');
select set_eq(
  $$ select roleid::regrole::text from pg_auth_members where member = 'portal_gateway'::regrole $$,
  array['anon', 'authenticated'], 'the gateway can act as a person or as nobody, and as nothing else');
select is_empty(
  $$ select rolname from pg_roles where rolname = 'portal_gateway'
     and (rolsuper or rolbypassrls or rolcreaterole or rolcreatedb or rolreplication or rolinherit) $$,
  'the gateway''s own role has no special power');

-- Grants, one by one.
create temporary view callers as
select f.signature, f.nspname, f.prosecdef, a.grantee
from functions f, aclexplode(coalesce(f.proacl, acldefault('f', f.proowner))) as a
where a.grantee <> f.proowner;

select is_empty($$ select signature from callers where grantee = 0 $$, 'no function is open to everybody');
select set_eq(
  $$ select signature, grantee::regrole::text from callers where prosecdef and grantee::regrole::text <> 'supabase_auth_admin' $$,
  $$ select signature, unnest(callers) from definers $$,
  'each privileged function can be called by exactly the roles listed here');
select is_empty(
  $$ select signature, grantee::regrole from callers
     where nspname = 'portal' and grantee not in ('authenticated'::regrole, 'anon'::regrole, 'service_role'::regrole) $$,
  'the API is for the roles of the API');
select is_empty(
  $$ select signature, grantee::regrole from callers
     where nspname = 'portal_admin' and grantee in ('authenticated'::regrole, 'anon'::regrole) $$,
  'portal_admin is not for clients');

-- No way to run SQL or to set configuration, on which the whole scope rests. Only functions of the exposed schemas
-- can be called by clients; ours are compiled, and their source is searched where it is text.
select is_empty(
  $$ select signature, lanname from functions f
     where nspname like 'portal%' and lanname = 'c'
       and not exists (
         select from pg_depend d join pg_extension e on d.refclassid = 'pg_extension'::regclass and d.refobjid = e.oid
         where d.classid = 'pg_proc'::regclass and d.objid = f.oid and d.deptype = 'e' and e.extname = 'pg_portal') $$,
  'every compiled function is a member of the extension');
select is_empty(
  $$ select signature from functions
     where lanname <> 'c' and (lanname not in ('sql', 'plpgsql')
       or coalesce(prosrc, '') || coalesce(pg_get_function_sqlbody(oid), '')
          ~* '\m(execute|set_config|dblink\w*|\w+_to_xml\w*|pg_read_\w+|lo_\w+|set\s+(local|session|role))\M') $$,
  'no function in SQL or plpgsql runs text or sets configuration');
select is_empty(
  $$ select signature, name from functions, unnest(proargnames) as name
     where nspname in ('public', 'portal') and name ~ '(^|_)(sql|statement|expression|setting|config|table|relation|role_name)(_|$)' $$,
  'no function of the API takes SQL, or the name of a table, role or setting');

-- STRICT functions are skipped when an argument is null; an access check would silently not run.
select set_eq(
  $$ select signature from functions where proisstrict and pronargs > 0 $$,
  array['portal_internal.is_time_zone(text)', 'portal_internal.new_reference(text)'],
  'no function is skipped for a null argument, but two that check nothing');
-- PostgREST runs what is not VOLATILE in a read-only transaction: whatever is listed here must only read.
select set_eq(
  $$ select signature from functions where nspname = 'portal' and provolatile <> 'v' $$,
  array[
    'portal.available_windows(uuid,text,date,date)', 'portal.appointment_policy(uuid)', 'portal.appointment_status(uuid)',
    'portal.appointment_calendar(uuid)', 'portal.search_kb(text,real[],integer,text,text)', 'portal.dashboard()', 'portal.dashboard(uuid)', 'portal.settings()', 'portal.my_sessions()', 'portal.company(text)'],
  'every function of the API that writes is VOLATILE');
select set_eq(
  $$ select signature from functions where provolatile = 'i' or proparallel <> 'u' $$,
  array['portal_internal.is_time_zone(text)', 'portal_internal.is_fee_schedule(jsonb)'],
  'two functions answer from their argument alone; the others read the caller''s scope, so no parallel worker runs them');

select * from finish();
rollback;
