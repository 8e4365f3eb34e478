-- Chapter 11a: what portal users read of the work that was done for them. Built like chapter 11.
--
-- What is for the company alone is left out by the views themselves as well, so that staff who are customers too do
-- not take it for theirs.

create view portal.service_history with (security_invoker = true) as
select
  w.org_id,
  w.id,
  w.reference,
  w.customer_id,
  w.completed_at,
  w.service_type,
  s.name as service_name,
  w.location_id,
  l.label as location_label,
  l.timezone,
  w.window_start,
  w.window_end,
  w.technician_id,
  t.display_name as technician_name,
  w.job_summary,
  (
    select count(*)
    from public.documents d
    where d.org_id = w.org_id and d.work_order_id = w.id and d.customer_id = w.customer_id
      and d.visibility = 'customer'
  )::integer as document_count,
  (
    select sum(i.total_cents)
    from public.invoices i
    where i.org_id = w.org_id and i.customer_id = w.customer_id and i.work_order_id = w.id
      and i.status not in ('draft', 'void')
  )::integer as total_cents,
  (
    select min(i.currency)
    from public.invoices i
    where i.org_id = w.org_id and i.customer_id = w.customer_id and i.work_order_id = w.id
      and i.status not in ('draft', 'void')
  ) as currency,
  w.created_at,
  w.updated_at
from public.work_orders w
left join public.service_types s on s.org_id = w.org_id and s.code = w.service_type
left join public.customer_locations l on l.org_id = w.org_id and l.id = w.location_id
left join public.technicians t on t.org_id = w.org_id and t.id = w.technician_id
where w.org_id = (select portal_internal.org_id())
  and w.customer_id = any ((select portal_internal.customer_ids())::uuid[])
  and w.status = 'completed';
comment on view portal.service_history is 'Finished visits in the caller''s reach. Staff read public.work_orders.';
comment on column portal.service_history.org_id is 'The company this row belongs to.';
comment on column portal.service_history.id is 'Identifies the row, together with org_id.';
comment on column portal.service_history.reference is 'What to call the visit on the phone, such as J-7KQ2M9XA.';
comment on column portal.service_history.customer_id is 'The customer the visit was for.';
comment on column portal.service_history.completed_at is 'When the work was done.';
comment on column portal.service_history.service_type is 'Code of the service.';
comment on column portal.service_history.service_name is 'Name of the service.';
comment on column portal.service_history.location_id is 'Where the visit was.';
comment on column portal.service_history.location_label is 'The customer''s own name for the place.';
comment on column portal.service_history.timezone is 'IANA time zone of the place, to show the times in.';
comment on column portal.service_history.window_start is 'Start of the arrival window.';
comment on column portal.service_history.window_end is 'End of the arrival window.';
comment on column portal.service_history.technician_id is 'Who came.';
comment on column portal.service_history.technician_name is 'Name of the technician.';
comment on column portal.service_history.job_summary is 'What was done.';
comment on column portal.service_history.document_count is 'How many of its documents the caller may open.';
comment on column portal.service_history.total_cents is
  'What was billed, in cents; null when nothing was, or when the caller may not see bills.';
comment on column portal.service_history.currency is
  'ISO 4217 code of the currency of the bills; null where the total is.';
comment on column portal.service_history.created_at is 'When the row was created.';
comment on column portal.service_history.updated_at is 'When the row last changed.';

create view portal.job_notes with (security_invoker = true) as
select
  n.org_id,
  n.id,
  n.work_order_id as appointment_id,
  n.customer_id,
  n.location_id,
  n.body,
  n.author_name,
  n.created_at,
  n.updated_at
from public.work_order_notes n
where n.org_id = (select portal_internal.org_id())
  and n.customer_id = any ((select portal_internal.customer_ids())::uuid[])
  and n.visibility = 'customer';
comment on view portal.job_notes is
  'Notes that were left for the customer, on visits in the caller''s reach. Staff read public.work_order_notes.';
