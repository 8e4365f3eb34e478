-- Comments and grants of administration. What is in portal_admin belongs to portal_owner, which the owner of the tables
-- is a member of; it acts as whoever calls it. The comments are manual pages: \df+ portal_admin.* shows them.

comment on function portal_internal.run_due_jobs() is
  'The step beneath portal_admin.run_due_jobs(), for the gateway. See there.';
grant execute on function portal_internal.run_due_jobs() to portal_gateway, service_role, portal_admin;

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

comment on function portal_admin.explain_access(uuid, text, uuid, text) is
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

comment on function portal_admin.create_org(text, text, text, text, text, text, text, boolean) is
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

comment on function portal_admin.invite_customer(uuid, text, text, text, uuid[]) is
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

comment on function portal_admin.suspend_account(uuid, text) is
'Takes an account''s access away, at once, whatever its token says. Nothing is deleted; reinstate_account() gives it back.

  account_id  The account: id of public.portal_accounts.
  reason      Why: 1 to 1000 characters. The audit log keeps it, with the database user.

Answers   One row: account_id, org_id, user_id, status, changed, done (what happened).
Again     A suspended account stays as it is: changed is false, and nothing is written.
Errors    PT404 not_found, PT400 invalid_input, PT422 status_not_allowed (an account that is closed or only invited).
Example   select * from portal_admin.suspend_account(
            (select id from public.portal_accounts where status = ''active'' order by created_at limit 1), ''Lost phone'');';

comment on function portal_admin.reinstate_account(uuid, text) is
'Gives a suspended account its access back, as it was.

  account_id  The account: id of public.portal_accounts.
  reason      Why: 1 to 1000 characters. The audit log keeps it, with the database user.

Answers   One row: account_id, org_id, user_id, status, changed, done (what happened).
Again     An active account stays as it is: changed is false, and nothing is written.
Errors    PT404 not_found, PT400 invalid_input, PT422 status_not_allowed (a closed account: invite the person again).
Example   select * from portal_admin.reinstate_account(
            (select id from public.portal_accounts where status = ''active'' order by created_at limit 1), ''Phone found'');';

comment on function portal_admin.simulate_policy(uuid, jsonb, integer) is
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

comment on function portal_admin.send_offer(uuid, text, text, text, boolean) is
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

comment on function portal_admin.retry_notifications(uuid, text, portal.notification_channel, uuid[], boolean) is
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

comment on function portal_admin.reembed_kb(text, integer, boolean) is
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

comment on function portal_admin.index_kb() is
'Builds the HNSW index of the model in use, in place of the one before. Worth it when health() says so: it finds a little
less than all, and search uses it only for companies with more passages than are searched one by one. Articles cannot be
changed while it is built.

Answers   The name of the index.
Again     It is built anew, under the same name.
Errors    PT422 not_indexable (no embeddings, or longer ones than 2000).
Example   select portal_admin.index_kb();';

-- People who look after the portal. portal_admin is a member of portal_readonly.
grant usage on schema portal, portal_internal, portal_admin to portal_readonly;
grant execute on function portal_admin.health() to portal_readonly;
grant execute on function portal_admin.explain_access(uuid, text, uuid, text) to portal_readonly;
-- What views and policies compare, and what health() judges by.
grant execute on function
  portal_internal.user_id(), portal_internal.org_id(), portal_internal.org_ids(), portal_internal.account_id(),
  portal_internal.account_ids(), portal_internal.customer_ids(portal.capability),
  portal_internal.whole_customer_ids(portal.capability), portal_internal.location_ids(portal.capability),
  portal_internal.is_staff(), portal_internal.is_office(), portal_internal.is_admin(), portal_internal.technician_id(),
  portal_internal.job_ids(), portal_internal.job_customer_ids(), portal_internal.job_location_ids(),
  portal_internal.whoami(), portal_internal.message_sentiment(uuid, uuid), portal_internal.is_time_zone(text),
  portal_internal.is_fee_schedule(jsonb)
  to portal_readonly;

grant execute on function
  portal_admin.run_due_jobs(),
  portal_admin.create_org(text, text, text, text, text, text, text, boolean),
  portal_admin.invite_customer(uuid, text, text, text, uuid[]),
  portal_admin.suspend_account(uuid, text),
  portal_admin.reinstate_account(uuid, text),
  portal_admin.simulate_policy(uuid, jsonb, integer),
  portal_admin.send_offer(uuid, text, text, text, boolean),
  portal_admin.retry_notifications(uuid, text, portal.notification_channel, uuid[], boolean),
  portal_admin.reembed_kb(text, integer, boolean),
  portal_admin.index_kb()
  to portal_admin;
-- A default of work_orders.
grant execute on function portal_internal.new_reference(text) to portal_admin;

-- Jobs of the company's own, with the secret key.
grant usage on schema portal_admin to service_role;
grant execute on function
  portal_admin.run_due_jobs(),
  portal_admin.create_org(text, text, text, text, text, text, text, boolean),
  portal_admin.invite_customer(uuid, text, text, text, uuid[]),
  portal_admin.suspend_account(uuid, text),
  portal_admin.reinstate_account(uuid, text),
  portal_admin.send_offer(uuid, text, text, text, boolean),
  portal_admin.retry_notifications(uuid, text, portal.notification_channel, uuid[], boolean)
  to service_role;
