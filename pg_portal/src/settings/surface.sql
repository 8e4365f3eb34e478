-- Comments and grants of settings.

comment on function portal.dashboard() is
  'What the portal opens with, in one call: next_appointment (the first that is scheduled or under way, or null), upcoming_count, open_threads, unread_messages, outstanding_invoices {count, total_cents, currency: the company''s}, recent_ai_conversations (up to three, the latest first; first_question: how it begins, or null), pending_requests (not yet appointments). With location_id: of that location alone. For portal accounts. Errors: PT400 org_required; PT401; PT403 no_active_account.';
grant execute on function portal.dashboard() to authenticated;

comment on function portal.dashboard(uuid) is
  'The same of one location: what is there, and the conversations and bills of its customer that are for no single location; recent_ai_conversations are always all. Null is every location. Errors: those of dashboard(); PT404 unknown location.';
grant execute on function portal.dashboard(uuid) to authenticated;

comment on function portal.settings() is
  'The page of settings in one call: {profile, account, organization, locations, contacts, notification_preferences, security}; account and notification_preferences are null for staff. security: email and phone with email_verified and phone_verified, mfa_enabled, factors [{id, type, name, created_at}], last_sign_in_at. Passwords and factors are changed through supabase.auth. Errors: PT400 org_required; PT401; PT403 no_active_account.';
grant execute on function portal.settings() to authenticated;

comment on function portal.update_profile(text, text, text) is
  'Changes the caller''s own profile at this company; what is left out stays. phone: international form, or ten North American digits. preferred_language: a code like en or es-MX. The log-in''s own e-mail and phone are changed through supabase.auth. Errors: PT400 invalid_input; PT401; PT403 no_active_account; PT404.';
grant execute on function portal.update_profile(text, text, text) to authenticated;

comment on function portal.update_notification_preferences(
  boolean, boolean, boolean, boolean, boolean, boolean, time, time, text, boolean) is
  'Says what the caller''s account wants to be told, and how; what is left out stays. Quiet hours are given with start and end, in timezone (IANA; the company''s where it was never set); the end may lie before the start, when midnight is between; clear_quiet_hours takes them away. Errors: PT400 invalid_input; PT401; PT403 no_active_account.';
grant execute on function portal.update_notification_preferences(
  boolean, boolean, boolean, boolean, boolean, boolean, time, time, text, boolean) to authenticated;

comment on function portal.add_location(text, jsonb, text) is
  'Adds an address to the caller''s customer. address: {address_line1, city, postal_code, label?, address_line2?, region?, country?, timezone?} as in create_booking_request; label and timezone may also be given beside it; without a timezone the company''s counts. With an Idempotency-Key header, a repetition answers the first result. Errors: PT400 invalid_input; PT401; PT403 no_active_account, not_allowed (for people who may not book for the whole customer); PT422 idempotency_key_reused.';
grant execute on function portal.add_location(text, jsonb, text) to authenticated;

comment on function portal.update_location(uuid, text, jsonb, text, boolean) is
  'Changes an address; what is left out stays, key by key, and null takes an optional part away. is_primary true makes it the customer''s primary location instead of the present one. For the office and for people who may book for the whole customer. Errors: PT400 invalid_input; PT401; PT403 cannot_change_location; PT404.';
grant execute on function portal.update_location(uuid, text, jsonb, text, boolean) to authenticated;

comment on function portal.my_sessions() is
  'Where the caller is signed in, the session seen last first; last_seen_at is when it was last refreshed, and is_current marks the one that asks. Empty where Supabase Auth does not keep the sessions. Errors: PT401.';
grant execute on function portal.my_sessions() to authenticated;

comment on function portal.revoke_session(uuid) is
  'Ends one of the caller''s own sessions: it cannot be refreshed any more, and its access token lapses at its own time. Goes to the audit log (session_revoked). Errors: PT401; PT403 no_active_account; PT404 for an absent session and another person''s alike.';
grant execute on function portal.revoke_session(uuid) to authenticated;

comment on function portal_internal.security_facts() is
  'The part of portal.settings that comes from Supabase Auth, of the caller alone. DEFINER, because callers cannot read schema auth.';
grant execute on function portal_internal.security_facts() to authenticated;
comment on function portal_internal.change_profile(text, text, text) is
  'The step beneath portal.update_profile. DEFINER, because callers cannot write profiles, where roles are kept.';
grant execute on function portal_internal.change_profile(text, text, text) to authenticated;
comment on function portal_internal.own_sessions() is
  'The step beneath portal.my_sessions. DEFINER, because callers cannot read schema auth.';
grant execute on function portal_internal.own_sessions() to authenticated;
comment on function portal_internal.end_session(uuid) is
  'The step beneath portal.revoke_session: ends the session and writes the audit log. DEFINER, because callers can do neither.';
grant execute on function portal_internal.end_session(uuid) to authenticated;
