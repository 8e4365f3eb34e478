-- From 0.1.0 to 0.2.0: run by `alter extension pg_portal update`. `make upgrade-draft` prints what is missing here.
\echo Use "alter extension pg_portal update" to run this file. \quit

-- The second factor.

comment on schema portal is
  'The API: views to read, functions to act. Everything in it runs as the caller. A person who has set up a second factor is let in with it: to a token of the password alone (aal1) views show nothing, and functions answer PT401 second_factor_required.';
comment on function portal_internal.user_id() is
  'The signed-in user (claim sub), or null; null as well while a person''s second factor is missing from the token (claim aal).';

-- The audit log, and what is held about a person.

create or replace function portal_admin.erase_customer(
  customer_id uuid, dry_run boolean DEFAULT true, force boolean DEFAULT false
) returns TABLE(table_name text, rows bigint, what text)
language c volatile
as 'MODULE_PATHNAME', 'erase_customer_wrapper';
alter function portal_admin.erase_customer(uuid,boolean,boolean) owner to portal_owner;
revoke execute on function portal_admin.erase_customer(uuid,boolean,boolean) from public;
grant execute on function portal_admin.erase_customer(uuid,boolean,boolean) to service_role;
create or replace function portal_admin.export_customer(customer_id uuid) returns jsonb
language c volatile
as 'MODULE_PATHNAME', 'export_customer_wrapper';
alter function portal_admin.export_customer(uuid) owner to portal_owner;
revoke execute on function portal_admin.export_customer(uuid) from public;
grant execute on function portal_admin.export_customer(uuid) to service_role;
create or replace function portal_admin.personal_data()
returns TABLE(table_name text, column_name text, class text, is_exported boolean, on_erasure text)
language c stable strict
as 'MODULE_PATHNAME', 'personal_data_wrapper';
alter function portal_admin.personal_data() owner to portal_owner;
revoke execute on function portal_admin.personal_data() from public;
grant execute on function portal_admin.personal_data() to service_role;
create or replace function portal_admin.purge(older_than interval, dry_run boolean DEFAULT true) returns TABLE(month date, table_name text, events bigint, bytes bigint, what text)
language c volatile
as 'MODULE_PATHNAME', 'purge_wrapper';
alter function portal_admin.purge(interval,boolean) owner to portal_owner;
revoke execute on function portal_admin.purge(interval,boolean) from public;
grant execute on function portal_admin.purge(interval,boolean) to service_role;
create or replace function portal_admin.seal_audit() returns TABLE(org_id uuid, org_slug text, sealed bigint, last_seq bigint, anchor text)
language c volatile strict
as 'MODULE_PATHNAME', 'seal_audit_wrapper';
alter function portal_admin.seal_audit() owner to portal_owner;
revoke execute on function portal_admin.seal_audit() from public;
grant execute on function portal_admin.seal_audit() to service_role;
create or replace function portal_admin.verify_audit(org_id uuid, anchor text DEFAULT NULL::text) returns TABLE(ok boolean, first_bad text, checked bigint, reason text, anchor text)
language c stable
as 'MODULE_PATHNAME', 'verify_audit_wrapper';
alter function portal_admin.verify_audit(uuid,text) owner to portal_owner;
revoke execute on function portal_admin.verify_audit(uuid,text) from public;
grant execute on function portal_admin.verify_audit(uuid,text) to service_role;
create or replace function portal_internal.erase_customer(customer_id uuid, dry_run boolean, force boolean) returns TABLE(table_name text, rows bigint, what text)
language c volatile security definer set search_path = pg_catalog, pg_temp
as 'MODULE_PATHNAME', 'erase_customer_step_wrapper';
alter function portal_internal.erase_customer(uuid,boolean,boolean) owner to portal_owner;
revoke execute on function portal_internal.erase_customer(uuid,boolean,boolean) from public;
grant execute on function portal_internal.erase_customer(uuid,boolean,boolean) to service_role;
comment on function portal_internal.erase_customer(uuid,boolean,boolean) is
  'The step beneath portal_admin.erase_customer(). See there.';

