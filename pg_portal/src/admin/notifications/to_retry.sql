-- What was given up and could still be of use. $1 organization, $2 event, $3 channel, $4 ids; null takes all.
select n.org_id, n.id, n.event, n.channel::text as channel, n.recipient, n.last_error
from public.portal_notifications n
where n.status = 'dead' and n.event <> 'invite_created'
  and coalesce(n.expires_at > now(), true)
  and ($1::uuid is null or n.org_id = $1)
  and ($2::text is null or n.event = $2)
  and ($3::text is null or n.channel = $3::portal.notification_channel)
  and ($4::uuid[] is null or n.id = any ($4))
order by n.created_at, n.id
