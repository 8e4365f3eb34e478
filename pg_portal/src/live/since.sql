-- What has become visible since the snapshot $1, and the snapshot of this very look. A transaction that commits late is
-- still one that $1 has not seen, however old its rows are. Rows that a restored dump brought from another cluster bear
-- numbers that are still to come here; they are nobody's news.
select
  pg_current_snapshot()::text,
  coalesce((
    select jsonb_agg(to_jsonb(e) order by e.occurred_at, e.id)
    from public.portal_live_events e
    where e.transaction_id >= pg_snapshot_xmin($1::pg_snapshot)
      and not pg_visible_in_snapshot(e.transaction_id, $1::pg_snapshot)
      and e.transaction_id < pg_snapshot_xmax(pg_current_snapshot())), '[]')
