-- Chapter 4: quotes, invoices, payments and documents, and the office's own record of contacts.

create table public.quotes (
  id uuid not null default gen_random_uuid(),
  org_id uuid not null default portal_internal.org_id() references public.orgs (id),
  customer_id uuid not null,
  location_id uuid,
  work_order_id uuid,
  number text not null check (char_length(btrim(number)) between 1 and 40),
  status portal.quote_status not null default 'draft',
  total_cents integer not null check (total_cents >= 0),
  currency text not null default 'USD' check (currency ~ '^[A-Z]{3}$'),
  issued_at timestamptz,
  expires_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (org_id, id),
  unique (org_id, number),
  check (expires_at > issued_at),
  foreign key (org_id, customer_id) references public.customers (org_id, id),
  foreign key (org_id, customer_id, location_id) references public.customer_locations (org_id, customer_id, id),
  foreign key (org_id, customer_id, work_order_id) references public.work_orders (org_id, customer_id, id)
);
comment on table public.quotes is
  'Offers made to a customer.';
comment on column public.quotes.id is 'Identifies the row, together with org_id.';
comment on column public.quotes.org_id is 'The company this row belongs to.';
comment on column public.quotes.customer_id is 'Whom the offer is for.';
comment on column public.quotes.location_id is 'Where the work would be done.';
comment on column public.quotes.work_order_id is 'The job the offer belongs to, if any.';
comment on column public.quotes.number is 'Number on the paper.';
comment on column public.quotes.status is 'Where the offer stands; drafts are not shown to customers.';
comment on column public.quotes.total_cents is 'Total in cents.';
comment on column public.quotes.currency is 'ISO 4217 code of the currency.';
comment on column public.quotes.issued_at is 'When it was sent.';
comment on column public.quotes.expires_at is 'Until when it can be accepted.';
comment on column public.quotes.created_at is 'When the row was created.';
comment on column public.quotes.updated_at is 'When the row last changed.';

create index idx_quotes_org_id_customer_id on public.quotes (org_id, customer_id, issued_at desc);
create index idx_quotes_org_id_location_id on public.quotes (org_id, customer_id, location_id);
create index idx_quotes_org_id_work_order_id on public.quotes (org_id, customer_id, work_order_id);

create trigger keep_keys before update on public.quotes
  for each row execute function portal_internal.keep_columns('org_id', 'id', 'customer_id');
create trigger touch before update on public.quotes
  for each row execute function portal_internal.touch_updated_at();
create trigger audit after insert or update or delete on public.quotes
  for each row execute function portal_internal.audit_row('quote');

create table public.invoices (
  id uuid not null default gen_random_uuid(),
  org_id uuid not null default portal_internal.org_id() references public.orgs (id),
  customer_id uuid not null,
  location_id uuid,
  work_order_id uuid,
  number text not null check (char_length(btrim(number)) between 1 and 40),
  status portal.invoice_status not null default 'draft',
  total_cents integer not null check (total_cents >= 0),
  currency text not null default 'USD' check (currency ~ '^[A-Z]{3}$'),
  issued_at timestamptz,
  due_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (org_id, id),
  unique (org_id, number),
  unique (org_id, customer_id, id),
  check (due_at >= issued_at),
  foreign key (org_id, customer_id) references public.customers (org_id, id),
  foreign key (org_id, customer_id, location_id) references public.customer_locations (org_id, customer_id, id),
  foreign key (org_id, customer_id, work_order_id) references public.work_orders (org_id, customer_id, id)
);
comment on table public.invoices is
  'Bills sent to a customer.';
comment on column public.invoices.id is 'Identifies the row, together with org_id.';
comment on column public.invoices.org_id is 'The company this row belongs to.';
comment on column public.invoices.customer_id is 'Who is billed.';
comment on column public.invoices.location_id is 'Where the work was done.';
comment on column public.invoices.work_order_id is 'The job that is billed, if it is one.';
comment on column public.invoices.number is 'Number on the paper.';
comment on column public.invoices.status is 'Where the bill stands; drafts are not shown to customers.';
comment on column public.invoices.total_cents is 'Total in cents.';
comment on column public.invoices.currency is 'ISO 4217 code of the currency.';
comment on column public.invoices.issued_at is 'When it was sent.';
comment on column public.invoices.due_at is 'When it must be paid.';
comment on column public.invoices.created_at is 'When the row was created.';
comment on column public.invoices.updated_at is 'When the row last changed.';

