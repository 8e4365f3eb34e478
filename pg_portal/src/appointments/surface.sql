-- Comments and grants of appointments.

comment on function portal.appointment_policy(uuid) is
  'What the caller may do with an appointment, before they try; reschedule_appointment and cancel_appointment follow the same rules. can_reschedule, can_cancel: whether it is possible now. reschedule_until, cancel_until: the last moment, null where no notice binds (a time that is only held, or a late company). reschedule_refusal, cancel_refusal: why a customer may not, one of inside_notice, too_many_moves, already_under_way, already_over, cannot_book_here, cannot_cancel_here; staff see it too, although they may go beyond the first two. reschedule_message, cancel_message: the same as a sentence, in the wall clock of the location. fee_cents: what canceling now costs, in cents of currency; fee_free_until: when it stops being free. reschedules_left: moves left. contact_phone, contact_email: whom to ask. Errors: PT401, PT404.';
comment on function portal.reschedule_appointment(uuid, timestamptz, text, text, boolean) is
  'Moves an appointment to the window that begins at window_start, one of available_windows; the technician stays where they are free then. The old window is kept when the move fails. reason: up to 1000 characters, shown in the timeline; staff who go beyond the policy must give one, and the audit log keeps it. With an idempotency_key, a repetition answers the first result; with dry_run, everything is checked and nothing kept. Errors: PT400 invalid_input, PT403 cannot_book_here, PT404, PT409 slot_taken, day_full, PT422 inside_notice with allowed_until, too_many_moves, already_under_way, already_over (these four with contact_phone, contact_email), same_window, reason_required, idempotency_key_reused, and the refusals of a window as create_booking_request gives them. Refusals carry up to three alternatives.';
comment on function portal.cancel_appointment(uuid, text, text, boolean) is
  'Cancels an appointment; fee_cents is what that costs, in cents of the company''s currency. reason: up to 1000 characters, shown in the timeline; staff who go beyond the policy or waive a fee must give one, and the audit log keeps it. What staff cancel costs nothing. With an idempotency_key, a repetition answers the first result; with dry_run, everything is checked and nothing kept. Errors: PT400 invalid_input, PT403 cannot_cancel_here, PT404, PT422 inside_notice with allowed_until, already_under_way, already_over (these three with contact_phone, contact_email), reason_required, idempotency_key_reused.';
comment on function portal.appointment_status(uuid) is
  'Where an appointment stands, for polling: status, eta, technician_name, updated_at. Errors: PT401, PT404.';
comment on function portal.appointment_calendar(uuid) is
  'An appointment as a calendar file, for requests with Accept: text/calendar. Its UID stays the same and its SEQUENCE rises with every move, cancellation and confirmation, so that a calendar replaces what it has; a canceled appointment is a file that takes it out. Errors: PT401, PT404.';
comment on function portal.set_appointment_status(uuid, text, timestamptz, text) is
  'For staff: reports where a job stands; the office on any job, technicians on their own. status: scheduled, en_route, on_site, completed, canceled or no_show; null to report an eta or a note alone. eta: when the technician expects to arrive; after the end of the window the customer is told running_late. note: up to 1000 characters for the customer''s timeline. Errors: PT400 invalid_input, PT403 staff_only, PT404, PT422 status_not_allowed with the statuses allowed.';
comment on function portal.assign_technician(uuid, uuid) is
  'For the office: gives a job to a technician. Errors: PT403 staff_only, PT404 unknown appointment or technician, PT409 technician_busy with up to three technicians {id, name} who are free then, PT422 technician_unsuited, already_over.';
grant execute on function portal.appointment_policy(uuid) to authenticated;
grant execute on function portal.reschedule_appointment(uuid, timestamptz, text, text, boolean) to authenticated;
grant execute on function portal.cancel_appointment(uuid, text, text, boolean) to authenticated;
grant execute on function portal.appointment_status(uuid) to authenticated;
grant execute on function portal.appointment_calendar(uuid) to authenticated;
grant execute on function portal.set_appointment_status(uuid, text, timestamptz, text) to authenticated;
grant execute on function portal.assign_technician(uuid, uuid) to authenticated;

comment on function portal_internal.move_appointment(uuid, timestamptz, text) is
  'Privileged step of portal.reschedule_appointment. DEFINER, because customers cannot write jobs; it re-checks who asks.';
comment on function portal_internal.end_appointment(uuid, text) is
  'Privileged step of portal.cancel_appointment. DEFINER, because customers cannot write jobs; it re-checks who asks.';
grant execute on function portal_internal.move_appointment(uuid, timestamptz, text) to authenticated;
grant execute on function portal_internal.end_appointment(uuid, text) to authenticated;

comment on function portal_internal.is_fee_schedule(jsonb) is
  'True for an array of at most 20 objects {notice_minutes, fee_cents}: 0 to 43200 minutes, each once, and 0 to 10000000 cents.';
grant execute on function portal_internal.is_fee_schedule(jsonb) to authenticated, service_role;

comment on function portal_internal.guard_work_order() is
  'Trigger: refuses a status that may not follow and a technician without the skill; works out which time a job takes (its window or duration, whichever is longer, with the service''s buffers) and waits for others who take time on those days; keeps ics_sequence, completed_at, canceled_at and what ends with a change.';

-- DEFINER, because those who change a job cannot write its timeline as somebody else, nor the request behind it.
alter function portal_internal.record_work_order_change() security definer set search_path = pg_catalog, pg_temp;
comment on function portal_internal.record_work_order_change() is
  'Trigger: writes what happened to a job into its timeline, takes the request behind it along, and tells those who watch through Realtime where it is installed.';