create or replace function portal_internal.export_customer(customer_id uuid) returns jsonb
language c volatile security definer set search_path = pg_catalog, pg_temp
as 'MODULE_PATHNAME', 'export_customer_step_wrapper';
alter function portal_internal.export_customer(uuid) owner to portal_owner;
revoke execute on function portal_internal.export_customer(uuid) from public;
grant execute on function portal_internal.export_customer(uuid) to service_role;
comment on function portal_internal.export_customer(uuid) is
  'The step beneath portal_admin.export_customer(). See there.';

create or replace function portal_internal.make_audit_month(day date) returns boolean
language c volatile security definer set search_path = pg_catalog, pg_temp
as 'MODULE_PATHNAME', 'make_audit_month_wrapper';
alter function portal_internal.make_audit_month(date) owner to portal_owner;
revoke execute on function portal_internal.make_audit_month(date) from public;
comment on function portal_internal.make_audit_month(date) is
  'Makes the partition of the audit log for the month of that day, where there is none, and says whether it did; null makes the one for events without a month. For migrations: the due jobs make months by themselves.';

create or replace function portal_internal.purge_audit(older_than interval, dry_run boolean) returns TABLE(month date, table_name text, events bigint, bytes bigint, what text)
language c volatile security definer set search_path = pg_catalog, pg_temp
as 'MODULE_PATHNAME', 'purge_audit_step_wrapper';
alter function portal_internal.purge_audit(interval,boolean) owner to portal_owner;
revoke execute on function portal_internal.purge_audit(interval,boolean) from public;
grant execute on function portal_internal.purge_audit(interval,boolean) to service_role;
comment on function portal_internal.purge_audit(interval,boolean) is
  'The step beneath portal_admin.purge(). See there.';

create or replace function portal_internal.seal_audit() returns TABLE(org_id uuid, org_slug text, sealed bigint, last_seq bigint, anchor text)
language c volatile strict security definer set search_path = pg_catalog, pg_temp
as 'MODULE_PATHNAME', 'seal_audit_step_wrapper';
alter function portal_internal.seal_audit() owner to portal_owner;
revoke execute on function portal_internal.seal_audit() from public;
grant execute on function portal_internal.seal_audit() to service_role;
comment on function portal_internal.seal_audit() is
  'The step beneath portal_admin.seal_audit(). See there.';

create or replace function portal_internal.verify_audit(org_id uuid, anchor text) returns TABLE(ok boolean, first_bad text, checked bigint, reason text, anchor text)
language c stable security definer set search_path = pg_catalog, pg_temp
as 'MODULE_PATHNAME', 'verify_audit_step_wrapper';
alter function portal_internal.verify_audit(uuid,text) owner to portal_owner;
revoke execute on function portal_internal.verify_audit(uuid,text) from public;
grant execute on function portal_internal.verify_audit(uuid,text) to service_role;
comment on function portal_internal.verify_audit(uuid,text) is
  'The step beneath portal_admin.verify_audit(). See there.';

-- Administration.

grant usage on schema portal to portal_readonly;

grant usage on schema portal_admin to portal_readonly;

grant usage on schema portal_internal to portal_readonly;

create or replace function portal_admin.create_org(
  slug text, name text, timezone text, currency text DEFAULT 'USD'::text, support_phone text DEFAULT NULL::text, support_email text DEFAULT NULL::text, office_email text DEFAULT NULL::text, dry_run boolean DEFAULT false
) returns TABLE(org_id uuid, slug text, created boolean, done text)
language c volatile
as 'MODULE_PATHNAME', 'create_org_wrapper';
alter function portal_admin.create_org(text,text,text,text,text,text,text,boolean) owner to portal_owner;
revoke execute on function portal_admin.create_org(text,text,text,text,text,text,text,boolean) from public;
grant execute on function portal_admin.create_org(text,text,text,text,text,text,text,boolean) to portal_admin, service_role;
comment on function portal_admin.create_org(text,text,text,text,text,text,text,boolean) is
  'Makes a company that is useful at once: with a booking policy (24 hours'' notice, no fees), office hours (Monday to
