-- What is to be paid, without any id: {open_invoices}. People who may not see bills see none here either.
select jsonb_build_object('open_invoices', coalesce(jsonb_agg(jsonb_strip_nulls(jsonb_build_object(
  'number', i.number, 'status', i.status, 'total', to_char(i.total_cents / 100.0, 'FM99999990.00'),
  'balance', to_char(i.balance_cents / 100.0, 'FM99999990.00'), 'currency', i.currency,
  'issued', to_char(i.issued_at, 'YYYY-MM-DD'), 'due', to_char(i.due_at, 'YYYY-MM-DD')))
  order by i.due_at, i.number), '[]'))
from (
  select * from portal.invoices
  where status in ('open', 'overdue') and balance_cents > 0
  order by due_at, number
  limit 20
) i
