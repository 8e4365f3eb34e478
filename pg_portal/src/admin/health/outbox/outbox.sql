select
  case when min(n.not_before) < now() - interval '1 hour' then 'fail' else 'warn' end,
  format(
    'Nobody sends %s: %s notification(s) are overdue, the longest since %s. Start the gateway with its settings for %s; portal_admin.notification_queue shows them, and last_error what went wrong.',
    n.channel, count(*), min(n.not_before), n.channel)
from public.portal_notifications n
where n.status = 'pending' and n.channel = any (enum_range(null::portal.notification_channel))
  and n.not_before < now() - interval '5 minutes'
group by n.channel
order by n.channel
