-- $1 organization, $2 appointment. What its customer may know of a job: for staff as well, so that they see what the
-- customer sees. Row level security narrows it to the caller's rights; bills, for one, need the right to see bills.
with job as materialized (
  select
    w.id, w.reference, w.customer_id, w.location_id, w.status, w.service_type, s.name as service_name,
    l.label as location_label, l.timezone, w.window_start, w.window_end, w.eta,
    w.technician_id, t.display_name as technician_name, t.avatar_url as technician_avatar,
    w.job_summary, w.completed_at, w.canceled_at, w.created_at, w.updated_at
  from public.work_orders w
  left join public.service_types s on s.org_id = w.org_id and s.code = w.service_type
  left join public.customer_locations l on l.org_id = w.org_id and l.id = w.location_id
  left join public.technicians t on t.org_id = w.org_id and t.id = w.technician_id
  where w.org_id = $1 and w.id = $2
)
select jsonb_build_object(
  'job', to_jsonb(job),
  'timeline', coalesce((
    select jsonb_agg(jsonb_build_object(
      'id', e.id, 'event_type', e.event_type, 'status', e.status, 'note', e.note, 'window_start', e.window_start,
      'window_end', e.window_end, 'eta', e.eta, 'occurred_at', e.occurred_at) order by e.occurred_at, e.id)
    from public.work_order_events e
    where e.org_id = $1 and e.work_order_id = job.id), '[]'),
  'notes', coalesce((
    select jsonb_agg(jsonb_build_object(
      'id', n.id, 'body', n.body, 'author_name', n.author_name, 'created_at', n.created_at)
      order by n.created_at, n.id)
    from public.work_order_notes n
    where n.org_id = $1 and n.work_order_id = job.id and n.visibility = 'customer'), '[]'),
  'parts', coalesce((
    select jsonb_agg(jsonb_build_object(
      'id', p.id, 'name', p.name, 'sku', p.sku, 'quantity', p.quantity, 'unit', p.unit) order by p.created_at, p.id)
    from public.work_order_parts p
    where p.org_id = $1 and p.work_order_id = job.id and p.visibility = 'customer'), '[]'),
  'documents', coalesce((
    select jsonb_agg(jsonb_build_object(
      'id', d.id, 'kind', d.kind, 'title', d.title, 'mime_type', d.mime_type, 'size_bytes', d.size_bytes,
      'created_at', d.created_at) order by d.created_at, d.id)
    from public.documents d
    where d.org_id = $1 and d.work_order_id = job.id and d.visibility = 'customer'), '[]'),
  'quotes', coalesce((
    select jsonb_agg(jsonb_build_object(
      'id', q.id, 'number', q.number, 'status', q.status, 'total_cents', q.total_cents, 'currency', q.currency,
      'issued_at', q.issued_at, 'expires_at', q.expires_at) order by q.issued_at, q.id)
    from public.quotes q
    where q.org_id = $1 and q.customer_id = job.customer_id and q.work_order_id = job.id
      and q.status <> 'draft'), '[]'),
  'invoices', coalesce((
    select jsonb_agg(jsonb_build_object(
      'id', i.id, 'number', i.number, 'status', i.status, 'total_cents', i.total_cents,
      'balance_cents', case when i.status in ('paid', 'void') then 0 else greatest(0, i.total_cents - paid.cents) end,
      'currency', i.currency, 'issued_at', i.issued_at, 'due_at', i.due_at) order by i.issued_at, i.id)
    from public.invoices i
    -- As in portal.invoices, which shows nothing to staff.
    cross join lateral (
      select coalesce(sum(p.amount_cents), 0) as cents
      from public.payments p
      where p.org_id = i.org_id and p.customer_id = i.customer_id and p.invoice_id = i.id and p.status = 'succeeded'
    ) paid
    where i.org_id = $1 and i.customer_id = job.customer_id and i.work_order_id = job.id
      and i.status <> 'draft'), '[]'),
  'equipment', coalesce((
    select jsonb_agg(jsonb_build_object(
      'id', e.id, 'kind', e.kind, 'manufacturer', e.manufacturer, 'model', e.model,
      'serial_number', e.serial_number, 'installed_on', e.installed_on) order by e.kind, e.id)
    from public.equipment e
    where e.org_id = $1 and e.customer_id = job.customer_id and e.location_id = job.location_id
      and e.is_active), '[]')
)
from job
