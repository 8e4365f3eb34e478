comment on function portal_internal.touch_updated_at() is 'Trigger: sets updated_at.';
comment on function portal_internal.keep_columns() is 'Trigger: refuses a change of the columns named as arguments.';
comment on function portal_internal.refuse_change() is 'Trigger: refuses every update, delete and truncate of an append-only table.';
comment on function portal_internal.copy_from_parent() is
  'Trigger: copies ids from the parent row, so that policies need no look-up. Arguments: the parent table, the column that points to it, the columns to copy.';