create index idx_invoices_org_id_customer_id on public.invoices (org_id, customer_id, issued_at desc);
create index idx_invoices_org_id_location_id on public.invoices (org_id, customer_id, location_id);
create index idx_invoices_org_id_work_order_id on public.invoices (org_id, customer_id, work_order_id);

create trigger keep_keys before update on public.invoices
  for each row execute function portal_internal.keep_columns('org_id', 'id', 'customer_id');
create trigger touch before update on public.invoices
  for each row execute function portal_internal.touch_updated_at();
create trigger audit after insert or update or delete on public.invoices
  for each row execute function portal_internal.audit_row('invoice');

create table public.payments (
  id uuid not null default gen_random_uuid(),
  org_id uuid not null default portal_internal.org_id() references public.orgs (id),
  customer_id uuid not null,
  location_id uuid,
  invoice_id uuid,
  status portal.payment_status not null default 'pending',
  amount_cents integer not null check (amount_cents > 0),
  currency text not null default 'USD' check (currency ~ '^[A-Z]{3}$'),
  method text not null check (char_length(btrim(method)) between 1 and 60),
  provider_reference text check (char_length(btrim(provider_reference)) between 1 and 200),
  paid_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (org_id, id),
  foreign key (org_id, customer_id) references public.customers (org_id, id),
  foreign key (org_id, customer_id, invoice_id) references public.invoices (org_id, customer_id, id)
);
comment on table public.payments is
  'Money received or expected from a customer. Card data stay with the payment provider.';
comment on column public.payments.id is 'Identifies the row, together with org_id.';
comment on column public.payments.org_id is 'The company this row belongs to.';
comment on column public.payments.customer_id is 'Who paid.';
comment on column public.payments.location_id is 'The location that was billed, copied from the bill.';
comment on column public.payments.invoice_id is 'The bill that is paid, if it is one.';
comment on column public.payments.status is 'Where the payment stands.';
comment on column public.payments.amount_cents is 'Amount in cents.';
comment on column public.payments.currency is 'ISO 4217 code of the currency.';
comment on column public.payments.method is 'How it was paid, such as card or check.';
comment on column public.payments.provider_reference is 'The payment provider''s own number for it.';
comment on column public.payments.paid_at is 'When the money arrived.';
comment on column public.payments.created_at is 'When the row was created.';
comment on column public.payments.updated_at is 'When the row last changed.';

create unique index payments_provider_reference on public.payments (org_id, provider_reference);
create index idx_payments_org_id_customer_id on public.payments (org_id, customer_id, paid_at desc);
create index idx_payments_org_id_location_id on public.payments (org_id, customer_id, location_id);
create index idx_payments_org_id_invoice_id on public.payments (org_id, customer_id, invoice_id);

-- So that whoever sees the bill sees what was paid of it.
create trigger copy_keys before insert or update of invoice_id on public.payments
  for each row execute function portal_internal.copy_from_parent('public.invoices', 'invoice_id', 'location_id');
create trigger keep_keys before update on public.payments
  for each row execute function portal_internal.keep_columns('org_id', 'id', 'customer_id');
create trigger touch before update on public.payments
  for each row execute function portal_internal.touch_updated_at();
create trigger audit after insert or update or delete on public.payments
  for each row execute function portal_internal.audit_row('payment');

create table public.documents (
  id uuid not null default gen_random_uuid(),
  org_id uuid not null default portal_internal.org_id() references public.orgs (id),
  customer_id uuid not null,
  location_id uuid,
  work_order_id uuid,
  kind portal.document_kind not null,
  title text not null check (char_length(btrim(title)) between 1 and 200),
  bucket text not null default 'documents' check (bucket ~ '^[a-z0-9][a-z0-9_-]{0,62}$'),
  path text not null check (char_length(path) between 1 and 1000 and path !~ '(^/|//|(^|/)\.\.?(/|$))'),
  mime_type text not null check (mime_type ~ '^[a-z]+/[a-z0-9.+-]+$'),
  size_bytes bigint check (size_bytes >= 0),
  visibility portal.note_visibility not null default 'customer',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (org_id, id),
  unique (org_id, bucket, path),
  -- Storage lets people in by this folder, so a file cannot be filed under somebody else's.
  check (starts_with(path, org_id::text || '/' || customer_id::text || '/')),
  foreign key (org_id, customer_id) references public.customers (org_id, id),
  foreign key (org_id, customer_id, location_id) references public.customer_locations (org_id, customer_id, id),
  foreign key (org_id, customer_id, work_order_id) references public.work_orders (org_id, customer_id, id)
);
comment on table public.documents is
  'Files about a customer''s jobs and installations. The files themselves lie in Storage.';
