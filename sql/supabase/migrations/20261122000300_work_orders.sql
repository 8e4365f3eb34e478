-- Chapter 3: the jobs, what happened on them and what was left there.

create table public.work_orders (
  id uuid not null default gen_random_uuid(),
  org_id uuid not null default portal_internal.org_id() references public.orgs (id),
  reference text not null default portal_internal.new_reference('J') check (reference ~ '^[A-Z0-9-]{4,32}$'),
  customer_id uuid not null,
  location_id uuid not null,
  service_type text not null,
  technician_id uuid,
  status portal.work_order_status not null default 'scheduled',
  status_note text check (char_length(btrim(status_note)) between 1 and 1000),
  window_start timestamptz not null,
  window_end timestamptz not null,
  blocked tstzrange not null,
  eta timestamptz,
  job_summary text check (char_length(btrim(job_summary)) between 1 and 4000),
  contact_email text check (char_length(contact_email) <= 254 and contact_email ~ '^[^@[:space:]]+@[^@[:space:]]+$'),
  contact_phone text check (contact_phone ~ '^\+[1-9][0-9]{6,14}$'),
  ics_sequence integer not null default 0 check (ics_sequence >= 0),
  reschedule_count integer not null default 0 check (reschedule_count >= 0),
  hold_expires_at timestamptz,
  completed_at timestamptz,
  canceled_at timestamptz,
  cancel_reason text check (char_length(btrim(cancel_reason)) between 1 and 1000),
  cancel_fee_cents integer check (cancel_fee_cents >= 0),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (org_id, id),
  unique (org_id, reference),
  -- What documents, bills and threads refer to, so that a job is never filed under another customer.
  unique (org_id, customer_id, id),
  check (window_end > window_start),
  check (blocked @> tstzrange(window_start, window_end)),
  constraint work_orders_one_place_at_a_time exclude using gist (
    org_id with =, technician_id with =, blocked with &&
  ) where (technician_id is not null and status in ('tentative', 'scheduled', 'en_route', 'on_site')),
  foreign key (org_id, customer_id) references public.customers (org_id, id),
  foreign key (org_id, customer_id, location_id) references public.customer_locations (org_id, customer_id, id),
  foreign key (org_id, service_type) references public.service_types (org_id, code) on update cascade,
  foreign key (org_id, technician_id) references public.technicians (org_id, id)
);
comment on table public.work_orders is
  'Jobs: the one table of reserved time. A request that awaits a decision is a tentative job and guards it too.';
comment on column public.work_orders.id is 'Identifies the row, together with org_id.';
comment on column public.work_orders.org_id is 'The company this row belongs to.';
comment on column public.work_orders.reference is 'What people call the job on the phone, such as J-7KQ2M9XA.';
comment on column public.work_orders.customer_id is 'The customer the job is for.';
comment on column public.work_orders.location_id is 'Where the job is done.';
comment on column public.work_orders.service_type is 'Code of the service.';
comment on column public.work_orders.technician_id is 'Who does the job; null until somebody is assigned.';
comment on column public.work_orders.status is 'Where the job stands.';
comment on column public.work_orders.status_note is
  'A sentence for the customer about the last change; goes into the timeline.';
comment on column public.work_orders.window_start is 'Start of the arrival window.';
comment on column public.work_orders.window_end is 'End of the arrival window.';
comment on column public.work_orders.blocked is
  'Time the technician is reserved for, buffers included; written by a trigger.';
comment on column public.work_orders.eta is 'When the technician expects to arrive.';
comment on column public.work_orders.job_summary is 'What is or was to be done, in words for the customer.';
comment on column public.work_orders.contact_email is
  'E-mail address left by whoever booked, when they booked by phone.';
comment on column public.work_orders.contact_phone is 'Phone number left by whoever booked, in E.164 form.';
comment on column public.work_orders.ics_sequence is
  'Revision of the calendar entry; rises with every move and with a cancellation.';
