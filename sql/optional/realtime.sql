-- Optional, for Supabase Realtime: lets people listen to what happens to their appointments, requests and conversations.
--
--   supabase.channel(`portal:${org_id}:${customer_id}`, { config: { private: true } })
--     .on('broadcast', { event: 'appointment_status' }, ({ payload }) => …)         // { id, status }
--     .on('broadcast', { event: 'booking_request_updated' }, ({ payload }) => …)
--     .on('broadcast', { event: 'message_created' }, ({ payload }) => …)            // { id, status, thread_id }
--     .subscribe()
--
-- A topic tells of the whole customer, so it is open to those who see the whole customer, and to the office for every
-- customer. Who sees single locations only listens to Postgres Changes, which follow row level security: all the news is
-- in public.portal_live_events. The gateway's GET /portal/v1/events tells the same without Realtime.
--
-- Run by a superuser (supabase_admin), like sql/install.sql; running it again changes nothing. It says what it did.
-- Tested in a database that has Realtime's table, functions and publication, but not with a running Realtime server.
-- Remove with: revoke usage on schema realtime from portal_owner; then nothing is sent any more.

do $$
begin
  if to_regclass('realtime.messages') is null or to_regprocedure('realtime.topic()') is null
    or to_regprocedure('realtime.send(jsonb,text,text,boolean)') is null then
    raise exception 'this database has no realtime.messages, realtime.topic() or realtime.send(), so nobody could listen'
      using hint = 'Start a current Supabase Realtime once, which makes them, then run this file again.';
  end if;

  -- The triggers of pg_portal send as portal_owner.
  grant usage on schema realtime to portal_owner;
  grant insert on realtime.messages to portal_owner;
  grant execute on function realtime.send(jsonb, text, text, boolean) to portal_owner;
  drop policy if exists "pg_portal sends" on realtime.messages;
  create policy "pg_portal sends" on realtime.messages
    for insert to portal_owner
    with check (extension = 'broadcast' and split_part(topic, ':', 1) = 'portal');

  drop policy if exists "portal users receive what concerns their customers" on realtime.messages;
  -- The ids are compared as text: a topic is whatever a client asks for.
  create policy "portal users receive what concerns their customers" on realtime.messages
    for select to authenticated
    using (
      extension = 'broadcast'
      and split_part((select realtime.topic()), ':', 1) = 'portal'
      and split_part((select realtime.topic()), ':', 2) = (select portal_internal.org_id())::text
      and (
        (select portal_internal.is_office())
        or split_part((select realtime.topic()), ':', 3) = any ((select portal_internal.whole_customer_ids())::text[])
      )
    );
  raise notice 'Broadcast: pg_portal sends, and portal users may listen to portal:<org_id>:<customer_id>.';
end $$;

-- Postgres Changes, where the project uses them: each listener gets the rows that row level security shows them.
do $$
declare
  publication pg_catalog.pg_publication;
  watched regclass;
begin
  select * into publication from pg_catalog.pg_publication where pubname = 'supabase_realtime';
  if publication.oid is null then
    raise notice 'Postgres Changes: there is no publication supabase_realtime, so nothing was added to it.';
    return;
  end if;
  foreach watched in array array[
    'public.portal_live_events', 'public.work_orders', 'public.portal_booking_requests', 'public.portal_messages'
  ]::regclass[] loop
    if publication.puballtables
      or exists (select from pg_catalog.pg_publication_rel where prpubid = publication.oid and prrelid = watched) then
      raise notice 'Postgres Changes: % was published already.', watched;
    else
      execute format('alter publication supabase_realtime add table %s', watched);
      raise notice 'Postgres Changes: % is published now.', watched;
    end if;
  end loop;
end $$;