comment on column public.documents.id is 'Identifies the row, together with org_id.';
comment on column public.documents.org_id is 'The company this row belongs to.';
comment on column public.documents.customer_id is 'Whose document it is.';
comment on column public.documents.location_id is 'The location it is about; null for the whole customer.';
comment on column public.documents.work_order_id is 'The job it is about, if any.';
comment on column public.documents.kind is 'What kind of document it is.';
comment on column public.documents.title is 'Name to show.';
comment on column public.documents.bucket is
  'Storage bucket; not readable directly, so that every opening is recorded.';
comment on column public.documents.path is
  'Path in the bucket, below <org_id>/<customer_id>/; not readable directly, so that every opening is recorded.';
comment on column public.documents.mime_type is 'Media type, such as application/pdf.';
comment on column public.documents.size_bytes is 'Size of the file.';
comment on column public.documents.visibility is 'customer: the customer sees it. internal: staff only.';
comment on column public.documents.created_at is 'When the row was created.';
comment on column public.documents.updated_at is 'When the row last changed.';

create index idx_documents_org_id_customer_id on public.documents (org_id, customer_id, created_at desc);
create index idx_documents_org_id_location_id on public.documents (org_id, customer_id, location_id);
create index idx_documents_org_id_work_order_id on public.documents (org_id, work_order_id, customer_id);

create trigger keep_keys before update on public.documents
  for each row execute function portal_internal.keep_columns('org_id', 'id', 'customer_id');
create trigger touch before update on public.documents
  for each row execute function portal_internal.touch_updated_at();
create trigger audit after insert or update or delete on public.documents
  for each row execute function portal_internal.audit_row('document');

create table public.crm_interactions (
  id uuid not null default gen_random_uuid(),
  org_id uuid not null default portal_internal.org_id() references public.orgs (id),
  customer_id uuid not null,
  location_id uuid,
  kind text not null check (kind ~ '^[a-z][a-z0-9_]{1,62}$'),
  direction text not null check (direction in ('inbound', 'outbound', 'internal')),
  summary text not null check (char_length(btrim(summary)) between 1 and 4000),
  occurred_at timestamptz not null default now(),
  created_by_user_id uuid default portal_internal.user_id() references auth.users (id) on delete set null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (org_id, id),
  foreign key (org_id, customer_id) references public.customers (org_id, id),
  foreign key (org_id, customer_id, location_id) references public.customer_locations (org_id, customer_id, id)
);
comment on table public.crm_interactions is
  'The office''s record of its contacts with a customer. Customers never see it.';
comment on column public.crm_interactions.id is 'Identifies the row, together with org_id.';
comment on column public.crm_interactions.org_id is 'The company this row belongs to.';
comment on column public.crm_interactions.customer_id is 'The customer.';
comment on column public.crm_interactions.location_id is 'The location it was about, if any.';
comment on column public.crm_interactions.kind is 'What it was, such as call, email or portal_message.';
comment on column public.crm_interactions.direction is 'inbound, outbound or internal.';
comment on column public.crm_interactions.summary is 'What it was about.';
comment on column public.crm_interactions.occurred_at is 'When it happened.';
comment on column public.crm_interactions.created_by_user_id is 'The log-in of whoever recorded it.';
comment on column public.crm_interactions.created_at is 'When the row was created.';
comment on column public.crm_interactions.updated_at is 'When the row last changed.';

create index idx_crm_interactions_org_id_customer_id on public.crm_interactions (org_id, customer_id, occurred_at desc);
create index idx_crm_interactions_org_id_location_id on public.crm_interactions (org_id, customer_id, location_id);
create index idx_crm_interactions_created_by_user_id on public.crm_interactions (created_by_user_id);

create trigger keep_keys before update on public.crm_interactions
  for each row execute function portal_internal.keep_columns('org_id', 'id', 'customer_id');
create trigger touch before update on public.crm_interactions
  for each row execute function portal_internal.touch_updated_at();
create trigger audit after insert or update or delete on public.crm_interactions
  for each row execute function portal_internal.audit_row('interaction', 'summary');

-- Access ---------------------------------------------------------------------------------------------

alter table public.quotes enable row level security;
alter table public.invoices enable row level security;
alter table public.payments enable row level security;
alter table public.documents enable row level security;
alter table public.crm_interactions enable row level security;
revoke all on table
  public.quotes, public.invoices, public.payments, public.documents, public.crm_interactions
  from public, anon, authenticated, service_role;

