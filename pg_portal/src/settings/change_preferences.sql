-- $1 organization, $2 account, $3 to $11 the new values, or null where one stays; $12 takes the quiet hours away.
update public.portal_notification_preferences p
set notify_booking_updates_email = coalesce($3, p.notify_booking_updates_email),
    notify_booking_updates_sms = coalesce($4, p.notify_booking_updates_sms),
    notify_marketing_email = coalesce($5, p.notify_marketing_email),
    notify_marketing_sms = coalesce($6, p.notify_marketing_sms),
    notify_technician_enroute = coalesce($7, p.notify_technician_enroute),
    notify_messages_email = coalesce($8, p.notify_messages_email),
    quiet_hours_start = case when not $12 then coalesce($9, p.quiet_hours_start) end,
    quiet_hours_end = case when not $12 then coalesce($10, p.quiet_hours_end) end,
    timezone = coalesce($11, p.timezone)
where p.org_id = $1 and p.portal_account_id = $2
