-- $1 organization, $2 customer, $3 location, $4 service, $5 and $6 the window as instants.
-- Who comes is settled later; the hold ends by itself when nobody decides (the policy's hold_minutes, else two days).
insert into public.work_orders
  (org_id, customer_id, location_id, service_type, status, window_start, window_end, hold_expires_at)
select
  $1::uuid, $2::uuid, $3::uuid, $4, 'tentative', $5::timestamptz, $6::timestamptz,
  now() + make_interval(mins => coalesce((
    select p.hold_minutes
    from public.booking_policies p
    where p.org_id = $1::uuid and (p.service_type = $4 or p.service_type is null)
    order by p.service_type nulls last
    limit 1), 2880))
returning to_jsonb(id)
