select
  (select count(*) from public.work_orders w
   where w.org_id = $1 and w.customer_id = $2 and w.status in ('tentative', 'scheduled', 'en_route', 'on_site')),
  (select count(*) from public.invoices i
   where i.org_id = $1 and i.customer_id = $2 and i.status in ('open', 'overdue'))