Friday 08:00 to 17:00) and the assistant''s standard disclaimer. health() then says what only the company knows:
services, booking windows, technicians, staff.

  slug           Short name for addresses: 2 to 63 lower-case letters, digits and single dashes.
  name           What customers know it by: 1 to 200 characters.
  timezone       IANA time zone of its office, such as America/Chicago.
  currency       ISO 4217 code of what it bills in; default USD.
  support_phone  Where customers are told to call; default: nowhere.
  support_email  Where customers are told to write; default: nowhere.
  office_email   Where the office is told what customers do; default: nowhere, and health() asks for it.
  dry_run        True: every check, nothing kept; default false.

Answers   One row: org_id, slug, created (false when it was there already), done (what was made).
Again     The same input answers the same company and changes nothing; arguments left out are not compared.
Errors    PT400 invalid_input; PT409 slug_taken when a company of that slug has another name, zone, currency or support.
Example   select * from portal_admin.create_org(''north-heating'', ''North Heating'', ''America/Denver'',
            office_email => ''office@north-heating.example'', dry_run => true);';

create or replace function portal_admin.explain_access(
  user_id uuid, table_name text, row_id uuid, org text DEFAULT NULL::text
) returns TABLE(rule text, allowed boolean, why text)
language c stable
as 'MODULE_PATHNAME', 'explain_access_wrapper';
alter function portal_admin.explain_access(uuid,text,uuid,text) owner to portal_owner;
revoke execute on function portal_admin.explain_access(uuid,text,uuid,text) from public;
grant execute on function portal_admin.explain_access(uuid,text,uuid,text) to portal_readonly;
comment on function portal_admin.explain_access(uuid,text,uuid,text) is
  'Says why a person sees a row, or does not: each policy in force is tried on that very row in the person''s name, with
the helpers that the policies call. Changes nothing.

  user_id     The person''s log-in: user_id of public.portal_accounts or public.profiles.
  table_name  A table of public or a view of portal: work_orders, portal.appointments.
  row_id      The row''s id. For a view, the tables beneath it are explained, then the view.
  org         The company that the request names (x-portal-org), by slug or id; default: none. Needed for people with
              several companies.

Answers   Rows in order, with rule, allowed (null: a fact) and why:
  account, grant, staff      what the person has, at every company
  second factor              that a token must be given for it (aal2), as it is taken to be here
  company, reach             what that comes to in this request
  row                        whom the row belongs to
  privilege, policy, view    what decides; several policies count if one lets the row through
  verdict                    the last row: whether they see it
Errors    PT404 not_found (the user, the table, the row), PT400 invalid_input (a table without a column id).
Example   select * from portal_admin.explain_access(
            (select user_id from public.portal_accounts order by created_at limit 1), ''work_orders'',
            (select id from public.work_orders order by created_at limit 1));';

grant execute on function portal_admin.health() to portal_readonly;
comment on function portal_admin.health() is
  'Looks for what is installed wrongly, open, misconfigured or stuck. Changes nothing.

Answers   A row per finding, with check_name, status and a sentence that says what to do; a check without findings
          answers one row, ok. fail: something cannot work, or is open. warn: it looks unintended. The checks:
  installation  extension, migrations, schema, known_problems (of versions of Postgres and pgvector)
  security      row_security, policies_in_force, grants, roles, definer_functions, postgrest, second_factors,
                foreign_keys, indexes
  schedule      due_jobs, holds, time_zones, staff, services, technicians_for_services, shifts, booking_windows,
                emergency_lead_times, policies, fee_tiers
  outbox        outbox, dead_letters, office_channels
  knowledge     embedding_jobs, embeddings, old_models, knowledge_index
  audit         audit_seal, audit_partitions
