-- Proves: quiet hours hold back what can wait until their end, in the zone of the person or the company; what would then
-- be too late is kept as expired, never dropped; what cannot wait goes out at once.
begin;
\ir people.psql
\ir outbox.psql
select plan(12);

-- Quiet from an hour ago until then, on the clock of a zone.
create function pg_temp.quiet(ends interval, zone text default 'UTC', own boolean default true) returns void language sql as $$
  update public.portal_notification_preferences
  set quiet_hours_start = (now() at time zone zone)::time - interval '1 hour', quiet_hours_end = (now() at time zone zone)::time + ends,
      timezone = case when own then zone end
  where portal_account_id = pg_temp.id('dana/account')
$$;
create function pg_temp.row(job text, event text) returns public.portal_notifications language sql as $$
  select n from public.portal_notifications n where n.work_order_id = pg_temp.id(job) and n.event = row.event
$$;

select pg_temp.quiet('5 hours') \g /dev/null
select pg_temp.job('dana', 'far', 3, 'scheduled') \g /dev/null
select is((pg_temp.row('dana/far', 'appointment_scheduled')).not_before, now() + interval '5 hours', 'what can wait, waits until the end');
select is((pg_temp.row('dana/far', 'appointment_scheduled')).status::text, 'pending', 'and is not lost');
select pg_temp.job('dana', 'near', 0, 'scheduled', '1 hour') \g /dev/null
select is((pg_temp.row('dana/near', 'appointment_scheduled')).status::text, 'expired', 'what would come when it is over is not sent');
select is((pg_temp.row('dana/near', 'appointment_scheduled')).last_error, 'quiet_hours: they end after it has expired', 'and says why');
update public.work_orders set status = 'en_route' where id = pg_temp.id('dana/near');
select is((pg_temp.row('dana/near', 'appointment_en_route')).not_before, now(), 'a technician on the way is told at once');

select pg_temp.quiet('5 hours', 'America/Chicago', own => false) \g /dev/null
select pg_temp.job('dana', 'local', 4, 'scheduled') \g /dev/null
select is((pg_temp.row('dana/local', 'appointment_scheduled')).not_before, now() + interval '5 hours', 'without a zone of their own the company''s clock counts');
select pg_temp.quiet('5 hours', 'Asia/Kathmandu') \g /dev/null
select pg_temp.job('dana', 'abroad', 6, 'scheduled') \g /dev/null
select is((pg_temp.row('dana/abroad', 'appointment_scheduled')).not_before, now() + interval '5 hours', 'with one, theirs');

-- A reminder that falls into the night waits for the morning, unless that is after the appointment.
update public.portal_notification_preferences set quiet_hours_start = '20:00', quiet_hours_end = '09:00', timezone = 'America/Chicago'
where portal_account_id = pg_temp.id('dana/account');
select pg_temp.job('dana', 'early', 7, 'scheduled') \g /dev/null
select is((pg_temp.row('dana/early', 'appointment_reminder_2h')).not_before, pg_temp.at('09:00', 7), 'two hours before ten is still quiet, so it waits until nine');
update public.work_orders set window_start = pg_temp.at('08:00', 8), window_end = pg_temp.at('10:00', 8) where id = pg_temp.id('dana/early');
select is((select status::text from public.portal_notifications where work_order_id = pg_temp.id('dana/early') and event = 'appointment_reminder_2h' and expires_at = pg_temp.at('08:00', 8)),
  'expired', 'one that could only come after eight is not sent');

update public.portal_notification_preferences set quiet_hours_start = '20:00', quiet_hours_end = '20:00' where portal_account_id = pg_temp.id('dana/account');
select pg_temp.job('dana', 'any', 9, 'scheduled') \g /dev/null
select is((pg_temp.row('dana/any', 'appointment_scheduled')).not_before, now(), 'hours that begin and end at once are none');
update public.portal_notification_preferences set quiet_hours_start = '00:00', quiet_hours_end = '24:00' where portal_account_id = pg_temp.id('dana/account');
select pg_temp.job('dana', 'all day', 10, 'scheduled') \g /dev/null
select is((pg_temp.row('dana/all day', 'appointment_scheduled')).not_before, now(), 'nor do whole days hold anything back for good');
select pg_temp.office() \g /dev/null
select pg_temp.quiet('5 hours') \g /dev/null
select pg_temp.ask('dana', 'night', 'No heat') \g /dev/null
select is((select n.not_before from public.portal_notifications n where n.event = 'booking_request_created' and n.channel_id = pg_temp.id('office')), now(),
  'the office has no quiet hours');

select * from finish();
rollback;
