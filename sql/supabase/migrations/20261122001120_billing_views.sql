-- Chapter 11b: what portal users who may see bills read of them. Built like chapter 11.

create view portal.quotes with (security_invoker = true) as
select
  q.org_id,
  q.id,
  q.customer_id,
  q.location_id,
  q.work_order_id as appointment_id,
  q.number,
  q.status,
  q.total_cents,
  q.currency,
  q.issued_at,
  q.expires_at,
  q.created_at,
  q.updated_at
from public.quotes q
where q.org_id = (select portal_internal.org_id())
  and q.customer_id = any ((select portal_internal.customer_ids('billing'))::uuid[])
  and q.status <> 'draft';
comment on view portal.quotes is
  'Offers made to the customers in the caller''s reach, to those who may see bills. Staff read public.quotes.';
comment on column portal.quotes.org_id is 'The company this row belongs to.';
comment on column portal.quotes.id is 'Identifies the row, together with org_id.';
comment on column portal.quotes.customer_id is 'Whom the offer is for.';
comment on column portal.quotes.location_id is 'Where the work would be done.';
comment on column portal.quotes.appointment_id is 'The visit the offer belongs to, if any.';
comment on column portal.quotes.number is 'Number on the paper.';
comment on column portal.quotes.status is 'Where the offer stands.';
comment on column portal.quotes.total_cents is 'Total in cents.';
comment on column portal.quotes.currency is 'ISO 4217 code of the currency.';
comment on column portal.quotes.issued_at is 'When it was sent.';
comment on column portal.quotes.expires_at is 'Until when it can be accepted.';
comment on column portal.quotes.created_at is 'When the row was created.';
comment on column portal.quotes.updated_at is 'When the row last changed.';

create view portal.invoices with (security_invoker = true) as
select
  i.org_id,
  i.id,
  i.customer_id,
  i.location_id,
  i.work_order_id as appointment_id,
  i.number,
  i.status,
  i.total_cents,
  case
    when i.status in ('paid', 'void') then 0
    else greatest(0, i.total_cents - coalesce((
      select sum(p.amount_cents)
      from public.payments p
      where p.org_id = i.org_id and p.customer_id = i.customer_id and p.invoice_id = i.id and p.status = 'succeeded'
    ), 0))
  end::integer as balance_cents,
  i.currency,
  i.issued_at,
  i.due_at,
  i.created_at,
  i.updated_at
from public.invoices i
where i.org_id = (select portal_internal.org_id())
  and i.customer_id = any ((select portal_internal.customer_ids('billing'))::uuid[])
  and i.status <> 'draft';
comment on view portal.invoices is
  'Bills of the customers in the caller''s reach, to those who may see them. Staff read public.invoices.';
comment on column portal.invoices.org_id is 'The company this row belongs to.';
comment on column portal.invoices.id is 'Identifies the row, together with org_id.';
comment on column portal.invoices.customer_id is 'Who is billed.';
comment on column portal.invoices.location_id is 'Where the work was done.';
comment on column portal.invoices.appointment_id is 'The visit that is billed, if it is one.';
comment on column portal.invoices.number is 'Number on the paper.';
comment on column portal.invoices.status is 'Where the bill stands.';
comment on column portal.invoices.total_cents is 'Total in cents.';
comment on column portal.invoices.balance_cents is
  'What is still to be paid, in cents: the total less the payments that succeeded.';
comment on column portal.invoices.currency is 'ISO 4217 code of the currency.';
comment on column portal.invoices.issued_at is 'When it was sent.';
comment on column portal.invoices.due_at is 'When it must be paid.';
comment on column portal.invoices.created_at is 'When the row was created.';
comment on column portal.invoices.updated_at is 'When the row last changed.';

create view portal.payments with (security_invoker = true) as
select
  p.org_id,
  p.id,
  p.customer_id,
  p.location_id,
  p.invoice_id,
  i.number,
  i.work_order_id as appointment_id,
  p.status,
  p.amount_cents as total_cents,
  p.currency,
  p.method,
  p.created_at as issued_at,
  p.paid_at,
  p.updated_at
from public.payments p
left join public.invoices i on i.org_id = p.org_id and i.id = p.invoice_id
where p.org_id = (select portal_internal.org_id())
  and p.customer_id = any ((select portal_internal.customer_ids('billing'))::uuid[]);
comment on view portal.payments is
  'Payments of the customers in the caller''s reach, to those who may see bills. Staff read public.payments.';
comment on column portal.payments.org_id is 'The company this row belongs to.';
comment on column portal.payments.id is 'Identifies the row, together with org_id.';
comment on column portal.payments.customer_id is 'Who paid.';
comment on column portal.payments.location_id is 'The location that was billed; null for the whole customer.';
comment on column portal.payments.invoice_id is 'The bill that is paid, if it is one.';
comment on column portal.payments.number is 'Number of that bill.';
comment on column portal.payments.appointment_id is 'The visit that was billed, if it is one.';
comment on column portal.payments.status is 'Where the payment stands.';
comment on column portal.payments.total_cents is 'Amount in cents.';
comment on column portal.payments.currency is 'ISO 4217 code of the currency.';
comment on column portal.payments.method is 'How it was paid, such as card or check.';
comment on column portal.payments.issued_at is 'When the payment was recorded.';
comment on column portal.payments.paid_at is 'When the money arrived.';
comment on column portal.payments.updated_at is 'When the row last changed.';

-- Access ---------------------------------------------------------------------------------------------

revoke all on table
  portal.quotes, portal.invoices, portal.payments
  from public, anon, authenticated, service_role;
grant select on table
  portal.quotes, portal.invoices, portal.payments
  to authenticated;
