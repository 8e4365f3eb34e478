comment on function portal_internal.guard_work_order() is
  'Trigger: works out which time a job takes from its technician: the window with the service''s buffers around it.';
