-- DEFINER, because nobody may write the audit log directly.
alter function portal_internal.audit_row() security definer set search_path = pg_catalog, pg_temp;
comment on function portal_internal.audit_row() is
  'Trigger: writes who did what to the row, with the changed columns before and after. Arguments: the entity''s name, then columns whose values are left out (secrets, message bodies).';
