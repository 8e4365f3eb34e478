-- Comments and grants of the small helpers.

comment on function portal_internal.new_reference(text) is
  'A short random reference for people, such as J-7KQ2M9XA, without letters that are mistaken on the phone.';
comment on function portal_internal.is_time_zone(text) is 'True for an IANA time zone name such as America/Chicago.';
grant execute on function portal_internal.new_reference(text) to authenticated, service_role;
grant execute on function portal_internal.is_time_zone(text) to authenticated, service_role;
