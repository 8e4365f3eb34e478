-- Comments and grants of booking.

comment on function portal.create_booking_request(
  text, text, uuid, jsonb, timestamptz, date, time, time, boolean, jsonb, text, text, boolean) is
  'Asks for a visit. Where: location_id, or new_location {address_line1, city, postal_code, label?, address_line2?, region?, country?, timezone?}. When: window_start of an offered window; or a preferred date, with both times or none, in the location''s wall clock; or flexible_date alone. A named window is reserved at once (appointment_id). attachments: up to 10 of {path, bucket?, name?, mime_type?, size_bytes?} below <org_id>/<customer_id>/ in Storage. With an idempotency_key, a repetition answers the first result; with dry_run, everything is checked and nothing kept. Errors: PT400 invalid_input, PT403 cannot_book_here, PT404, PT422 date_in_past, beyond_horizon, window_not_offered, attachment_not_yours, idempotency_key_reused.';
grant execute on function portal.create_booking_request(
  text, text, uuid, jsonb, timestamptz, date, time, time, boolean, jsonb, text, text, boolean) to authenticated;

comment on function portal_internal.guard_booking_request() is
  'Trigger: refuses what the booking rules forbid, whoever writes; fills in the customer and the first status.';

-- DEFINER, because customers cannot write jobs. It runs after the guard and before the policies' check of the new
-- row, and what it wrote is undone when that check fails.
alter function portal_internal.place_booking_request() security definer set search_path = pg_catalog, pg_temp;
comment on function portal_internal.place_booking_request() is
  'Trigger: reserves the window of a request with a tentative job.';
