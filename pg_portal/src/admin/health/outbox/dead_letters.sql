select 'warn', format(
  'Company %s: %s notification(s) by %s were given up, the last on %s: %s. Put right what is wrong, then call portal_admin.retry_notifications(org_id => %L, channel => %L, dry_run => false).',
  o.slug, count(*), n.channel, max(n.updated_at),
  (array_agg(coalesce(n.last_error, 'no error was given') order by n.updated_at desc))[1], o.id, n.channel)
from public.portal_notifications n
join public.orgs o on o.id = n.org_id
where n.status = 'dead'
group by o.id, o.slug, n.channel
order by o.slug, n.channel
