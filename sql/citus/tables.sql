-- Where each table goes on Citus; the other scripts and tests/db/shardable.sql read it. A table without a line stops both.
create temporary table citus_tables (
  name text primary key,
  place text not null check (place in ('distributed', 'reference', 'coordinator')),
  why text check (why is not null or place = 'distributed')
) on commit drop;

-- The companies themselves: small, and every node needs them for its foreign keys.
insert into citus_tables (name, place, why) values
  ('orgs', 'reference', 'every table refers to its company');

-- Articles may belong to every company (org_id null), and cutting one into passages is a trigger that writes other rows. On a
-- reference table it would run once per node, so they stay where the functions run that search them.
insert into citus_tables (name, place, why) values
  ('kb_articles', 'coordinator', 'articles may belong to every company'),
  ('kb_article_chunks', 'coordinator', 'pieces of such articles'),
  ('kb_embedding_jobs', 'coordinator', 'what is to be done for such articles'),
  ('kb_embedding_models', 'coordinator', 'models serve all companies');

-- Everything else is one company's, and lies with the rest of that company.
insert into citus_tables (name, place)
select name, 'distributed' from unnest(array[
  'customers', 'customer_contacts', 'customer_locations', 'profiles', 'crm_interactions',
  'service_types', 'service_areas', 'booking_windows', 'booking_policies', 'org_holidays', 'org_business_hours', 'org_channels',
  'technicians', 'technician_skills', 'technician_shifts', 'technician_time_off',
  'work_orders', 'work_order_events', 'work_order_notes', 'work_order_parts',
  'equipment', 'warranties', 'memberships', 'quotes', 'invoices', 'payments', 'documents',
  'portal_accounts', 'portal_account_grants', 'portal_invites', 'portal_receipts', 'portal_notification_preferences',
  'portal_audit_events', 'portal_audit_seals', 'portal_booking_requests',
  'portal_threads', 'portal_messages', 'portal_message_reads', 'portal_sentiment_jobs',
  'portal_notifications', 'portal_live_events',
  'portal_ai_conversations', 'portal_ai_messages', 'portal_ai_turns', 'org_assistant_settings'
]) as name;

do $$
declare
  unknown text;
begin
  select string_agg(format('%s is not in sql/citus/tables.sql', relname), E'\n') into unknown
  from pg_class
  where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and not relispartition
    and relname not in (select name from citus_tables)
    and not exists (
      select from pg_depend where classid = 'pg_class'::regclass and objid = pg_class.oid and deptype = 'e');
  if unknown is not null then
    raise exception '%', unknown using hint = 'Say there where the table goes: with its company (distributed), or why not.';
  end if;
  select string_agg(format('there is no table public.%s', name), E'\n') into unknown
  from citus_tables where to_regclass(format('public.%I', name)) is null;
  if unknown is not null then
    raise exception '%', unknown using hint = 'Push all migrations first, or take the line out of sql/citus/tables.sql.';
  end if;
end $$;
