-- Optional: lets pg_cron do the due work once a minute: holds that lapse, requests that approve themselves, old
-- receipts. The gateway does the same while it runs; that both do is harmless.
--
-- Run as a role that may call portal_admin.run_due_jobs and use the schema cron (postgres on Supabase), in the database
-- that pg_cron works in; running it again changes nothing. Tested with pg_cron 1.4. pg_cron keeps a row of every run in
-- cron.job_run_details until somebody deletes it.
-- Remove with: select cron.unschedule('pg_portal due jobs');

do $$
begin
  if not exists (select from pg_catalog.pg_extension where extname = 'pg_cron') then
    raise exception 'the extension pg_cron is not installed in the database %', current_database()
      using hint = 'Switch it on (on Supabase: Integrations, Cron; elsewhere shared_preload_libraries and create extension'
        || ' pg_cron), or let the gateway do the due work, which needs nothing.';
  end if;
  if to_regprocedure('portal_admin.run_due_jobs()') is null then
    raise exception 'this database has no portal_admin.run_due_jobs()'
      using hint = 'Create or update the extension pg_portal first: sql/install.sql.';
  end if;
  -- A job of the same name is replaced.
  perform cron.schedule('pg_portal due jobs', '* * * * *', 'select portal_admin.run_due_jobs()');
  raise notice 'pg_cron runs portal_admin.run_due_jobs() every minute.';
end $$;
