-- Comments and grants of the account functions. The steps in portal_internal run as portal_owner and re-check
-- every right themselves; clients cannot reach that schema, only the functions of portal call them.

comment on function portal.sign_up(text, text, text, text, text) is
  'Opens a portal account at a company for the signed-in user. It is linked to an existing customer only by something verified: an invitation token, the confirmed e-mail or phone, or a job or quote reference together with one of them; otherwise a new customer is made. linked_by says which. Calling it again answers the same account. Errors: PT401 not_signed_in, PT403 anonymous_user, account_suspended, account_closed, PT404 unknown company or invitation, PT410 invite_expired, invite_used, invite_revoked.';
comment on function portal.accept_invite(text) is
  'Accepts an invitation with the token from the link. Works once; the same person may repeat it. A person who has an account at the company gains what the invitation names. Errors: PT401, PT404, PT410 invite_expired, invite_used, invite_revoked.';
comment on function portal.invite_contact(text, text, text, uuid[], uuid) is
  'Invites somebody to the portal by e-mail: to single locations, or to the whole customer when location_ids is left out. Property managers invite for customers they manage, staff for any customer (customer_id). The token is shown once; inviting the same address again makes the earlier token void. Errors: PT400, PT403 role_not_yours_to_give, PT404.';
comment on function portal.revoke_contact(uuid) is
  'Takes a contact''s access away, at once: closes the account, or ends its grants where the account belongs to another customer. For property managers and staff. Errors: PT403, PT404, PT422 own_account.';
comment on function portal.company(text) is
  'What anybody may know of a company whose slug they name, before they sign in: name, time zone, whom to call or write to, colour and logo. No row for an unknown slug, and for a company whose portal is closed. After sign-in settings() tells the same of the caller''s own. Errors: PT400 invalid_input (no slug).';
grant execute on function portal.company(text) to anon, authenticated;

comment on function portal.record_event(text, jsonb) is
  'Reports what only the client knows, such as login, logout or profile_viewed, for the audit log. Errors: PT400, PT401, PT422 event_not_allowed with the list.';

grant execute on function portal.sign_up(text, text, text, text, text) to authenticated;
grant execute on function portal.accept_invite(text) to authenticated;
grant execute on function portal.invite_contact(text, text, text, uuid[], uuid) to authenticated;
grant execute on function portal.revoke_contact(uuid) to authenticated;
grant execute on function portal.record_event(text, jsonb) to authenticated;

comment on function portal_internal.link_account(text, text, text, text, text) is
  'Privileged step of portal.sign_up. DEFINER, because it reads customers that the caller cannot see yet, and auth.users.';
comment on function portal_internal.accept_invitation(text) is
  'Privileged step of portal.accept_invite. DEFINER, because the caller has no account yet.';
comment on function portal_internal.create_invitation(text, text, text, uuid[], uuid) is
  'Privileged step of portal.invite_contact. DEFINER, because callers have no grant on the table of invitations.';
comment on function portal_internal.close_contact(uuid) is
  'Privileged step of portal.revoke_contact. DEFINER, because callers cannot change accounts.';
comment on function portal_internal.report_event(text, jsonb) is
  'Privileged step of portal.record_event. DEFINER, because nobody may write the audit log directly.';

grant execute on function portal_internal.link_account(text, text, text, text, text) to authenticated;
grant execute on function portal_internal.accept_invitation(text) to authenticated;
grant execute on function portal_internal.create_invitation(text, text, text, uuid[], uuid) to authenticated;
grant execute on function portal_internal.close_contact(uuid) to authenticated;
grant execute on function portal_internal.report_event(text, jsonb) to authenticated;

-- DEFINER, because whoever makes an account (a privileged step, a script of the company) need not know of preferences.
alter function portal_internal.init_account() security definer set search_path = pg_catalog, pg_temp;
comment on function portal_internal.init_account() is 'Trigger: gives a new account its notification preferences.';
