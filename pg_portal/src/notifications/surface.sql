-- Comments and grants of the outbox. Its functions are the gateway's alone: they answer addresses and texts.

comment on function portal_internal.claim_notifications(portal.notification_channel, integer, integer) is
  'Gives a worker up to batch (1 to 1000) notifications of a channel that are due, the longest waiting first, and those whose worker let its lease run out; each is the caller''s for lease_seconds (1 to 3600). Every row is looked at again: what is too late becomes expired; what is unwanted, overtaken or for a closed account canceled; what falls into quiet hours waits for their end; last_error says why. attempt: to be handed back to settle_notifications. facts: what the templates need. calendar: the appointment as a file, for e-mails about one. url, secret: of slack and webhook channels. Two workers never get the same row. Errors: PT400.';
grant execute on function portal_internal.claim_notifications(portal.notification_channel, integer, integer)
  to portal_gateway;

comment on function portal_internal.settle_notifications(jsonb) is
  'Takes back what became of claimed notifications: a list of {org_id, id, attempt, outcome, error}. outcome: sent; retry (tried again after 5 s, 5 min, 30 min, 2 h, 5 h, 10 h and 10 h, each up to a fifth shorter or longer, then dead; expired where that is too late); refused (dead at once); released (not tried, due again at once). A row whose lease was lost and that somebody else has claimed since is left alone. Answers how many were settled. Errors: PT400.';
grant execute on function portal_internal.settle_notifications(jsonb) to portal_gateway;

comment on function portal_internal.unsubscribe(text, boolean) is
  'Turns off the preference that a token in an e-mail names, and answers whose it was: the company, the category, and a hint of the address. With dry_run it only answers. Repeating it changes nothing. Errors: PT404.';
grant execute on function portal_internal.unsubscribe(text, boolean) to portal_gateway;
