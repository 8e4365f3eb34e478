-- $1 company, $2 the proposal, $3 the one service, or null for all: what is not in the proposal stays.
update public.service_types s
set lead_time_minutes = n.lead_time_minutes, lead_time_business_hours_only = n.lead_time_business_hours_only,
  horizon_days = n.horizon_days, daily_cap = n.daily_cap
from public.service_types o
cross join lateral jsonb_populate_record(o, $2) n
where s.org_id = $1::uuid and o.org_id = s.org_id and o.id = s.id and ($3::text is null or s.code = $3)
