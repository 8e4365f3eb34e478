-- The jobs of company $1 between $3 and $4 that existed at $5, where they stand today; without job $6. Of those that
-- nobody is assigned to, only what somebody who can do service $2 could do.
select w.technician_id, lower(w.blocked), upper(w.blocked), w.window_start, s.is_emergency, w.service_type = $2
from public.work_orders w
join public.service_types s on s.org_id = w.org_id and s.code = w.service_type
where w.org_id = $1::uuid and w.blocked && tstzrange($3, $4) and w.created_at < $5
  and (w.status <> 'canceled' or w.canceled_at > $5) and w.id is distinct from $6::uuid
  and (w.technician_id is not null or exists (
    select from public.technician_skills mine
    join public.technician_skills theirs on theirs.org_id = mine.org_id and theirs.technician_id = mine.technician_id
    where mine.org_id = w.org_id and mine.service_type = $2 and theirs.service_type = w.service_type))
