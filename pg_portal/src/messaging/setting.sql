-- What a new message meets, in its locked thread. $1 organization, $2 thread, $3 the sender's own id for it, $4 who
-- writes (portal.sender_type), $5 the account, $6 the log-in, $7 a name that comes with it, $8 the message.
select jsonb_build_object(
  'now', now(),
  'next', greatest(clock_timestamp(), t.last_message_at + interval '1 microsecond'),
  'is_stored', exists (
    select from public.portal_messages m where m.org_id = $1 and m.thread_id = $2 and m.client_message_id = $3)
    or exists (select from public.portal_messages m where m.org_id = $1 and m.id = $8),
  'sender_name', coalesce(
    $7,
    case $4
      when 'portal_customer' then coalesce(
        (select p.full_name
         from public.portal_accounts a
         join public.profiles p on p.org_id = a.org_id and p.user_id = a.user_id
         where a.org_id = $1 and a.id = $5),
        (select c.full_name from public.customers c where c.org_id = $1 and c.id = t.customer_id))
      when 'internal_user' then coalesce(
        (select p.full_name from public.profiles p where p.org_id = $1 and p.user_id = $6),
        (select d.display_name from public.technicians d where d.org_id = $1 and d.user_id = $6))
    end,
    (select o.name from public.orgs o where o.id = $1)))
from public.portal_threads t
where t.org_id = $1 and t.id = $2
