-- Comments and grants of scheduling.

comment on function portal.available_windows(uuid, text, date, date) is
  'The windows that can be booked for a service at a location, by start: instants, and date and times in the location''s wall clock. capacity: how many more visits fit. from_date: default today; to_date: default 14 days on; at most 62 days. What is listed here is what create_booking_request and reschedule_appointment accept as window_start. Errors: PT400 invalid_input, PT401, PT404.';
grant execute on function portal.available_windows(uuid, text, date, date) to authenticated;

comment on function portal_internal.free_windows(uuid, text, date, date) is
  'The step beneath portal.available_windows: reads shifts and jobs that the caller may not see, and answers free windows only.';
grant execute on function portal_internal.free_windows(uuid, text, date, date) to authenticated;