comment on column public.work_orders.reschedule_count is 'How often the customer has moved it.';
comment on column public.work_orders.hold_expires_at is 'When a tentative job lapses.';
comment on column public.work_orders.completed_at is 'When the work was done.';
comment on column public.work_orders.canceled_at is 'When it was canceled.';
comment on column public.work_orders.cancel_reason is 'Why it was canceled, as told by whoever canceled.';
comment on column public.work_orders.cancel_fee_cents is
  'Fee for canceling late, in cents of the company''s currency.';
comment on column public.work_orders.created_at is 'When the row was created.';
comment on column public.work_orders.updated_at is 'When the row last changed.';

create index idx_work_orders_org_id_customer_id on public.work_orders (org_id, customer_id, window_start desc);
create index idx_work_orders_org_id_location_id
  on public.work_orders (org_id, customer_id, location_id, window_start desc);
create index idx_work_orders_org_id_technician_id on public.work_orders (org_id, technician_id, window_start);
create index idx_work_orders_org_id_service_type on public.work_orders (org_id, service_type, window_start);
create index idx_work_orders_org_id_status on public.work_orders (org_id, status, window_start);
create index idx_work_orders_hold_expires_at on public.work_orders (hold_expires_at) where status = 'tentative';

create trigger a_guard before insert or update on public.work_orders
  for each row execute function portal_internal.guard_work_order();
comment on trigger a_guard on public.work_orders is 'Refuses what the rules forbid on every path and writes blocked.';
create trigger keep_keys before update on public.work_orders
  for each row execute function portal_internal.keep_columns('org_id', 'id', 'customer_id', 'location_id', 'reference');
create trigger touch before update on public.work_orders
  for each row execute function portal_internal.touch_updated_at();
create trigger audit after insert or update or delete on public.work_orders
  for each row execute function portal_internal.audit_row('appointment');
-- Last of the triggers, so that the timeline and the request see what the others made of the row.
create trigger z_changes after insert or update on public.work_orders
  for each row execute function portal_internal.record_work_order_change();
comment on trigger z_changes on public.work_orders is
  'Writes the timeline, takes the request along and tells those who watch, on every path.';

create table public.work_order_events (
  id uuid not null default gen_random_uuid(),
  org_id uuid not null default portal_internal.org_id() references public.orgs (id),
  work_order_id uuid not null,
  customer_id uuid not null,
  location_id uuid not null,
  event_type text not null check (event_type ~ '^[a-z][a-z0-9_]{1,62}$'),
  status portal.work_order_status,
  note text check (char_length(btrim(note)) between 1 and 1000),
  window_start timestamptz,
  window_end timestamptz,
  eta timestamptz,
  actor_type portal.actor_type not null default 'staff',
  actor_user_id uuid default portal_internal.user_id(),
  occurred_at timestamptz not null default now(),
  primary key (org_id, id),
  foreign key (org_id, work_order_id) references public.work_orders (org_id, id)
);
comment on table public.work_order_events is
  'The timeline of a job. Rows are added and never changed.';
comment on column public.work_order_events.id is 'Identifies the row, together with org_id.';
comment on column public.work_order_events.org_id is 'The company this row belongs to.';
comment on column public.work_order_events.work_order_id is 'The job.';
comment on column public.work_order_events.customer_id is 'The job''s customer, copied from the job.';
comment on column public.work_order_events.location_id is 'The job''s location, copied from the job.';
comment on column public.work_order_events.event_type is 'What happened, such as scheduled, moved or en_route.';
comment on column public.work_order_events.status is
  'The status of the job as it stood after the event; null where a person wrote the event.';
comment on column public.work_order_events.note is 'A sentence for the customer.';
comment on column public.work_order_events.window_start is
  'Start of the arrival window as it stood after the event; null where a person wrote the event.';
comment on column public.work_order_events.window_end is 'End of that arrival window.';
comment on column public.work_order_events.eta is
  'When the technician expected to arrive, as it stood after the event.';
comment on column public.work_order_events.actor_type is
  'Who did it: a portal user, staff, a service or the system itself.';