Errors    None of its own.
Example   select * from portal_admin.health() where status <> ''ok'';';

grant execute on function portal_admin.index_kb() to portal_admin;
comment on function portal_admin.index_kb() is
  'Builds the HNSW index of the model in use, in place of the one before. Worth it when health() says so: it finds a little
less than all, and search uses it only for companies with more passages than are searched one by one. Articles cannot be
changed while it is built.

Answers   The name of the index.
Again     It is built anew, under the same name.
Errors    PT422 not_indexable (no embeddings, or longer ones than 2000).
Example   select portal_admin.index_kb();';

create or replace function portal_admin.invite_customer(
  customer_id uuid, email text DEFAULT NULL::text, role text DEFAULT 'customer'::text, full_name text DEFAULT NULL::text, location_ids uuid[] DEFAULT NULL::uuid[]
)
returns TABLE(invite_id uuid, org_id uuid, email text, role portal.account_role, token text, expires_at timestamp with time zone, times_sent integer, is_queued boolean)
language c volatile
as 'MODULE_PATHNAME', 'invite_customer_wrapper';
alter function portal_admin.invite_customer(uuid,text,text,text,uuid[]) owner to portal_owner;
revoke execute on function portal_admin.invite_customer(uuid,text,text,text,uuid[]) from public;
grant execute on function portal_admin.invite_customer(uuid,text,text,text,uuid[]) to portal_admin, service_role;
comment on function portal_admin.invite_customer(uuid,text,text,text,uuid[]) is
  'Invites a customer to the portal by e-mail, on the path that a company''s own people take.

  customer_id   The customer: id of public.customers.
  email         Where the invitation goes; default: the customer''s address.
  role          customer, property_manager, billing_contact or admin; default customer.
  full_name     Name of the person; default: the customer''s, when it goes to the customer''s address.
  location_ids  Single locations to invite to; default: the whole customer.

Answers   One row: invite_id, org_id, email, role, token (shown this once; only its hash is kept), expires_at (in 7 days),
          times_sent, is_queued (whether the outbox holds the message; false for a customer who is not to be contacted).
Again     Inviting the same address to the same customer sends once more; the earlier token is void.
Errors    PT404 not_found (customer, location), PT400 invalid_input, PT422 customer_inactive.
Example   select * from portal_admin.invite_customer(
            (select id from public.customers order by created_at limit 1), ''ada@example.com'');';

grant execute on function portal_admin.reembed_kb(text,integer,boolean) to portal_admin;
comment on function portal_admin.reembed_kb(text,integer,boolean) is
  'Has the knowledge base embedded by another model. Its set is built beside the active one, which answers until nothing is
missing; a set that was being built before is dropped. Of a model that is active or being built, what was given up is
tried again. Articles cannot be changed while it runs.

  model       Name of the model, as the gateway calls it; text goes back to search by words alone, at once.
  dimensions  The length of its embeddings, 1 to 16000; null, the default, for text.
  dry_run     True, the default: counts, and keeps nothing.

Answers   One row: model, state, articles and passages that are still to be embedded.
Again     Of a model that is being built or active only what is missing is queued.
Errors    PT400 invalid_input, PT422 dimension_mismatch.
Example   select * from portal_admin.reembed_kb(''other-model'', 768);';

create or replace function portal_admin.reinstate_account(account_id uuid, reason text)
returns TABLE(account_id uuid, org_id uuid, user_id uuid, status portal.account_status, changed boolean, done text)
language c volatile
as 'MODULE_PATHNAME', 'reinstate_account_wrapper';
alter function portal_admin.reinstate_account(uuid,text) owner to portal_owner;
revoke execute on function portal_admin.reinstate_account(uuid,text) from public;
grant execute on function portal_admin.reinstate_account(uuid,text) to portal_admin, service_role;
comment on function portal_admin.reinstate_account(uuid,text) is
  'Gives a suspended account its access back, as it was.

  account_id  The account: id of public.portal_accounts.
  reason      Why: 1 to 1000 characters. The audit log keeps it, with the database user.

