-- Proves: the rules of the tables hold on every path, an insert in psql and by a service included.
begin;
\ir people.psql
select plan(22);

-- Keys stay -----------------------------------------------------------------------------------------------
select is(pg_temp.refusal(who, format('update public.%s set %s where org_id = pg_temp.id(''one'')', target, change)), 'PT422 column_is_fixed',
  format('%s cannot move rows: %s', who, change))
from unnest(array['dba', 'service_role']) as who, (values
  ('customers', 'org_id = pg_temp.id(''two'')'),
  ('customers', 'id = gen_random_uuid()'),
  ('customer_locations', 'customer_id = pg_temp.id(''rex/customer'')'),
  ('work_orders', 'customer_id = pg_temp.id(''rex/customer'')'),
  ('portal_accounts', 'user_id = pg_temp.id(''nemo'')')
) as row (target, change);
select is_empty(
  $$ select c.relname from pg_class c
     where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
       and c.relname not in ('orgs', 'kb_articles', 'kb_article_chunks', 'kb_embedding_jobs', 'kb_embedding_models', 'portal_receipts',
         -- One row per company, conversation or message, whose id is the key.
         'org_assistant_settings', 'portal_ai_turns', 'portal_sentiment_jobs')
       and not exists (
         select from pg_trigger t where t.tgrelid = c.oid and t.tgenabled = 'O'
           and (t.tgfoid = 'portal_internal.refuse_change'::regproc
             or t.tgfoid = 'portal_internal.keep_columns'::regproc and t.tgtype = 1 | 2 | 16
               and (string_to_array(encode(t.tgargs, 'escape'), '\000')) @> '{org_id,id}')) $$,
  'on every tenant table that clients reach, company and id are set once');
select is_empty(
  $$ select t.tgrelid::regclass, argument from pg_trigger t, unnest(string_to_array(encode(t.tgargs, 'escape'), '\000')) as argument
     where t.tgfoid = 'portal_internal.keep_columns'::regproc and argument <> ''
       and not exists (select from pg_attribute a where a.attrelid = t.tgrelid and a.attname = argument and not a.attisdropped) $$,
  'what the triggers keep are columns of the table');
-- Whose something is, is decided once: where a customer or location is on a row, the row is kept to it.
select set_eq(
  $$ select format('%s.%s', a.attrelid::regclass, a.attname)
     from pg_attribute a join pg_trigger t on t.tgrelid = a.attrelid and t.tgfoid = 'portal_internal.keep_columns'::regproc
     where a.attname in ('customer_id', 'location_id') and not a.attisdropped
       and not (string_to_array(encode(t.tgargs, 'escape'), '\000')) @> array[a.attname::text] $$,
  array[
    'customer_contacts.location_id', 'crm_interactions.location_id', 'documents.location_id', 'equipment.location_id',
    'invoices.location_id', 'quotes.location_id', 'warranties.location_id',
    'payments.location_id',  -- copied from the bill, also when a payment is put down to one later
    'portal_ai_conversations.customer_id',  -- known once an anonymous talk is claimed
    'portal_notifications.customer_id', 'profiles.customer_id'],
  'whose a row is stays, but for these; the place may be corrected within the customer');

-- Children belong to whom their parent belongs ---------------------------------------------------------------
insert into public.work_order_notes (org_id, id, work_order_id, customer_id, location_id, body)
values (pg_temp.id('one'), pg_temp.id('note'), pg_temp.id('dana/job'), pg_temp.id('rex/customer'), pg_temp.id('rex/home'), 'Note');
select is((select customer_id || ' ' || location_id from public.work_order_notes where id = pg_temp.id('note')),
  pg_temp.id('dana/customer') || ' ' || pg_temp.id('dana/home'), 'a note is for the customer of its job, whatever the insert says');
insert into public.portal_threads (org_id, id, customer_id, subject, created_by_portal_account_id)
values (pg_temp.id('one'), pg_temp.id('dana/thread'), pg_temp.id('dana/customer'), 'Boiler', pg_temp.id('dana/account'));
insert into public.portal_messages (org_id, id, thread_id, customer_id, sender_portal_account_id, body)
values (pg_temp.id('one'), pg_temp.id('message'), pg_temp.id('dana/thread'), pg_temp.id('rex/customer'), pg_temp.id('dana/account'), 'Hi');
select is((select customer_id from public.portal_messages where id = pg_temp.id('message')), pg_temp.id('dana/customer'), 'and a message for that of its thread');
select is(pg_temp.refusal('rex', $$ insert into public.portal_messages (thread_id, body) values (pg_temp.id('dana/thread'), 'Hi') $$), 'PT404 not_found',
  'nobody writes into somebody else''s thread');
select is(pg_temp.refusal('dba', $$ insert into public.work_order_notes (org_id, work_order_id, body) values (pg_temp.id('one'), gen_random_uuid(), 'x') $$), '23502',
  'a note without a job is refused');

-- Across customers and companies --------------------------------------------------------------------------------
select is(pg_temp.refusal('dba', format(
    $$ insert into public.work_orders (org_id, customer_id, location_id, service_type, technician_id, window_start, window_end)
       values (%L, %L, %L, %L, %L, now() + interval '5 days', now() + interval '5 days 1 hour') $$,
    pg_temp.id(org), pg_temp.id(customer), pg_temp.id(place), 'visit', pg_temp.id(technician))),
  expected, format('a job for %s at %s by %s in %s: %s', customer, place, technician, org, expected))
from (values
  ('one', 'dana/customer', 'dana/home', 'tess/technician', 'accepted'),
  ('one', 'dana/customer', 'rex/home', 'tess/technician', '23503'),
  ('one', 'tova/customer', 'tova/home', 'tess/technician', '23503'),
  ('two', 'tova/customer', 'tova/home', 'tess/technician', '23503'),
  ('two', 'dana/customer', 'dana/home', 'uwe/technician', '23503')
) as job (org, customer, place, technician, expected);

select * from finish();
rollback;
