update public.work_orders w
set status = 'canceled'
where w.org_id = $1 and w.customer_id = $2 and w.status in ('tentative', 'scheduled', 'en_route', 'on_site')