comment on column public.work_order_events.actor_user_id is
  'The log-in of whoever did it; kept when the log-in is gone.';
comment on column public.work_order_events.occurred_at is 'When it happened.';

create index idx_work_order_events_org_id_work_order_id on public.work_order_events (org_id, work_order_id, occurred_at);
create index idx_work_order_events_org_id_customer_id
  on public.work_order_events (org_id, customer_id, location_id, occurred_at desc);

create trigger copy_keys before insert on public.work_order_events
  for each row execute function portal_internal.copy_from_parent(
    'public.work_orders', 'work_order_id', 'customer_id', 'location_id'
  );
create trigger refuse_change before update or delete on public.work_order_events
  for each row execute function portal_internal.refuse_change();
create trigger refuse_truncate before truncate on public.work_order_events
  for each statement execute function portal_internal.refuse_change();
-- No audit trigger: the rows say who did what and cannot change, and the audit log has the change of the job itself.

create table public.work_order_notes (
  id uuid not null default gen_random_uuid(),
  org_id uuid not null default portal_internal.org_id() references public.orgs (id),
  work_order_id uuid not null,
  customer_id uuid not null,
  location_id uuid not null,
  visibility portal.note_visibility not null default 'internal',
  body text not null check (char_length(btrim(body)) between 1 and 10000),
  author_name text check (char_length(btrim(author_name)) between 1 and 100),
  author_user_id uuid default portal_internal.user_id() references auth.users (id) on delete set null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (org_id, id),
  foreign key (org_id, work_order_id) references public.work_orders (org_id, id)
);
comment on table public.work_order_notes is
  'Notes on a job. Customers see those meant for them; row level security keeps the internal ones back.';
comment on column public.work_order_notes.id is 'Identifies the row, together with org_id.';
comment on column public.work_order_notes.org_id is 'The company this row belongs to.';
comment on column public.work_order_notes.work_order_id is 'The job.';
comment on column public.work_order_notes.customer_id is 'The job''s customer, copied from the job.';
comment on column public.work_order_notes.location_id is 'The job''s location, copied from the job.';
comment on column public.work_order_notes.visibility is 'customer: the customer sees it. internal: staff only.';
comment on column public.work_order_notes.body is 'The note.';
comment on column public.work_order_notes.author_name is 'Name to show beside the note.';
comment on column public.work_order_notes.author_user_id is 'The log-in of the author.';
comment on column public.work_order_notes.created_at is 'When the row was created.';
comment on column public.work_order_notes.updated_at is 'When the row last changed.';

create index idx_work_order_notes_org_id_work_order_id on public.work_order_notes (org_id, work_order_id, created_at);
create index idx_work_order_notes_org_id_customer_id
  on public.work_order_notes (org_id, customer_id, location_id, created_at desc);
create index idx_work_order_notes_author_user_id on public.work_order_notes (author_user_id);

create trigger copy_keys before insert on public.work_order_notes
  for each row execute function portal_internal.copy_from_parent(
    'public.work_orders', 'work_order_id', 'customer_id', 'location_id'
  );
create trigger keep_keys before update on public.work_order_notes
  for each row execute function portal_internal.keep_columns(
    'org_id', 'id', 'work_order_id', 'customer_id', 'location_id'
  );
create trigger touch before update on public.work_order_notes
  for each row execute function portal_internal.touch_updated_at();
create trigger audit after insert or update or delete on public.work_order_notes
  for each row execute function portal_internal.audit_row('job_note', 'body');

create table public.work_order_parts (
  id uuid not null default gen_random_uuid(),
  org_id uuid not null default portal_internal.org_id() references public.orgs (id),
  work_order_id uuid not null,
  customer_id uuid not null,
  location_id uuid not null,
  visibility portal.note_visibility not null default 'customer',
  name text not null check (char_length(btrim(name)) between 1 and 200),
  sku text check (char_length(btrim(sku)) between 1 and 60),
  quantity numeric(10, 2) not null default 1 check (quantity > 0),
  unit text not null default 'each' check (char_length(btrim(unit)) between 1 and 20),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (org_id, id),
  foreign key (org_id, work_order_id) references public.work_orders (org_id, id)
);
comment on table public.work_order_parts is
  'Parts used on a job.';
