-- Takes back what became of claimed messages; $1 a list of {org_id, message_id, attempt, sentiment, not_before}. Those
-- that somebody else has claimed since are left alone. Answers how many were settled.
with told as (
  select t.*
  from jsonb_to_recordset($1) as t
    (org_id uuid, message_id uuid, attempt integer, sentiment text, not_before timestamptz)
),
held as (
  select t.*
  from told t
  join public.portal_sentiment_jobs j
    on j.org_id = t.org_id and j.message_id = t.message_id and j.attempts = t.attempt and j.lease_until is not null
  order by t.org_id, t.message_id
  for update of j
),
waiting as (
  update public.portal_sentiment_jobs j
  set not_before = h.not_before, lease_until = null
  from held h
  where j.org_id = h.org_id and j.message_id = h.message_id and h.not_before is not null
),
over as (
  delete from public.portal_sentiment_jobs j
  using held h
  where j.org_id = h.org_id and j.message_id = h.message_id and h.not_before is null
),
judged as (
  update public.portal_messages m
  set sentiment = h.sentiment::portal.sentiment
  from held h
  where m.org_id = h.org_id and m.id = h.message_id and h.sentiment is not null
    and m.sender_type = 'portal_customer'
)
select to_jsonb(count(*)) from held
