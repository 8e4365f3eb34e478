-- Comments and grants of job details and documents.

comment on function portal.job_detail(uuid) is
  'Everything about one job in one answer: {job, timeline, notes, parts, documents, quotes, invoices, equipment}; notes, parts and documents as far as they are meant for the customer, quotes and invoices for those who may see bills, equipment at the job''s location. For the customer''s people, the office and the job''s technician. A person''s first look at a job in an hour goes to the audit log (job_viewed). Errors: PT401; PT404 for an absent appointment and another''s alike.';
grant execute on function portal.job_detail(uuid) to authenticated;

comment on function portal.open_document(uuid) is
  'Where a document''s file lies, for storage.from(bucket).createSignedUrl(path, seconds). Every call goes to the audit log (document_opened) in the same transaction. Bills open only for those who may see bills. Errors: PT401; PT404 for an absent document and another''s alike.';
grant execute on function portal.open_document(uuid) to authenticated;

comment on function portal_internal.note_job_view(uuid) is
  'The step beneath portal.job_detail: writes the look to the audit log. DEFINER, because nobody may write there directly.';
grant execute on function portal_internal.note_job_view(uuid) to authenticated;

comment on function portal_internal.disclose_document(uuid) is
  'The step beneath portal.open_document: may the caller; then the audit log; then the path. DEFINER, because callers can read no path.';
grant execute on function portal_internal.disclose_document(uuid) to authenticated;

comment on function portal_internal.can_open_file(text, text) is
  'For the policies of Storage: true when the file at that path of the bucket is a document that the caller may open. DEFINER, because callers can read no path.';
grant execute on function portal_internal.can_open_file(text, text) to authenticated;
