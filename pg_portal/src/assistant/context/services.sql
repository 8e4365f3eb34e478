-- What can be booked, without any id: {services}.
select jsonb_build_object('services', coalesce(jsonb_agg(jsonb_strip_nulls(jsonb_build_object(
  'name', s.name, 'category', s.category, 'description', s.description, 'duration_minutes', s.duration_minutes,
  'booking', s.booking_mode, 'is_emergency', s.is_emergency, 'notice_minutes', s.lead_time_minutes,
  'days_ahead', s.horizon_days, 'price_from', to_char(s.price_from_cents / 100.0, 'FM9999990.00')))
  order by s.category, s.name), '[]'))
from (select * from portal.services order by category, name limit 40) s
