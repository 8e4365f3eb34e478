select 'fail', format(
  'Nobody runs the due jobs: %s hold(s) ran out more than 10 minutes ago, the oldest on %s. Start the gateway with due_jobs_every_seconds above 0, or schedule portal_admin.run_due_jobs() with pg_cron; its answer, or its error, says what is in the way.',
  count(*), min(w.hold_expires_at))
from public.work_orders w
where w.status = 'tentative' and w.hold_expires_at < now() - interval '10 minutes'
having count(*) > 0