Answers   One row: account_id, org_id, user_id, status, changed, done (what happened).
Again     An active account stays as it is: changed is false, and nothing is written.
Errors    PT404 not_found, PT400 invalid_input, PT422 status_not_allowed (a closed account: invite the person again).
Example   select * from portal_admin.reinstate_account(
            (select id from public.portal_accounts where status = ''active'' order by created_at limit 1), ''Phone found'');';

grant execute on function portal_admin.retry_notifications(uuid,text,portal.notification_channel,uuid[],boolean) to portal_admin;
comment on function portal_admin.retry_notifications(uuid,text,portal.notification_channel,uuid[],boolean) is
  'Sends again what was given up (status dead), with a fresh schedule of tries. Each argument narrows it down; null, the
default, takes all.

  org_id   The company.
  event    Name of the event, such as appointment_moved.
  channel  email, sms, slack or webhook.
  ids      The notifications themselves: id of portal_admin.notification_queue.
  dry_run  True, the default: shows what would be sent, and keeps nothing.

Answers   The rows. What has expired meanwhile, and invitations (whose token is forgotten with the last try: invite
          again), stay as they are.
Again     What was queued is no longer dead, so a second call finds less.
Errors    None of its own.
Example   select * from portal_admin.retry_notifications(channel => ''email'');';

grant execute on function portal_admin.run_due_jobs() to portal_admin;
grant execute on function portal_admin.send_offer(uuid,text,text,text,boolean) to portal_admin;
comment on function portal_admin.send_offer(uuid,text,text,text,boolean) is
  'Queues an offer for everybody who asked a company for offers (notify_marketing_email, notify_marketing_sms) and does not
want to be left alone. It goes out outside quiet hours within 7 days.

  org_id   The company.
  subject  1 to 200 characters.
  body     1 to 5000 characters; paragraphs are separated by empty lines.
  link     An https address, or null, the default.
  dry_run  True, the default: counts, and keeps nothing.

Answers   How many recipients, by channel.
Again     The same offer on the same day reaches nobody twice.
Errors    PT400 invalid_input, PT404 not_found.
Example   select * from portal_admin.send_offer(
            (select id from public.orgs order by slug limit 1), ''Spring tune-up'', ''Book before April.'');';

grant execute on function portal_admin.simulate_policy(uuid,jsonb,integer) to portal_admin;
comment on function portal_admin.simulate_policy(uuid,jsonb,integer) is
  'Says what a change of policy would have done to the requests, moves and cancellations of the last days. Keeps nothing.

  org_id  The company.
  policy  What would change, an object with any of cancel_notice_minutes, reschedule_notice_minutes, max_reschedules,
          fee_tiers, lead_time_minutes, lead_time_business_hours_only, horizon_days, daily_cap; for every service of the
          company, or the one that service_type names.
  days    How many days to go back: 1 to 366, default 30.

Answers   A row per service: counts and fees (in cents) under the present rules (_old) and the proposed ones (_new). Each
          request is judged as of the moment it was sent, against the jobs that existed then, where they stand today; each
          move and cancellation by a customer as of its moment. What was refused at the time left no trace and is not
          counted. Shifts, windows, areas and holidays are those of today.
Errors    PT400 invalid_input, PT404 not_found.
Example   select * from portal_admin.simulate_policy(
            (select id from public.orgs order by slug limit 1), ''{"cancel_notice_minutes": 2880}'', days => 90);';

create or replace function portal_admin.suspend_account(account_id uuid, reason text)
returns TABLE(account_id uuid, org_id uuid, user_id uuid, status portal.account_status, changed boolean, done text)
language c volatile
as 'MODULE_PATHNAME', 'suspend_account_wrapper';
alter function portal_admin.suspend_account(uuid,text) owner to portal_owner;
revoke execute on function portal_admin.suspend_account(uuid,text) from public;
grant execute on function portal_admin.suspend_account(uuid,text) to portal_admin, service_role;
comment on function portal_admin.suspend_account(uuid,text) is
  'Takes an account''s access away, at once, whatever its token says. Nothing is deleted; reinstate_account() gives it back.

  account_id  The account: id of public.portal_accounts.
  reason      Why: 1 to 1000 characters. The audit log keeps it, with the database user.

