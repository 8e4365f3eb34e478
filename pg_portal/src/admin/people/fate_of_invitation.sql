-- How often the invitation $1 was sent, and whether its message waits to be.
select jsonb_build_array(i.sent_count, exists (
  select from public.portal_notifications n
  where n.org_id = i.org_id and n.event = 'invite_created' and n.status = 'pending'
    and n.payload ->> 'invite_id' = i.id::text))
from public.portal_invites i
where i.id = $1
