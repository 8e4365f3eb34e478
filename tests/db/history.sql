-- Proves: what customers read of their history, bills and conversations is theirs, is meant for them, and adds up.
begin;
\ir people.psql
select plan(51);

-- Dana's finished job at home, with something of every kind, for her and for the company alone; one at her studio.
insert into public.work_orders
  (org_id, id, customer_id, location_id, service_type, technician_id, status, window_start, window_end, completed_at, job_summary)
select pg_temp.id('one'), pg_temp.id(job), pg_temp.id('dana/customer'), pg_temp.id('dana/' || place), 'visit', pg_temp.id('tess/technician'),
       'completed', now() - ago, now() - ago + interval '2 hours', now() - ago + interval '1 hour', 'Changed the ' || job
from (values ('valve', 'home', interval '10 days'), ('fan', 'studio', interval '5 days')) as done (job, place, ago);
insert into public.work_order_notes (org_id, work_order_id, visibility, body)
select pg_temp.id('one'), pg_temp.id('valve'), visibility::portal.note_visibility, visibility || ' note' from unnest(array['customer', 'internal']) as visibility;
insert into public.work_order_parts (org_id, work_order_id, visibility, name)
select pg_temp.id('one'), pg_temp.id('valve'), visibility::portal.note_visibility, visibility || ' part' from unnest(array['customer', 'internal']) as visibility;
insert into public.documents (org_id, id, customer_id, location_id, work_order_id, kind, title, path, mime_type, visibility)
select pg_temp.id('one'), pg_temp.id(title), pg_temp.id('dana/customer'), pg_temp.id('dana/home'), pg_temp.id('valve'), kind::portal.document_kind, title,
       concat_ws('/', pg_temp.id('one'), pg_temp.id('dana/customer'), kind, title || '.pdf'), 'application/pdf', visibility::portal.note_visibility
from (values ('Report', 'work_order', 'customer'), ('Bill', 'invoice', 'customer'), ('Measurements', 'other', 'internal')) as file (title, kind, visibility);
insert into public.quotes (org_id, customer_id, location_id, number, status, total_cents)
select pg_temp.id('one'), pg_temp.id('dana/customer'), pg_temp.id('dana/home'), 'Q-' || status, status, 5000
from unnest(array['draft', 'sent']::portal.quote_status[]) as status;
insert into public.invoices (org_id, id, customer_id, location_id, work_order_id, number, status, total_cents)
select pg_temp.id('one'), pg_temp.id('bill/' || status), pg_temp.id('dana/customer'), pg_temp.id('dana/home'), pg_temp.id('valve'), 'I-' || status, status, 10000
from unnest(array['draft', 'open', 'void', 'paid']::portal.invoice_status[]) as status;
insert into public.payments (org_id, customer_id, invoice_id, status, amount_cents, method)
select pg_temp.id('one'), pg_temp.id('dana/customer'), pg_temp.id('bill/open'), status, 3000, 'card'
from unnest(array['succeeded', 'succeeded', 'failed', 'pending', 'refunded']::portal.payment_status[]) as status;
insert into public.equipment (org_id, id, customer_id, location_id, kind)
values (pg_temp.id('one'), pg_temp.id('boiler'), pg_temp.id('dana/customer'), pg_temp.id('dana/home'), 'Boiler');
insert into public.warranties (org_id, customer_id, location_id, equipment_id, title, starts_on)
values (pg_temp.id('one'), pg_temp.id('dana/customer'), pg_temp.id('dana/home'), pg_temp.id('boiler'), 'Parts', current_date);
insert into public.memberships (org_id, customer_id, plan_name, starts_on, price_cents)
values (pg_temp.id('one'), pg_temp.id('dana/customer'), 'Plan', current_date, 100);

-- Nemo belongs to nobody here: he is let in to dana's home, to look (and see bills) or only to look. Her studio he does not see.
create function pg_temp.let_in(capabilities portal.capability[]) returns void language sql as $$
  insert into public.portal_accounts (org_id, id, user_id, customer_id, implicit_grant)
  values (pg_temp.id('one'), pg_temp.id('nemo/account'), pg_temp.id('nemo'), pg_temp.id('dana/customer'), false) on conflict do nothing;
  insert into public.portal_account_grants (org_id, portal_account_id, customer_id, location_id, capabilities)
  values (pg_temp.id('one'), pg_temp.id('nemo/account'), pg_temp.id('dana/customer'), pg_temp.id('dana/home'), capabilities)
  on conflict (org_id, portal_account_id, customer_id, location_id) do update set capabilities = excluded.capabilities;
$$;
select pg_temp.let_in('{view}');

-- Who sees how much --------------------------------------------------------------------------------------------
select is(pg_temp.answer(person, format('select count(*) from portal.%I', thing)), expected::text, format('%s sees %s of %s', person, expected, thing))
from (values
  ('service_history', 2, 1), ('job_notes', 1, 1), ('job_parts', 1, 1), ('documents', 2, 1), ('quotes', 1, 0), ('invoices', 3, 0), ('payments', 5, 0),
  ('equipment', 1, 1), ('warranties', 1, 1), ('memberships', 1, 0)
) as seen (thing, for_dana, for_nemo),
  lateral (values ('dana', for_dana), ('nemo', for_nemo), ('rex', 0), ('tova', 0)) as reader (person, expected);

-- What it says -------------------------------------------------------------------------------------------------
select is(pg_temp.answer('dana', 'select string_agg(body, '','') from portal.job_notes'), 'customer note', 'a note for the company alone is not shown');
select is(pg_temp.answer('dana', 'select string_agg(name, '','') from portal.job_parts'), 'customer part', 'nor such a part');
select is(pg_temp.answer('dana', format('select array_agg(title order by title) from portal.documents where appointment_id = %L', pg_temp.id('valve'))), '{Bill,Report}', 'nor such a document');
select is(pg_temp.answer('dana', format('select row (document_count, total_cents, currency) from portal.service_history where id = %L', pg_temp.id('valve'))), '(2,20000,USD)',
  'a visit counts its documents and adds up its bills, but no draft and nothing void');
select is(pg_temp.answer('nemo', format('select row (document_count, total_cents, currency) from portal.service_history where id = %L', pg_temp.id('valve'))), '(1,,)',
  'and says nothing of bills to those who may not see them');
select is(pg_temp.answer('dana', $$ select jsonb_object_agg(number, balance_cents) from portal.invoices $$)::jsonb, '{"I-open": 4000, "I-void": 0, "I-paid": 0}',
  'what is to be paid is the total less what was paid');
select pg_temp.let_in('{view,billing}');
select is(pg_temp.answer('nemo', $$ select jsonb_object_agg(number, balance_cents) from portal.invoices $$)::jsonb, '{"I-open": 4000, "I-void": 0, "I-paid": 0}',
  'also to somebody who sees the bills of one location');
select is(pg_temp.touched('service_role', $$ update public.payments set invoice_id = null where status = 'failed' and invoice_id = pg_temp.id('bill/open') $$), 1::bigint,
  'a payment is taken off a bill');
select is(pg_temp.answer('nemo', 'select count(*) from portal.payments'), '4', 'and is no longer seen at the location');
select is(pg_temp.refusal('dana', 'select path from public.documents'), '42501', 'where a file lies, open_document alone tells');
select is(pg_temp.refusal('dana', 'select provider_reference from public.payments'), '42501', 'what the payment provider calls a payment is not for customers');

select * from finish();
rollback;
