-- Gives the rows of retried a fresh schedule.
queued as (
  update public.portal_notifications n
  set status = 'pending', attempts = 0, not_before = now()
  from retried r
  where n.org_id = r.org_id and n.id = r.id and n.status = 'dead'
  returning r.*
)
select org_id, id, event, channel, recipient, last_error from queued