comment on column public.work_order_parts.id is 'Identifies the row, together with org_id.';
comment on column public.work_order_parts.org_id is 'The company this row belongs to.';
comment on column public.work_order_parts.work_order_id is 'The job.';
comment on column public.work_order_parts.customer_id is 'The job''s customer, copied from the job.';
comment on column public.work_order_parts.location_id is 'The job''s location, copied from the job.';
comment on column public.work_order_parts.visibility is 'customer: the customer sees it. internal: staff only.';
comment on column public.work_order_parts.name is 'What the part is.';
comment on column public.work_order_parts.sku is 'Part number.';
comment on column public.work_order_parts.quantity is 'How many, or how much.';
comment on column public.work_order_parts.unit is 'What the quantity counts, such as each or ft.';
comment on column public.work_order_parts.created_at is 'When the row was created.';
comment on column public.work_order_parts.updated_at is 'When the row last changed.';

create index idx_work_order_parts_org_id_work_order_id on public.work_order_parts (org_id, work_order_id);
create index idx_work_order_parts_org_id_customer_id on public.work_order_parts (org_id, customer_id, location_id);

create trigger copy_keys before insert on public.work_order_parts
  for each row execute function portal_internal.copy_from_parent(
    'public.work_orders', 'work_order_id', 'customer_id', 'location_id'
  );
create trigger keep_keys before update on public.work_order_parts
  for each row execute function portal_internal.keep_columns(
    'org_id', 'id', 'work_order_id', 'customer_id', 'location_id'
  );
create trigger touch before update on public.work_order_parts
  for each row execute function portal_internal.touch_updated_at();
create trigger audit after insert or update or delete on public.work_order_parts
  for each row execute function portal_internal.audit_row('job_part');

-- Access ---------------------------------------------------------------------------------------------

alter table public.work_orders enable row level security;
alter table public.work_order_events enable row level security;
alter table public.work_order_notes enable row level security;
alter table public.work_order_parts enable row level security;
revoke all on table
  public.work_orders, public.work_order_events, public.work_order_notes, public.work_order_parts
  from public, anon, authenticated, service_role;

create policy "customers and staff read appointments in their reach" on public.work_orders
  for select to authenticated
  using (
    org_id = (select portal_internal.org_id())
    and (
      (select portal_internal.is_office())
      or customer_id = any ((select portal_internal.customer_ids())::uuid[])
        and (customer_id = any ((select portal_internal.whole_customer_ids())::uuid[])
          or location_id = any ((select portal_internal.location_ids())::uuid[]))
      or technician_id = (select portal_internal.technician_id())
    )
  );
create policy "the office adds appointments" on public.work_orders
  for insert to authenticated
  with check (org_id = (select portal_internal.org_id()) and (select portal_internal.is_office()));
create policy "the office changes appointments, technicians their own" on public.work_orders
  for update to authenticated
  using (
    org_id = (select portal_internal.org_id())
    and ((select portal_internal.is_office()) or technician_id = (select portal_internal.technician_id()))
  )
  with check (
    org_id = (select portal_internal.org_id())
    and ((select portal_internal.is_office()) or technician_id = (select portal_internal.technician_id()))
  );

create policy "customers and staff read the timeline in their reach" on public.work_order_events
  for select to authenticated
  using (
    org_id = (select portal_internal.org_id())
    and (
      (select portal_internal.is_office())
      or customer_id = any ((select portal_internal.customer_ids())::uuid[])
        and (customer_id = any ((select portal_internal.whole_customer_ids())::uuid[])
          or location_id = any ((select portal_internal.location_ids())::uuid[]))
      or work_order_id = any ((select portal_internal.job_ids())::uuid[])
    )
  );
