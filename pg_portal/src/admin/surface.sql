-- Comments and grants of administration. What is in portal_admin belongs to portal_owner, which the owner of the tables
-- is a member of; it acts as whoever calls it.

comment on function portal_internal.run_due_jobs() is
  'The step beneath portal_admin.run_due_jobs(), for the gateway. See there.';
grant execute on function portal_internal.run_due_jobs() to portal_gateway, service_role;

comment on function portal_admin.run_due_jobs() is
  'Does what has fallen due and answers how much of it there was, by job. holds_expired: tentative jobs whose hold is over are canceled, and their requests go back to under_review. requests_scheduled: requests that hold a time are confirmed where the policy says auto_approve. requests_approved: requests without a window are approved where it says so; the office still finds them a time. requests_to_review: requests sent more than a minute ago are shown as under_review. receipts_purged: idempotency keys older than 7 days are forgotten. notifications_expired: what nobody has sent in time. notifications_purged: what was sent or given up more than 30 days ago is forgotten, up to 10000 in a run. live_events_purged: live news older than 24 hours is forgotten. embedding_sets_dropped: sets of passages whose model was replaced more than a day ago. sentiment_jobs_purged: messages that no model has judged within a day. ai_turns_purged: questions to the assistant that nobody came back to answer. audit_events_sealed: events of the audit log older than 5 minutes, or 1000 of a company, are sealed. audit_months_made: partitions of the audit log for the next three months. Call it every minute: the gateway does (due_jobs_every_seconds), or pg_cron (sql/optional/pg_cron.sql). Calling it twice at once does no harm: the second call answers one row, skipped. Rows that somebody else is working on are left to the next call.';
grant usage on schema portal_admin to service_role;
grant execute on function portal_admin.run_due_jobs() to service_role;

comment on function portal_admin.health() is
  'Looks for what keeps customers from booking and from being told, one row per finding: status ok, warn or fail, and a sentence that says what to do. Checks: the extension''s version, due jobs that nobody runs, holds that never lapse, time zones, services that nobody can do, technicians without shifts, booking windows that no shift covers, emergencies with long lead times, notices beyond the horizon, fee schedules, notifications that do not leave or were given up, companies that are told nothing, articles that are not embedded or not found, companies with more passages than can be searched one by one. Changes nothing.';

comment on function portal_admin.simulate_policy(uuid, jsonb, integer) is
  'What a change of policy would have done to the requests, moves and cancellations of the last days (1 to 366), by service: under the present rules (_old) and the proposed ones (_new). policy: an object with any of cancel_notice_minutes, reschedule_notice_minutes, max_reschedules, fee_tiers, lead_time_minutes, lead_time_business_hours_only, horizon_days, daily_cap, for every service of the company or the one that service_type names. Each request is judged as of the moment it was sent, for the window it asked for, against the jobs that existed then, where they stand today; each move and cancellation by a customer as of its moment. Requests that were refused at the time left no trace and are not among them. Shifts, windows, areas and holidays are those of today. Nothing is kept. Errors: PT400 invalid_input, PT404.';

comment on function portal_admin.send_offer(uuid, text, text, text, boolean) is
  'Queues an offer of a company for everybody who asked for offers (notify_marketing_email, notify_marketing_sms) and does not want to be left alone, and answers how many by channel. subject: up to 200 characters; body: up to 5000, paragraphs separated by empty lines; link: an https address, or null. The same offer on the same day reaches nobody twice. It goes out outside quiet hours within 7 days. With dry_run, the default, nothing is kept. Errors: PT400, PT404.';
grant execute on function portal_admin.send_offer(uuid, text, text, text, boolean) to service_role;

comment on function portal_admin.retry_notifications(uuid, text, portal.notification_channel, uuid[], boolean) is
  'Sends again what was given up (status dead), with a fresh schedule of tries; answers the rows. Each argument narrows them down, null takes all: company, event, channel, ids. What has expired meanwhile, and invitations (whose token is forgotten with the last try: invite again), stay as they are. With dry_run, the default, nothing is kept.';
grant execute on function portal_admin.retry_notifications(uuid, text, portal.notification_channel, uuid[], boolean)
  to service_role;

comment on function portal_admin.reembed_kb(text, integer, boolean) is
  'Has the knowledge base embedded by another model, and answers how many articles and passages that are. Its set is built beside the active one, which answers until nothing is missing; a set that was being built before is dropped. Of a model that is active or being built, what was given up is tried again. dimensions: the length of its embeddings. reembed_kb(''text'', null) goes back to search by words alone, at once. Articles cannot be changed while it runs. With dry_run, the default, nothing is kept. For the owner of the tables. Errors: PT400, PT422 dimension_mismatch.';

comment on function portal_admin.index_kb() is
  'Builds the HNSW index of the model in use, in place of the one before, and answers its name. Worth it when health() says so: it finds a little less than all, and search uses it only for companies with more passages than are searched one by one. Articles cannot be changed while it is built. For the owner of the tables. Errors: PT422 not_indexable.';