Answers   One row: account_id, org_id, user_id, status, changed, done (what happened).
Again     A suspended account stays as it is: changed is false, and nothing is written.
Errors    PT404 not_found, PT400 invalid_input, PT422 status_not_allowed (an account that is closed or only invited).
Example   select * from portal_admin.suspend_account(
            (select id from public.portal_accounts where status = ''active'' order by created_at limit 1), ''Lost phone'');';

grant execute on function portal_internal.account_id() to portal_readonly;

grant execute on function portal_internal.account_ids() to portal_readonly;

grant execute on function portal_internal.customer_ids(portal.capability) to portal_readonly;

grant execute on function portal_internal.is_admin() to portal_readonly;

grant execute on function portal_internal.is_fee_schedule(jsonb) to portal_readonly;

grant execute on function portal_internal.is_office() to portal_readonly;

grant execute on function portal_internal.is_staff() to portal_readonly;

grant execute on function portal_internal.is_time_zone(text) to portal_readonly;

grant execute on function portal_internal.job_customer_ids() to portal_readonly;

grant execute on function portal_internal.job_ids() to portal_readonly;

grant execute on function portal_internal.job_location_ids() to portal_readonly;

grant execute on function portal_internal.location_ids(portal.capability) to portal_readonly;

grant execute on function portal_internal.message_sentiment(uuid,uuid) to portal_readonly;

grant execute on function portal_internal.new_reference(text) to portal_admin;

grant execute on function portal_internal.org_id() to portal_readonly;

grant execute on function portal_internal.org_ids() to portal_readonly;

grant execute on function portal_internal.run_due_jobs() to portal_admin;

grant execute on function portal_internal.technician_id() to portal_readonly;

grant execute on function portal_internal.user_id() to portal_readonly;

grant execute on function portal_internal.whoami() to portal_readonly;

grant execute on function portal_internal.whole_customer_ids(portal.capability) to portal_readonly;

-- Live news: from where a page listens on.

create or replace function portal.live_position() returns text
language c volatile strict
as 'MODULE_PATHNAME', 'live_position_wrapper';
alter function portal.live_position() owner to portal_owner;
revoke execute on function portal.live_position() from public;
grant execute on function portal.live_position() to authenticated;
comment on function portal.live_position() is
  'Where the stream of events stands now: an id for Last-Event-ID. A client that asks for it before it reads, and then listens from there, hears of whatever has changed since it read, and need not read everything again. Errors: PT401; PT403 no_active_account.';

-- What the portal opens with, also of one location.

comment on function portal.dashboard() is
  'What the portal opens with, in one call: next_appointment (the first that is scheduled or under way, or null), upcoming_count, open_threads, unread_messages, outstanding_invoices {count, total_cents, currency: the company''s}, recent_ai_conversations (up to three, the latest first; first_question: how it begins, or null), pending_requests (not yet appointments). With location_id: of that location alone. For portal accounts. Errors: PT400 org_required; PT401; PT403 no_active_account.';
create or replace function portal.dashboard(location_id uuid) returns jsonb
language c stable
as 'MODULE_PATHNAME', 'dashboard_at_wrapper';
alter function portal.dashboard(uuid) owner to portal_owner;
revoke execute on function portal.dashboard(uuid) from public;
grant execute on function portal.dashboard(uuid) to authenticated;
comment on function portal.dashboard(uuid) is
  'The same of one location: what is there, and the conversations and bills of its customer that are for no single location; recent_ai_conversations are always all. Null is every location. Errors: those of dashboard(); PT404 unknown location.';