create policy "the office adds to timelines, technicians to their own" on public.work_order_events
  for insert to authenticated
  with check (
    org_id = (select portal_internal.org_id())
    and ((select portal_internal.is_office()) or work_order_id = any ((select portal_internal.job_ids())::uuid[]))
    and actor_type = 'staff'
    and actor_user_id = (select portal_internal.user_id())
  );

create policy "customers read notes meant for them, staff all in their reach" on public.work_order_notes
  for select to authenticated
  using (
    org_id = (select portal_internal.org_id())
    and (
      (select portal_internal.is_office())
      or visibility = 'customer'
        and customer_id = any ((select portal_internal.customer_ids())::uuid[])
        and (customer_id = any ((select portal_internal.whole_customer_ids())::uuid[])
          or location_id = any ((select portal_internal.location_ids())::uuid[]))
      or work_order_id = any ((select portal_internal.job_ids())::uuid[])
    )
  );
create policy "the office adds notes, technicians on their own jobs" on public.work_order_notes
  for insert to authenticated
  with check (
    org_id = (select portal_internal.org_id())
    and ((select portal_internal.is_office()) or work_order_id = any ((select portal_internal.job_ids())::uuid[]))
    and author_user_id = (select portal_internal.user_id())
  );
create policy "the office changes notes" on public.work_order_notes
  for update to authenticated
  using (org_id = (select portal_internal.org_id()) and (select portal_internal.is_office()))
  with check (org_id = (select portal_internal.org_id()) and (select portal_internal.is_office()));

create policy "customers read parts meant for them, staff all in their reach" on public.work_order_parts
  for select to authenticated
  using (
    org_id = (select portal_internal.org_id())
    and (
      (select portal_internal.is_office())
      or visibility = 'customer'
        and customer_id = any ((select portal_internal.customer_ids())::uuid[])
        and (customer_id = any ((select portal_internal.whole_customer_ids())::uuid[])
          or location_id = any ((select portal_internal.location_ids())::uuid[]))
      or work_order_id = any ((select portal_internal.job_ids())::uuid[])
    )
  );
create policy "the office adds parts, technicians on their own jobs" on public.work_order_parts
  for insert to authenticated
  with check (
    org_id = (select portal_internal.org_id())
    and ((select portal_internal.is_office()) or work_order_id = any ((select portal_internal.job_ids())::uuid[]))
  );
create policy "the office changes parts" on public.work_order_parts
  for update to authenticated
  using (org_id = (select portal_internal.org_id()) and (select portal_internal.is_office()))
  with check (org_id = (select portal_internal.org_id()) and (select portal_internal.is_office()));

grant select on table public.work_orders, public.work_order_parts to authenticated;
grant select (org_id, id, work_order_id, customer_id, location_id, event_type, status, note, window_start, window_end,
    eta, actor_type, occurred_at)
  on table public.work_order_events to authenticated;
grant select (org_id, id, work_order_id, customer_id, location_id, visibility, body, author_name, created_at, updated_at)
  on table public.work_order_notes to authenticated;
grant
  insert (org_id, customer_id, location_id, service_type, technician_id, status, status_note, window_start,
    window_end, eta, job_summary, contact_email, contact_phone, hold_expires_at),
  update (service_type, technician_id, status, status_note, window_start, window_end, eta, job_summary,
    contact_email, contact_phone, hold_expires_at, completed_at, canceled_at, cancel_reason, cancel_fee_cents)
  on table public.work_orders to authenticated;
grant insert (org_id, work_order_id, event_type, status, note) on table public.work_order_events to authenticated;
grant insert (org_id, work_order_id, visibility, body, author_name), update (visibility, body, author_name)
  on table public.work_order_notes to authenticated;
grant
  insert (org_id, work_order_id, visibility, name, sku, quantity, unit),
  update (visibility, name, sku, quantity, unit)
  on table public.work_order_parts to authenticated;
-- Also with the secret key nothing here is deleted: a status or flag ends it, and the history stays.
grant select, insert, update on table public.work_orders, public.work_order_notes, public.work_order_parts
  to service_role;
grant select, insert on table public.work_order_events to service_role;
