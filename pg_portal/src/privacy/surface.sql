-- Comments and grants of personal data. What is in portal_admin acts as whoever calls it.

comment on function portal_internal.export_customer(uuid) is 'The step beneath portal_admin.export_customer(). See there.';
comment on function portal_internal.erase_customer(uuid, boolean, boolean) is
  'The step beneath portal_admin.erase_customer(). See there.';
grant execute on function portal_internal.export_customer(uuid), portal_internal.erase_customer(uuid, boolean, boolean)
  to service_role;

comment on function portal_admin.export_customer(uuid) is
'Everything that is held about a customer and the people behind their accounts, as one JSON document. The export is written to the audit log (customer_exported).

Answers an object: format (pg_portal.customer_export/1), exported_at, company (id, slug, name), customer_id, tables (by table name an array of rows, each an object of column names and values), withheld (by table name the columns that are left out: secrets such as hashes of tokens, and what is the company''s own, such as which of its staff wrote something). personal_data() lists what is in it. Files are named by their paths, and are not in it.

Errors: PT404 no such customer.

Example: \copy (select portal_admin.export_customer(''...'')) to customer.json';
comment on function portal_admin.erase_customer(uuid, boolean, boolean) is
'Takes the personal data of a customer out of the database: rows are deleted, or stay without what is personal in them where the books or other rows need them (jobs, invoices, payments, quotes, memberships). personal_data() says what happens to which column. Events of the audit log lose payload, address, program and actor, and keep their hashes, so the chain still verifies; one event without personal data (customer_erased) says what was erased and is sealed at once. A log-in is deleted when the person has no account with another company and is not staff; otherwise it stays, and so does what belongs there.

customer_id: the customer. dry_run: true, the default, does it and takes it back; false keeps it. force: true erases a customer with open appointments or unpaid invoices; the appointments are canceled, the invoices stay.

Answers one row per table: table_name, rows, what. Files are Storage''s to delete, so there is one row for each that says what is left to do; likewise log-ins that the database may not delete. Do that, then call it again: it answers no row once nothing is left.

Old versions of rows stay in the files of the database until VACUUM, and samples of columns until ANALYZE: run vacuum (analyze) afterwards. Backups and the log of transactions have their own retention.

Errors: PT404 no such customer; PT422 open_business.

Example: select * from portal_admin.erase_customer(''...'', dry_run => false);';
comment on function portal_admin.personal_data() is
'What is stored and whose it is, one row per column of every table of ours: table_name, column_name, class, is_exported (export_customer has it), on_erasure (what erase_customer does to it). class is personal (about a person), fact (kept for the books), secret (never exported) or company (the company''s own).

Example: select * from portal_admin.personal_data() where class = ''personal'';';
grant execute on function portal_admin.export_customer(uuid), portal_admin.erase_customer(uuid, boolean, boolean),
  portal_admin.personal_data()
  to service_role;
