-- Proves: of every column that is stored it is written down whose it is; whoever adds one must say so.
begin;
select plan(6);

create temporary view stored as
select c.relname::text as table_name, a.attname::text as column_name, a.atttypid, a.attnotnull
from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p');

select is_empty(
  $$ select table_name, column_name from stored except select table_name, column_name from portal_admin.personal_data() $$,
  'every column is in the list');
select is_empty(
  $$ select table_name, column_name from portal_admin.personal_data() except select table_name, column_name from stored $$,
  'and the list has no other');

-- Rows that belong to a customer by their columns must be the customer's in the list.
select is_empty(
  $$ select distinct table_name from stored where column_name in ('customer_id', 'portal_account_id', 'sender_portal_account_id')
     except select table_name from portal_admin.personal_data() where on_erasure <> 'not about customers' $$,
  'a table that names customers or accounts is about customers');
select is_empty(
  $$ select p.table_name, p.column_name from portal_admin.personal_data() p
     where p.class in ('fact', 'company') and p.on_erasure <> 'not about customers'
       and p.column_name ~ '(^|_)(name|email|phone|address|body|content|subject|note|summary|title|description|payload|ip|agent|reason|preview)(_|$)'
       and (p.table_name, p.column_name) not in (
         ('work_order_parts', 'name'), ('technicians', 'display_name'), ('memberships', 'plan_name'),
         ('portal_notification_preferences', 'notify_booking_updates_email'), ('portal_notification_preferences', 'notify_marketing_email'),
         ('portal_notification_preferences', 'notify_messages_email'), ('portal_ai_messages', 'finish_reason')) $$,
  'what sounds like a person is personal, but for what is the company''s');
select is_empty(
  $$ select table_name, column_name from portal_admin.personal_data()
     where (class in ('secret') or column_name ~ '(^|_)(token|secret|hash)(_|$)') and is_exported $$,
  'no secret is exported');
select is(
  (select string_agg(distinct on_erasure, ', ' order by on_erasure) from portal_admin.personal_data() where class = 'personal'),
  'deleted with its row, deleted with its row, or erased, erased', 'nothing personal is kept');

select * from finish();
rollback;
