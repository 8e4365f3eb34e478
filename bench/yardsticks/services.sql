select s.org_id, s.id, s.code, s.name, s.category, s.description, s.duration_minutes, s.booking_mode, s.is_emergency,
  s.lead_time_minutes, s.horizon_days, s.price_from_cents
from public.service_types s
where s.org_id = $org and s.is_active
