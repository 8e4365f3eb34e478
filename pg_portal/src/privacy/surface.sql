-- Comments and grants of personal data. What is in portal_admin acts as whoever calls it.

comment on function portal_internal.export_customer(uuid) is 'The step beneath portal_admin.export_customer(). See there.';
comment on function portal_internal.erase_customer(uuid, boolean, boolean) is
  'The step beneath portal_admin.erase_customer(). See there.';
grant execute on function portal_internal.export_customer(uuid), portal_internal.erase_customer(uuid, boolean, boolean)
  to service_role, portal_admin;

comment on function portal_admin.export_customer(uuid) is
'Answers everything that is held about a customer and the people behind their accounts, as one JSON document.

  customer_id  The customer: id of public.customers.

Answers   An object: format (pg_portal.customer_export/1), exported_at, company (id, slug, name), customer_id, tables (by
          name an array of rows, each an object of columns and values), withheld (by table the columns that are left out:
          secrets such as hashes of tokens, and what is the company''s own, such as which of its staff wrote something).
          personal_data() lists what is in it. Files are named by their paths, and are not in it.
Again     Another document, and another event: each export is in the audit log (customer_exported).
Errors    PT404 not_found.
Example   select portal_admin.export_customer((select id from public.customers order by created_at limit 1));';

comment on function portal_admin.erase_customer(uuid, boolean, boolean) is
'Takes the personal data of a customer out of the database. Rows are deleted, or stay without what is personal in them
where the books or other rows need them (jobs, invoices, payments, quotes, memberships); personal_data() says what happens
to which column. Events of the audit log lose payload, address, program and actor, and keep their hashes, so the chain
still verifies; one event without personal data (customer_erased) says what was erased and is sealed at once. A log-in is
deleted when the person has no account with another company and is not staff; otherwise it stays, with what belongs there.

  customer_id  The customer: id of public.customers.
  dry_run      True, the default: does it and takes it back.
  force        True: also with open appointments, which are canceled, and unpaid invoices, which stay; default false.

Answers   A row per table: table_name, rows, what. Files are Storage''s to delete, so a row for each says what is left to
          do; likewise for log-ins that the database may not delete.
Again     Answers no row once nothing is left. Run vacuum (analyze) afterwards: old versions of rows stay in the files of
          the database until then. Backups and the write-ahead log have their own retention.
Errors    PT404 not_found, PT422 open_business.
Example   select * from portal_admin.erase_customer(
            (select id from public.customers order by created_at limit 1), dry_run => true, force => true);';

comment on function portal_admin.personal_data() is
'Lists what is stored and whose it is, column by column, for every table of the portal. Changes nothing.

Answers   A row per column: table_name, column_name, class, is_exported (export_customer has it), on_erasure (what
          erase_customer does to it). class is personal (about a person), fact (kept for the books), secret (never
          exported) or company (the company''s own).
Errors    None of its own.
Example   select * from portal_admin.personal_data() where class = ''personal'';';

grant execute on function portal_admin.export_customer(uuid), portal_admin.erase_customer(uuid, boolean, boolean),
  portal_admin.personal_data()
  to service_role, portal_admin;
grant execute on function portal_admin.personal_data() to portal_readonly;
