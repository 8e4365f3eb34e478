-- Comments and grants of booking.

comment on function portal.create_booking_request(
  text, text, uuid, jsonb, timestamptz, date, time, time, boolean, jsonb, text, text, boolean) is
  'Asks for a visit. Where: location_id, or new_location {address_line1, city, postal_code, label?, address_line2?, region?, country?, timezone?}. When: window_start of a window from available_windows; or preferred_service_date with preferred_time_window_start (and its end), which name an offered window in the location''s wall clock; or a date, or flexible_date, for which the company proposes a time. A named window is taken at once: an instant service is scheduled, another is held (tentative) until the company decides. With flexible_date a window that is not to be had goes to the company instead of being refused. safety_notice, where the answer has one, is to be shown before anything else. attachments: up to 10 of {path, bucket?, name?, mime_type?, size_bytes?} below <org_id>/<customer_id>/ in Storage. With an idempotency_key, a repetition answers the first result; with dry_run, everything is checked and nothing kept. Errors: PT400 invalid_input; PT403 cannot_book_here; PT404; PT409 slot_taken, day_full; PT422 window_not_offered, date_in_past, beyond_horizon, inside_lead_time, holiday, outside_service_area, nobody_can_do_it, attachment_not_yours, idempotency_key_reused. Refusals of a window carry up to three alternatives in details.';
grant execute on function portal.create_booking_request(
  text, text, uuid, jsonb, timestamptz, date, time, time, boolean, jsonb, text, text, boolean) to authenticated;

comment on function portal.cancel_booking_request(uuid, text, text) is
  'Takes a request back that has not become an appointment yet, and gives the held time free. Repeating it answers the same row. Errors: PT403 cannot_cancel_here; PT404; PT422 already_scheduled (use cancel_appointment), status_not_allowed.';
grant execute on function portal.cancel_booking_request(uuid, text, text) to authenticated;

comment on function portal.review_booking_request(uuid, text, timestamptz, uuid, text) is
  'For the office: decides on a request. decision approve: the held time becomes the appointment; window_start takes another time (an offered window; with technician_id any time to come); a hold that has lapsed is taken again when still free; a request without any time becomes approved. decision reject: needs a note for the customer. Errors: PT400 invalid_input; PT403 not_allowed; PT404; PT409 slot_taken, day_full, technician_busy; PT422 reason_required, status_not_allowed, technician_unsuited and the refusals of create_booking_request.';
grant execute on function portal.review_booking_request(uuid, text, timestamptz, uuid, text) to authenticated;

-- DEFINER, because customers cannot write jobs, nor see whose time is free. The guard runs before the policies' check
-- of the new row, and what it wrote is undone when that check fails.
alter function portal_internal.guard_booking_request() security definer set search_path = pg_catalog, pg_temp;
comment on function portal_internal.guard_booking_request() is
  'Trigger: refuses what the booking rules forbid, whoever writes; takes the window of a new request with a job, and fills in the customer, the status and the safety notice.';
alter function portal_internal.follow_booking_request() security definer set search_path = pg_catalog, pg_temp;
comment on function portal_internal.follow_booking_request() is
  'Trigger: does to the job what was decided about its request.';

comment on function portal_internal.withdraw_request(uuid, text) is
  'The step beneath portal.cancel_booking_request: may the caller, and may the request; then its status.';
grant execute on function portal_internal.withdraw_request(uuid, text) to authenticated;
