-- Chapter 6: requests for a visit, as customers send them.

create table public.portal_booking_requests (
  id uuid not null default gen_random_uuid(),
  org_id uuid not null default portal_internal.org_id() references public.orgs (id),
  portal_account_id uuid not null default portal_internal.account_id(),
  customer_id uuid not null,
  location_id uuid not null,
  preferred_service_date date,
  preferred_time_window_start time,
  preferred_time_window_end time,
  flexible_date boolean not null default false,
  service_type text not null,
  problem_description text not null check (char_length(btrim(problem_description)) between 1 and 4000),
  attachments jsonb
    check (attachments is null or
      case jsonb_typeof(attachments) when 'array' then jsonb_array_length(attachments) <= 10 else false end),
  source_channel portal.source_channel not null default 'web_portal',
  status portal.booking_status not null default 'submitted',
  related_work_order_id uuid,
  safety_notice text check (char_length(btrim(safety_notice)) between 1 and 4000),
  decision_note text check (char_length(btrim(decision_note)) between 1 and 1000),
  decided_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (org_id, id),
  check (preferred_time_window_end > preferred_time_window_start),
  foreign key (org_id, portal_account_id) references public.portal_accounts (org_id, id),
  foreign key (org_id, customer_id) references public.customers (org_id, id),
  foreign key (org_id, customer_id, location_id) references public.customer_locations (org_id, customer_id, id),
  foreign key (org_id, service_type) references public.service_types (org_id, code) on update cascade,
  foreign key (org_id, customer_id, related_work_order_id) references public.work_orders (org_id, customer_id, id)
);
comment on table public.portal_booking_requests is
  'Requests for a visit that customers send from the portal. Each holds its time through a job in work_orders.';
comment on column public.portal_booking_requests.id is 'Identifies the row, together with org_id.';
comment on column public.portal_booking_requests.org_id is 'The company this row belongs to.';
comment on column public.portal_booking_requests.portal_account_id is 'The account that asked.';
comment on column public.portal_booking_requests.customer_id is 'The customer the visit is for.';
comment on column public.portal_booking_requests.location_id is 'Where the visit should be.';
comment on column public.portal_booking_requests.preferred_service_date is
  'The day the customer would like, in the wall clock of the location.';
comment on column public.portal_booking_requests.preferred_time_window_start is
  'Earliest time the customer would like, in the wall clock of the location.';
comment on column public.portal_booking_requests.preferred_time_window_end is
  'Latest time the customer would like, in the wall clock of the location.';
comment on column public.portal_booking_requests.flexible_date is 'True when another day would do as well.';
comment on column public.portal_booking_requests.service_type is 'Code of the service.';
comment on column public.portal_booking_requests.problem_description is 'What is wrong, in the customer''s words.';
comment on column public.portal_booking_requests.attachments is 'Photos and videos in Storage: a list of objects.';
comment on column public.portal_booking_requests.source_channel is 'Where the request came from.';
comment on column public.portal_booking_requests.status is 'Where the request stands.';
comment on column public.portal_booking_requests.related_work_order_id is
  'The job it became; null until there is one.';
comment on column public.portal_booking_requests.safety_notice is
  'What the customer was told to do first, when the request sounded dangerous.';
comment on column public.portal_booking_requests.decision_note is
  'What the office says about its decision, for the customer.';
comment on column public.portal_booking_requests.decided_at is 'When the request was decided; null while it is open.';
comment on column public.portal_booking_requests.created_at is 'When the row was created.';
comment on column public.portal_booking_requests.updated_at is 'When the row last changed.';

create index idx_portal_booking_requests_customer_id
  on public.portal_booking_requests (org_id, customer_id, created_at desc);
create index idx_portal_booking_requests_org_id_status_created_at
  on public.portal_booking_requests (org_id, status, created_at);
-- What run_due_jobs looks through every minute, in all companies.
create index idx_portal_booking_requests_open on public.portal_booking_requests (created_at)
  where status in ('submitted', 'under_review');
create index idx_portal_booking_requests_location_id
  on public.portal_booking_requests (org_id, customer_id, location_id);
create index idx_portal_booking_requests_portal_account_id
  on public.portal_booking_requests (org_id, portal_account_id, created_at desc);
create index idx_portal_booking_requests_service_type on public.portal_booking_requests (org_id, service_type);
create index idx_portal_booking_requests_related_work_order_id
  on public.portal_booking_requests (org_id, related_work_order_id, customer_id);

create trigger a_guard before insert or update on public.portal_booking_requests
  for each row execute function portal_internal.guard_booking_request();
comment on trigger a_guard on public.portal_booking_requests is
  'Refuses what the booking rules forbid, and reserves the time: makes the job and writes its id, on every path.';
create trigger keep_keys before update on public.portal_booking_requests
  for each row execute function portal_internal.keep_columns(
    'org_id', 'id', 'portal_account_id', 'customer_id', 'location_id'
  );
create trigger touch before update on public.portal_booking_requests
  for each row execute function portal_internal.touch_updated_at();
create trigger audit after insert or update or delete on public.portal_booking_requests
  for each row execute function portal_internal.audit_row('booking');
create trigger z_changes after update on public.portal_booking_requests
  for each row execute function portal_internal.follow_booking_request();
comment on trigger z_changes on public.portal_booking_requests is
  'Takes the job along with the decision and tells those who watch, on every path.';

-- Access ---------------------------------------------------------------------------------------------

alter table public.portal_booking_requests enable row level security;
revoke all on table
  public.portal_booking_requests
  from public, anon, authenticated, service_role;

create policy "customers and staff read booking requests in their reach" on public.portal_booking_requests
  for select to authenticated
  using (
    org_id = (select portal_internal.org_id())
    and (
      (select portal_internal.is_office())
      or customer_id = any ((select portal_internal.customer_ids())::uuid[])
        and (customer_id = any ((select portal_internal.whole_customer_ids())::uuid[])
          or location_id = any ((select portal_internal.location_ids())::uuid[]))
      or related_work_order_id = any ((select portal_internal.job_ids())::uuid[])
    )
  );
create policy "customers send requests where they may book, the office for all" on public.portal_booking_requests
  for insert to authenticated
  with check (
    org_id = (select portal_internal.org_id())
    and (
      (select portal_internal.is_office())
      or portal_account_id = (select portal_internal.account_id())
        and customer_id = any ((select portal_internal.customer_ids('book'))::uuid[])
        and (customer_id = any ((select portal_internal.whole_customer_ids('book'))::uuid[])
          or location_id = any ((select portal_internal.location_ids('book'))::uuid[]))
    )
  );
-- Customers cancel through cancel_booking_request, which also frees the time.
create policy "the office decides on booking requests" on public.portal_booking_requests
  for update to authenticated
  using (org_id = (select portal_internal.org_id()) and (select portal_internal.is_office()))
  with check (org_id = (select portal_internal.org_id()) and (select portal_internal.is_office()));

grant
  select,
  insert (org_id, portal_account_id, customer_id, location_id, preferred_service_date, preferred_time_window_start,
    preferred_time_window_end, flexible_date, service_type, problem_description, attachments, source_channel),
  update (status, related_work_order_id, preferred_service_date, preferred_time_window_start, preferred_time_window_end,
    flexible_date, decision_note)
  on table public.portal_booking_requests to authenticated;
-- Also with the secret key nothing here is deleted: a status or flag ends it, and the history stays.
grant select, insert, update on table public.portal_booking_requests
  to service_role;
