-- $1 organization, $2 message. The columns of portal.message_row, as the caller may see them.
select to_jsonb(answer)
from (
  select
    m.id, m.org_id, m.thread_id, m.customer_id, m.location_id, m.related_work_order_id as appointment_id,
    m.sender_type, m.sender_name, m.body, m.attachments, m.client_message_id, m.sent_at, m.read_at,
    coalesce(m.sender_portal_account_id = portal_internal.account_id(), false)
      or coalesce(m.sender_user_id = portal_internal.user_id(), false) as is_mine
  from public.portal_messages m
  where m.org_id = $1 and m.id = $2
) answer