comment on column portal.job_notes.org_id is 'The company this row belongs to.';
comment on column portal.job_notes.id is 'Identifies the row, together with org_id.';
comment on column portal.job_notes.appointment_id is 'The visit.';
comment on column portal.job_notes.customer_id is 'The customer the visit was for.';
comment on column portal.job_notes.location_id is 'Where the visit was.';
comment on column portal.job_notes.body is 'The note.';
comment on column portal.job_notes.author_name is 'Who wrote it.';
comment on column portal.job_notes.created_at is 'When the row was created.';
comment on column portal.job_notes.updated_at is 'When the row last changed.';

create view portal.job_parts with (security_invoker = true) as
select
  p.org_id,
  p.id,
  p.work_order_id as appointment_id,
  p.customer_id,
  p.location_id,
  p.name,
  p.sku,
  p.quantity,
  p.unit,
  p.created_at,
  p.updated_at
from public.work_order_parts p
where p.org_id = (select portal_internal.org_id())
  and p.customer_id = any ((select portal_internal.customer_ids())::uuid[])
  and p.visibility = 'customer';
comment on view portal.job_parts is
  'Parts used on visits in the caller''s reach, as far as they are told. Staff read public.work_order_parts.';
comment on column portal.job_parts.org_id is 'The company this row belongs to.';
comment on column portal.job_parts.id is 'Identifies the row, together with org_id.';
comment on column portal.job_parts.appointment_id is 'The visit.';
comment on column portal.job_parts.customer_id is 'The customer the visit was for.';
comment on column portal.job_parts.location_id is 'Where the visit was.';
comment on column portal.job_parts.name is 'What the part is.';
comment on column portal.job_parts.sku is 'Part number.';
comment on column portal.job_parts.quantity is 'How many, or how much.';
comment on column portal.job_parts.unit is 'What the quantity counts, such as each or ft.';
comment on column portal.job_parts.created_at is 'When the row was created.';
comment on column portal.job_parts.updated_at is 'When the row last changed.';

create view portal.documents with (security_invoker = true) as
select
  d.org_id,
  d.id,
  d.work_order_id as appointment_id,
  d.customer_id,
  d.location_id,
  d.kind,
  d.title,
  d.mime_type,
  d.size_bytes,
  d.created_at,
  d.updated_at
from public.documents d
where d.org_id = (select portal_internal.org_id())
  and d.customer_id = any ((select portal_internal.customer_ids())::uuid[])
  and d.visibility = 'customer';
comment on view portal.documents is
  'Documents that the caller may open, with open_document. Staff read public.documents.';
comment on column portal.documents.org_id is 'The company this row belongs to.';
comment on column portal.documents.id is 'Identifies the row, together with org_id.';
comment on column portal.documents.appointment_id is 'The visit it is about, if any.';
comment on column portal.documents.customer_id is 'Whose document it is.';
comment on column portal.documents.location_id is 'The location it is about; null for the whole customer.';
comment on column portal.documents.kind is 'What kind of document it is.';
comment on column portal.documents.title is 'Name to show.';
comment on column portal.documents.mime_type is 'Media type, such as application/pdf.';
comment on column portal.documents.size_bytes is 'Size of the file.';
comment on column portal.documents.created_at is 'When the row was created.';
comment on column portal.documents.updated_at is 'When the row last changed.';

create view portal.equipment with (security_invoker = true) as
select
  e.org_id,
  e.id,
  e.customer_id,
  e.location_id,
  e.kind,
  e.manufacturer,
  e.model,
  e.serial_number,
  e.installed_on,
  e.is_active,
  e.created_at,
  e.updated_at
from public.equipment e
where e.org_id = (select portal_internal.org_id())
  and e.customer_id = any ((select portal_internal.customer_ids())::uuid[]);
comment on view portal.equipment is
  'Machines and installations at the locations in the caller''s reach. Staff read public.equipment.';
