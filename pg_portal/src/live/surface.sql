-- Comments and grants of live news.

comment on function portal.live_position() is
  'Where the stream of events stands now: an id for Last-Event-ID. A client that asks for it before it reads, and then listens from there, hears of whatever has changed since it read, and need not read everything again. Errors: PT401; PT403 no_active_account.';
grant execute on function portal.live_position() to authenticated;

comment on function portal_internal.live_events(text) is
  'For the gateway: the live news that has become visible since a snapshot that this function answered before (events, a list of rows of portal_live_events, oldest first), and the snapshot to ask with next. Without since, or null, there are no events. Nothing is missed or told twice, however late a transaction commits. Errors: PT400.';
grant execute on function portal_internal.live_events(text) to portal_gateway;

-- DEFINER, because those who change somebody's access cannot write live news.
alter function portal_internal.tell_access_change() security definer set search_path = pg_catalog, pg_temp;
comment on function portal_internal.tell_access_change() is
  'Trigger: tells event streams that the access of a log-in has changed, so that they look again at what it may hear.';