create or replace function portal.company(org_slug text)
returns TABLE(slug text, name text, timezone text, support_phone text, support_email text, brand_color text, logo_url text)
language c stable
as 'MODULE_PATHNAME', 'company_wrapper';
alter function portal.company(text) owner to portal_owner;
revoke execute on function portal.company(text) from public;
grant execute on function portal.company(text) to anon, authenticated;
comment on function portal.company(text) is
  'What anybody may know of a company whose slug they name, before they sign in: name, time zone, whom to call or write to, colour and logo. No row for an unknown slug, and for a company whose portal is closed. After sign-in settings() tells the same of the caller''s own. Errors: PT400 invalid_input (no slug).';

grant execute on function portal_admin.erase_customer(uuid,boolean,boolean) to portal_admin;
comment on function portal_admin.erase_customer(uuid,boolean,boolean) is
  'Takes the personal data of a customer out of the database. Rows are deleted, or stay without what is personal in them
where the books or other rows need them (jobs, invoices, payments, quotes, memberships); personal_data() says what happens
to which column. Events of the audit log lose payload, address, program and actor, and keep their hashes, so the chain
still verifies; one event without personal data (customer_erased) says what was erased and is sealed at once. A log-in is
deleted when the person has no account with another company and is not staff; otherwise it stays, with what belongs there.

  customer_id  The customer: id of public.customers.
  dry_run      True, the default: does it and takes it back.
  force        True: also with open appointments, which are canceled, and unpaid invoices, which stay; default false.

Answers   A row per table: table_name, rows, what. Files are Storage''s to delete, so a row for each says what is left to
          do; likewise for log-ins that the database may not delete.
Again     Answers no row once nothing is left. Run vacuum (analyze) afterwards: old versions of rows stay in the files of
          the database until then. Backups and the write-ahead log have their own retention.
Errors    PT404 not_found, PT422 open_business.
Example   select * from portal_admin.erase_customer(
            (select id from public.customers order by created_at limit 1), dry_run => true, force => true);';

grant execute on function portal_admin.export_customer(uuid) to portal_admin;
comment on function portal_admin.export_customer(uuid) is
  'Answers everything that is held about a customer and the people behind their accounts, as one JSON document.

  customer_id  The customer: id of public.customers.

Answers   An object: format (pg_portal.customer_export/1), exported_at, company (id, slug, name), customer_id, tables (by
          name an array of rows, each an object of columns and values), withheld (by table the columns that are left out:
          secrets such as hashes of tokens, and what is the company''s own, such as which of its staff wrote something).
          personal_data() lists what is in it. Files are named by their paths, and are not in it.
Again     Another document, and another event: each export is in the audit log (customer_exported).
Errors    PT404 not_found.
Example   select portal_admin.export_customer((select id from public.customers order by created_at limit 1));';

grant execute on function portal_admin.personal_data() to portal_admin, portal_readonly;
comment on function portal_admin.personal_data() is
  'Lists what is stored and whose it is, column by column, for every table of the portal. Changes nothing.

Answers   A row per column: table_name, column_name, class, is_exported (export_customer has it), on_erasure (what
          erase_customer does to it). class is personal (about a person), fact (kept for the books), secret (never
          exported) or company (the company''s own).
Errors    None of its own.
Example   select * from portal_admin.personal_data() where class = ''personal'';';

grant execute on function portal_admin.purge(interval,boolean) to portal_admin;
comment on function portal_admin.purge(interval,boolean) is
  'Drops whole months of the audit log, of all companies. Everything is sealed first; the seals stay, marked as purged, so
that the chain still verifies, and each company that loses events gets one that says so (audit_purged).

  older_than  A month goes when all of its events are older than this; at least 90 days.
  dry_run     True, the default: does it and takes it back.

Answers   A row per month: month (its first day, UTC), table_name, events, bytes (with indexes), what (what was done, or
          why the month stays).
Again     Finds nothing more to drop. Nobody writes or reads the log while its months are dropped, which is a moment; it
          waits for running reports and dumps for 5 seconds at most.
