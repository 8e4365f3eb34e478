-- What nobody has sent in time; a worker would find the same, but a channel may have none.
update public.portal_notifications n
set status = 'expired', last_error = 'too_late: nobody sent it in time', payload = n.payload - 'token'
from (
  select d.org_id, d.id
  from public.portal_notifications d
  where d.status = 'pending' and d.channel = any (enum_range(null::portal.notification_channel))
    and d.not_before <= now() and d.expires_at <= now()
  for update skip locked
) d
where n.org_id = d.org_id and n.id = d.id
