-- DEFINER, because nobody may write the audit log directly.
alter function portal_internal.audit_row() security definer set search_path = pg_catalog, pg_temp;
comment on function portal_internal.audit_row() is
  'Trigger: writes who did what to the row, with the changed columns before and after. Arguments: the entity''s name, then columns whose values are left out (secrets, message bodies).';

comment on function portal_internal.seal_audit() is 'The step beneath portal_admin.seal_audit(). See there.';
comment on function portal_internal.verify_audit(uuid, text) is 'The step beneath portal_admin.verify_audit(). See there.';
comment on function portal_internal.purge_audit(interval, boolean) is 'The step beneath portal_admin.purge(). See there.';
comment on function portal_internal.make_audit_month(date) is
  'Makes the partition of the audit log for the month of that day, where there is none, and says whether it did; null makes the one for events without a month. For migrations: the due jobs make months by themselves.';
grant execute on function portal_internal.seal_audit(), portal_internal.verify_audit(uuid, text),
  portal_internal.purge_audit(interval, boolean)
  to service_role, portal_admin;

comment on function portal_admin.seal_audit() is
'Seals the audit log: gives every committed event that has none its number, and puts a seal under each batch of up to
1000 events of one company and month. Seals form a chain of hashes, one per company. The due jobs do the same for events
older than 5 minutes, so call it to have everything sealed now, and for the anchors.

Answers   A row per company that has a chain: org_id, org_slug, sealed (events sealed by this call), last_seq (number of
          the last sealed event), anchor (one line that stands for the whole chain). Keep anchors outside of the
          database, where its superusers cannot write: verify_audit(org_id, anchor) then also finds a chain that was cut
          off or built anew.
Again     Seals what came since. Waits for another session that seals. Whoever commits late gets a later number; nobody
          is left out.
Errors    None of its own.
Example   select org_slug, anchor from portal_admin.seal_audit();';

comment on function portal_admin.verify_audit(uuid, text) is
'Computes the chain of a company''s audit log anew, from the first seal to the last, and names the first place that is
not as it was sealed: an event that was changed, deleted, inserted, swapped or truncated, a seal that was changed or
deleted. Changes nothing, and works on a standby.

  org_id  The company.
  anchor  What seal_audit() answered at some time before; null, the default, compares with none.

Answers   One row: ok; first_bad (the place: an event with its number and id, or a seal with its events); checked (events
          found good); reason (a sentence that says what is wrong); anchor (of the chain as it stands). Events that wait
          to be sealed are no fault. Events of dropped months (purge) and erased personal data (erase_customer) are
          accepted where a sealed event says so, and nowhere else.
Limit     A superuser who rewrites events and computes every later hash anew leaves a chain that is right in itself. Only
          an anchor from before, kept elsewhere, tells.
Errors    PT404 not_found (the company), PT400 invalid_input (no anchor, or that of another company).
Example   select * from portal_admin.verify_audit((select id from public.orgs order by slug limit 1));';

comment on function portal_admin.purge(interval, boolean) is
'Drops whole months of the audit log, of all companies. Everything is sealed first; the seals stay, marked as purged, so
that the chain still verifies, and each company that loses events gets one that says so (audit_purged).

  older_than  A month goes when all of its events are older than this; at least 90 days.
  dry_run     True, the default: does it and takes it back.

Answers   A row per month: month (its first day, UTC), table_name, events, bytes (with indexes), what (what was done, or
          why the month stays).
Again     Finds nothing more to drop. Nobody writes or reads the log while its months are dropped, which is a moment; it
          waits for running reports and dumps for 5 seconds at most.
Errors    PT400 invalid_input (older_than is missing or too short), PT409 audit_log_in_use.
Example   select * from portal_admin.purge(interval ''7 years'');';

grant execute on function portal_admin.seal_audit(), portal_admin.verify_audit(uuid, text), portal_admin.purge(interval, boolean)
  to service_role, portal_admin;
grant execute on function portal_admin.verify_audit(uuid, text), portal_internal.verify_audit(uuid, text) to portal_readonly;
