-- The reader has read what others wrote. $1 organization, $2 thread, $3 the log-in, $4 the account (null: staff).
with unread as (
  select m.id
  from public.portal_messages m
  where m.org_id = $1 and m.thread_id = $2
    and case when $4 is null then m.sender_user_id is distinct from $3
      else m.sender_portal_account_id is distinct from $4 end
    and not exists (
      select from public.portal_message_reads r where r.org_id = $1 and r.message_id = m.id and r.user_id = $3)
),
noted as (
  insert into public.portal_message_reads (org_id, message_id, user_id, portal_account_id)
  select $1, u.id, $3, $4 from unread u
  on conflict do nothing
  returning message_id
),
first_read as (
  update public.portal_messages m
  set read_at = now()
  from noted n
  where m.org_id = $1 and m.id = n.message_id and m.read_at is null
    -- Another member of the household, or a colleague, is not the other side.
    and (m.sender_type = 'portal_customer') = ($4 is null)
)
select to_jsonb(count(*)) from noted