Errors    PT400 invalid_input (older_than is missing or too short), PT409 audit_log_in_use.
Example   select * from portal_admin.purge(interval ''7 years'');';

comment on function portal_admin.run_due_jobs() is
  'Does what has fallen due. Somebody must call it every minute: the gateway does (due_jobs_every_seconds), or pg_cron
(sql/optional/pg_cron.sql).

Answers   A row per job, with how much of it there was:
  holds_expired           tentative jobs whose hold is over; their requests go back to under_review
  requests_scheduled      requests that hold a time, confirmed where the policy says auto_approve
  requests_approved       requests without a window, approved where it says so; the office finds them a time
  requests_to_review      requests sent more than a minute ago, now shown as under_review
  receipts_purged         idempotency keys older than 7 days
  notifications_expired   what nobody has sent in time
  notifications_purged    what was sent or given up more than 30 days ago, up to 10000 in a run
  live_events_purged      live news older than 24 hours
  embedding_sets_dropped  passages of a model that was replaced more than a day ago
  sentiment_jobs_purged   messages that no model has judged within a day
  ai_turns_purged         questions to the assistant that nobody came back to answer
  audit_events_sealed     events of the audit log older than 5 minutes, or 1000 of a company
  audit_months_made       partitions of the audit log, for the next three months
Again     Harmless, also at once: the second caller answers one row, skipped. Rows that somebody else is working on are
          left to the next call.
Errors    None of its own.
Example   select * from portal_admin.run_due_jobs();';

grant execute on function portal_admin.seal_audit() to portal_admin;
comment on function portal_admin.seal_audit() is
  'Seals the audit log: gives every committed event that has none its number, and puts a seal under each batch of up to
1000 events of one company and month. Seals form a chain of hashes, one per company. The due jobs do the same for events
older than 5 minutes, so call it to have everything sealed now, and for the anchors.

Answers   A row per company that has a chain: org_id, org_slug, sealed (events sealed by this call), last_seq (number of
          the last sealed event), anchor (one line that stands for the whole chain). Keep anchors outside of the
          database, where its superusers cannot write: verify_audit(org_id, anchor) then also finds a chain that was cut
          off or built anew.
Again     Seals what came since. Waits for another session that seals. Whoever commits late gets a later number; nobody
          is left out.
Errors    None of its own.
Example   select org_slug, anchor from portal_admin.seal_audit();';

grant execute on function portal_admin.verify_audit(uuid,text) to portal_admin, portal_readonly;
comment on function portal_admin.verify_audit(uuid,text) is
  'Computes the chain of a company''s audit log anew, from the first seal to the last, and names the first place that is
not as it was sealed: an event that was changed, deleted, inserted, swapped or truncated, a seal that was changed or
deleted. Changes nothing, and works on a standby.

  org_id  The company.
  anchor  What seal_audit() answered at some time before; null, the default, compares with none.

Answers   One row: ok; first_bad (the place: an event with its number and id, or a seal with its events); checked (events
          found good); reason (a sentence that says what is wrong); anchor (of the chain as it stands). Events that wait
          to be sealed are no fault. Events of dropped months (purge) and erased personal data (erase_customer) are
          accepted where a sealed event says so, and nowhere else.
Limit     A superuser who rewrites events and computes every later hash anew leaves a chain that is right in itself. Only
          an anchor from before, kept elsewhere, tells.
Errors    PT404 not_found (the company), PT400 invalid_input (no anchor, or that of another company).
Example   select * from portal_admin.verify_audit((select id from public.orgs order by slug limit 1));';

grant execute on function portal_internal.erase_customer(uuid,boolean,boolean) to portal_admin;

grant execute on function portal_internal.export_customer(uuid) to portal_admin;

grant execute on function portal_internal.purge_audit(interval,boolean) to portal_admin;

grant execute on function portal_internal.seal_audit() to portal_admin;

grant execute on function portal_internal.verify_audit(uuid,text) to portal_admin, portal_readonly;
