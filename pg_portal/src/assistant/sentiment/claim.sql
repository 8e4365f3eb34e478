-- Takes messages whose tone is to be judged. $1 how many, $2 for how many seconds.
with due as (
  select j.org_id, j.message_id
  from public.portal_sentiment_jobs j
  where j.not_before <= now() and (j.lease_until is null or j.lease_until <= now())
  order by j.not_before
  limit $1
  for update skip locked
),
taken as (
  update public.portal_sentiment_jobs j
  set attempts = j.attempts + 1, lease_until = now() + make_interval(secs => $2)
  from due
  where j.org_id = due.org_id and j.message_id = due.message_id
  returning j.org_id, j.message_id, j.attempts, j.not_before
)
select t.org_id, t.message_id, t.attempts, m.body
from taken t
join public.portal_messages m on m.org_id = t.org_id and m.id = t.message_id
order by t.not_before, t.message_id