comment on column portal.equipment.org_id is 'The company this row belongs to.';
comment on column portal.equipment.id is 'Identifies the row, together with org_id.';
comment on column portal.equipment.customer_id is 'Whose it is.';
comment on column portal.equipment.location_id is 'Where it stands.';
comment on column portal.equipment.kind is 'What it is, such as Furnace or Water heater.';
comment on column portal.equipment.manufacturer is 'Who made it.';
comment on column portal.equipment.model is 'Model name or number.';
comment on column portal.equipment.serial_number is 'Serial number.';
comment on column portal.equipment.installed_on is 'When it was installed.';
comment on column portal.equipment.is_active is 'False once it has been removed.';
comment on column portal.equipment.created_at is 'When the row was created.';
comment on column portal.equipment.updated_at is 'When the row last changed.';

create view portal.warranties with (security_invoker = true) as
select
  r.org_id,
  r.id,
  r.customer_id,
  r.location_id,
  r.equipment_id,
  r.work_order_id as appointment_id,
  r.title,
  r.provider,
  r.coverage,
  r.starts_on,
  r.ends_on,
  r.created_at,
  r.updated_at
from public.warranties r
where r.org_id = (select portal_internal.org_id())
  and r.customer_id = any ((select portal_internal.customer_ids())::uuid[]);
comment on view portal.warranties is
  'Warranties at the locations in the caller''s reach. Staff read public.warranties.';
comment on column portal.warranties.org_id is 'The company this row belongs to.';
comment on column portal.warranties.id is 'Identifies the row, together with org_id.';
comment on column portal.warranties.customer_id is 'Who holds the warranty.';
comment on column portal.warranties.location_id is 'Where it applies.';
comment on column portal.warranties.equipment_id is 'The equipment it covers, if it covers one piece.';
comment on column portal.warranties.appointment_id is 'The visit it came with, if any.';
comment on column portal.warranties.title is 'What the warranty is called.';
comment on column portal.warranties.provider is 'Who stands behind it.';
comment on column portal.warranties.coverage is 'What it covers.';
comment on column portal.warranties.starts_on is 'First day of cover.';
comment on column portal.warranties.ends_on is 'Last day of cover; null for a lifetime.';
comment on column portal.warranties.created_at is 'When the row was created.';
comment on column portal.warranties.updated_at is 'When the row last changed.';

create view portal.memberships with (security_invoker = true) as
select
  m.org_id,
  m.id,
  m.customer_id,
  m.plan_name,
  m.status,
  m.benefits,
  m.starts_on,
  m.ends_on,
  m.renews_on,
  m.price_cents,
  m.currency,
  m.billing_interval,
  m.created_at,
  m.updated_at
from public.memberships m
where m.org_id = (select portal_internal.org_id())
  and m.customer_id = any ((select portal_internal.customer_ids())::uuid[]);
comment on view portal.memberships is
  'Maintenance plans of the customers in the caller''s reach. Staff read public.memberships.';
comment on column portal.memberships.org_id is 'The company this row belongs to.';
comment on column portal.memberships.id is 'Identifies the row, together with org_id.';
comment on column portal.memberships.customer_id is 'Whose plan it is.';
comment on column portal.memberships.plan_name is 'Name of the plan.';
comment on column portal.memberships.status is 'active, paused, canceled or expired.';
comment on column portal.memberships.benefits is 'What the plan includes.';
comment on column portal.memberships.starts_on is 'First day of the plan.';
comment on column portal.memberships.ends_on is 'Last day of the plan; null while it goes on.';
comment on column portal.memberships.renews_on is 'Next day on which it renews.';
comment on column portal.memberships.price_cents is 'Price per billing interval, in cents.';
comment on column portal.memberships.currency is 'ISO 4217 code of the price''s currency.';
comment on column portal.memberships.billing_interval is 'month, quarter or year.';
comment on column portal.memberships.created_at is 'When the row was created.';
comment on column portal.memberships.updated_at is 'When the row last changed.';

-- Access ---------------------------------------------------------------------------------------------

revoke all on table
  portal.service_history, portal.job_notes, portal.job_parts, portal.documents, portal.equipment,
  portal.warranties, portal.memberships
  from public, anon, authenticated, service_role;
grant select on table
  portal.service_history, portal.job_notes, portal.job_parts, portal.documents, portal.equipment,
  portal.warranties, portal.memberships
  to authenticated;