create policy "customers who may see bills and the office read quotes" on public.quotes
  for select to authenticated
  using (
    org_id = (select portal_internal.org_id())
    and (
      (select portal_internal.is_office())
      or status <> 'draft'
        and customer_id = any ((select portal_internal.customer_ids('billing'))::uuid[])
        and (customer_id = any ((select portal_internal.whole_customer_ids('billing'))::uuid[])
          or location_id = any ((select portal_internal.location_ids('billing'))::uuid[]))
    )
  );
create policy "customers who may see bills and the office read invoices" on public.invoices
  for select to authenticated
  using (
    org_id = (select portal_internal.org_id())
    and (
      (select portal_internal.is_office())
      or status <> 'draft'
        and customer_id = any ((select portal_internal.customer_ids('billing'))::uuid[])
        and (customer_id = any ((select portal_internal.whole_customer_ids('billing'))::uuid[])
          or location_id = any ((select portal_internal.location_ids('billing'))::uuid[]))
    )
  );
create policy "customers who may see bills and the office read payments" on public.payments
  for select to authenticated
  using (
    org_id = (select portal_internal.org_id())
    and (
      (select portal_internal.is_office())
      or customer_id = any ((select portal_internal.customer_ids('billing'))::uuid[])
        and (customer_id = any ((select portal_internal.whole_customer_ids('billing'))::uuid[])
          or location_id = any ((select portal_internal.location_ids('billing'))::uuid[]))
    )
  );

-- A bill does not become readable for everybody by being filed as a document.
create policy "customers and staff read documents in their reach" on public.documents
  for select to authenticated
  using (
    org_id = (select portal_internal.org_id())
    and (
      (select portal_internal.is_office())
      or visibility = 'customer'
        and customer_id = any ((select portal_internal.customer_ids())::uuid[])
        and (customer_id = any ((select portal_internal.whole_customer_ids())::uuid[])
          or location_id = any ((select portal_internal.location_ids())::uuid[]))
        and (kind not in ('invoice', 'quote')
          or customer_id = any ((select portal_internal.whole_customer_ids('billing'))::uuid[])
          or location_id = any ((select portal_internal.location_ids('billing'))::uuid[]))
      or work_order_id = any ((select portal_internal.job_ids())::uuid[])
        and kind not in ('invoice', 'quote')
    )
  );
create policy "the office adds documents" on public.documents
  for insert to authenticated
  with check (org_id = (select portal_internal.org_id()) and (select portal_internal.is_office()));
create policy "the office changes documents" on public.documents
  for update to authenticated
  using (org_id = (select portal_internal.org_id()) and (select portal_internal.is_office()))
  with check (org_id = (select portal_internal.org_id()) and (select portal_internal.is_office()));

create policy "the office reads its contacts with customers" on public.crm_interactions
  for select to authenticated
  using (org_id = (select portal_internal.org_id()) and (select portal_internal.is_office()));
create policy "the office records contacts with customers" on public.crm_interactions
  for insert to authenticated
  with check (org_id = (select portal_internal.org_id()) and (select portal_internal.is_office()));
create policy "the office corrects its contacts with customers" on public.crm_interactions
  for update to authenticated
  using (org_id = (select portal_internal.org_id()) and (select portal_internal.is_office()))
  with check (org_id = (select portal_internal.org_id()) and (select portal_internal.is_office()));

grant select on table public.quotes, public.invoices, public.crm_interactions to authenticated;
grant select (org_id, id, customer_id, location_id, invoice_id, status, amount_cents, currency, method, paid_at, created_at,
    updated_at)
  on table public.payments to authenticated;
grant
  select (org_id, id, customer_id, location_id, work_order_id, kind, title, mime_type, size_bytes, visibility, created_at,
    updated_at),
  insert (org_id, customer_id, location_id, work_order_id, kind, title, bucket, path, mime_type, size_bytes, visibility),
  update (location_id, work_order_id, kind, title, visibility)
  on table public.documents to authenticated;
grant
  insert (org_id, customer_id, location_id, kind, direction, summary, occurred_at),
  update (location_id, kind, direction, summary, occurred_at)
  on table public.crm_interactions to authenticated;
-- Also with the secret key nothing here is deleted: a status or flag ends it, and the history stays.
grant select, insert, update on table
  public.quotes, public.invoices, public.payments, public.documents, public.crm_interactions
  to service_role;
