-- Chapter 13: the files themselves, where Supabase Storage is installed; without it this chapter does nothing.
--
-- Every file lies below <org_id>/<customer_id>/<kind>/. `attachments` is what people send along with a request or
-- message; `documents` is what the office files, and is opened through portal.open_document. Nobody deletes through
-- the API: with the secret key files can be removed.

do $$
begin
  if to_regclass('storage.objects') is null then
    raise notice 'There is no Supabase Storage in this database, so no buckets were made.';
    return;
  end if;

  insert into storage.buckets (id, name, public, file_size_limit, allowed_mime_types)
  select bucket, bucket, false, megabytes * 1024 * 1024, array[
    'image/jpeg', 'image/png', 'image/webp', 'image/gif', 'image/heic', 'image/heif', 'application/pdf', 'video/mp4',
    'video/quicktime']
  from (values ('attachments', 25), ('documents', 50)) as made (bucket, megabytes)
  on conflict do nothing;

  -- Customers read what belongs to their whole customer. Who sees single locations only, sees what they sent
  -- themselves: a path does not say which location a file is about.
  create policy "pg_portal: people read files in their reach" on storage.objects
    for select to authenticated
    using (
      bucket_id in ('attachments', 'documents')
      and split_part(name, '/', 1) = (select portal_internal.org_id())::text
      and (
        (select portal_internal.is_office())
        or bucket_id = 'attachments'
          and (
            split_part(name, '/', 2) = any ((select portal_internal.whole_customer_ids())::text[])
            or split_part(name, '/', 2) = any ((select portal_internal.job_customer_ids())::text[])
            or split_part(name, '/', 2) = any ((select portal_internal.customer_ids())::text[])
              and owner_id = (select portal_internal.user_id())::text
          )
        or portal_internal.can_open_file(bucket_id, name)
      )
    );
  create policy "pg_portal: people add attachments, the office documents" on storage.objects
    for insert to authenticated
    with check (
      split_part(name, '/', 1) = (select portal_internal.org_id())::text
      and split_part(name, '/', 2) ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'
      and split_part(name, '/', 4) <> ''
      and name !~ '(^|/)\.{0,2}(/|$)'
      and (
        bucket_id = 'attachments'
          and split_part(name, '/', 3) in ('photo', 'video', 'document')
          and (
            (select portal_internal.is_office())
            or split_part(name, '/', 2) = any ((select portal_internal.customer_ids())::text[])
            or split_part(name, '/', 2) = any ((select portal_internal.job_customer_ids())::text[])
          )
        or bucket_id = 'documents' and (select portal_internal.is_office())
      )
    );
  -- What customers have sent stays as it was sent.
  create policy "pg_portal: the office replaces documents" on storage.objects
    for update to authenticated
    using (
      bucket_id = 'documents'
      and split_part(name, '/', 1) = (select portal_internal.org_id())::text
      and (select portal_internal.is_office())
    )
    with check (
      bucket_id = 'documents'
      and split_part(name, '/', 1) = (select portal_internal.org_id())::text
      and split_part(name, '/', 2) ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'
      and split_part(name, '/', 4) <> ''
      and name !~ '(^|/)\.{0,2}(/|$)'
      and (select portal_internal.is_office())
    );
end $$;
