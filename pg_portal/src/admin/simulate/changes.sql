-- Moves and cancellations by customers. $1 company, $2 days, $3 the one service, or null for all.
select coalesce(jsonb_agg(jsonb_build_object(
  'service_type', w.service_type, 'at', e.occurred_at, 'is_move', e.event_type = 'moved',
  'visit', jsonb_build_object(
    'status', coalesce(before.status, 'scheduled'),
    'window_start', coalesce(before.window_start, w.window_start),
    'window_end', coalesce(before.window_end, w.window_end),
    'eta', before.eta,
    'created_at', w.created_at,
    'reschedule_count', coalesce(before.moves, 0))) order by e.occurred_at), '[]')
from public.work_order_events e
join public.work_orders w on w.org_id = e.org_id and w.id = e.work_order_id
-- What the timeline says of the visit just before: the last of each.
left join lateral (
  select
    (array_agg(p.status order by p.occurred_at desc) filter (where p.status is not null))[1] as status,
    (array_agg(p.window_start order by p.occurred_at desc) filter (where p.window_start is not null))[1] as window_start,
    (array_agg(p.window_end order by p.occurred_at desc) filter (where p.window_end is not null))[1] as window_end,
    (array_agg(p.eta order by p.occurred_at desc))[1] as eta,
    count(*) filter (where p.event_type = 'moved' and p.actor_type = 'portal_user') as moves
  from public.work_order_events p
  where p.org_id = e.org_id and p.work_order_id = e.work_order_id and p.occurred_at < e.occurred_at) before on true
where e.org_id = $1::uuid and e.occurred_at >= now() - make_interval(days => $2)
  and e.event_type in ('moved', 'canceled') and e.actor_type = 'portal_user'
  and ($3::text is null or w.service_type = $3)
