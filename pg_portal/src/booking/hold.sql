-- Takes the time: the job, with its technician. A request that awaits a decision gives it back by itself when nobody
-- decides (the policy's hold_minutes, else a day).
-- $1 organization, $2 customer, $3 location, $4 service, $5 technician, $6 and $7 the window, $8 booked at once.
insert into public.work_orders
  (org_id, customer_id, location_id, service_type, technician_id, window_start, window_end, status, hold_expires_at)
select
  $1::uuid, $2::uuid, $3::uuid, $4, $5::uuid, $6::timestamptz, $7::timestamptz,
  case when $8 then 'scheduled' else 'tentative' end::portal.work_order_status,
  case when not $8 then now() + make_interval(mins => coalesce((
    select p.hold_minutes
    from public.booking_policies p
    where p.org_id = $1::uuid and (p.service_type = $4 or p.service_type is null)
    order by p.service_type nulls last
    limit 1), 1440)) end
returning to_jsonb(id)
