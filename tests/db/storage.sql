-- Proves: in Storage people reach the files of their own customers and nobody else's, on every path that goes through
-- row level security: that is each upload, download, listing and signing.
begin;
\ir people.psql
select plan(52);

select results_eq(
  $$ select id, public, file_size_limit from storage.buckets where id in ('attachments', 'documents') order by id $$,
  $$ values ('attachments', false, 25 * 1024 * 1024::bigint), ('documents', false, 50 * 1024 * 1024::bigint) $$,
  'there are two private buckets with a limit');
select is_empty(
  $$ select id from storage.buckets, unnest(allowed_mime_types) as type where id in ('attachments', 'documents') and type !~ '^(image/(jpeg|png|webp|gif|heic|heif)|video/(mp4|quicktime)|application/pdf)$' $$,
  'no bucket takes what a browser would run');

-- Nemo is let in to dana's studio only.
insert into public.portal_accounts (org_id, id, user_id, customer_id, implicit_grant)
values (pg_temp.id('one'), pg_temp.id('nemo/account'), pg_temp.id('nemo'), pg_temp.id('dana/customer'), false);
insert into public.portal_account_grants (org_id, portal_account_id, customer_id, location_id, capabilities)
values (pg_temp.id('one'), pg_temp.id('nemo/account'), pg_temp.id('dana/customer'), pg_temp.id('dana/studio'), '{view}');

create function pg_temp.path(org text, customer text, rest text) returns text language sql immutable as $$
  select concat_ws('/', pg_temp.id(org), pg_temp.id(customer || '/customer'), rest)
$$;
-- How an upload by the person ends: the Storage API inserts the row with them as its owner, and reads it back.
create function pg_temp.upload(person text, bucket text, path text) returns text language sql as $$
  select pg_temp.refusal(person, format('insert into storage.objects (bucket_id, name, owner_id) values (%L, %L, %L) returning id', bucket, path, pg_temp.id(person)))
$$;

-- Sending ------------------------------------------------------------------------------------------------------
select is(pg_temp.upload(person, 'attachments', pg_temp.path(org, customer, 'photo/leak.jpg')), expected,
  format('%s sends a photo for %s of company %s: %s', person, customer, org, expected))
from (values
  ('dana', 'one', 'dana', 'accepted'), ('dana', 'one', 'rex', '42501'), ('dana', 'two', 'tova', '42501'), ('dana', 'two', 'dana', '42501'),
  ('nemo', 'one', 'dana', 'accepted'), ('nemo', 'one', 'rex', '42501'), ('mona', 'one', 'dana', '42501'),
  ('cory', 'one', 'dana', 'accepted'), ('cory', 'two', 'tova', '42501'), ('tess', 'one', 'dana', 'accepted'), ('tess', 'one', 'rex', '42501'),
  ('cleo', 'one', 'dana', '42501'), ('tova', 'one', 'dana', '42501'), ('nobody', 'one', 'dana', '42501'), ('anon', 'one', 'dana', '42501')
) as sender (person, org, customer, expected);
select is(pg_temp.upload('dana', 'attachments', pg_temp.path('one', 'dana', rest)), '42501', format('a path is refused: …/%s', rest))
from unnest(array['', 'photo', 'photo/', 'leak.jpg', 'secret/leak.jpg', 'photo//leak.jpg', 'photo/../leak.jpg', 'photo/./leak.jpg', 'work_order/report.pdf']) as rest;
select is(pg_temp.upload('cory', 'attachments', pg_temp.id('one') || '/common/photo/leak.jpg'), '42501', 'the office, too, files by customer');
select is(pg_temp.upload('dana', 'other', pg_temp.path('one', 'dana', 'photo/leak.jpg')), '42501', 'no other bucket is opened');
select is(pg_temp.upload(person, 'documents', pg_temp.path('one', 'dana', 'work_order/report.pdf')), expected, format('%s files a document: %s', person, expected))
from (values ('cory', 'accepted'), ('dana', '42501'), ('tess', '42501'), ('cleo', '42501')) as sender (person, expected);

-- Receiving ----------------------------------------------------------------------------------------------------
insert into storage.objects (bucket_id, name, owner_id) values
  ('attachments', pg_temp.path('one', 'dana', 'photo/by-dana.jpg'), pg_temp.id('dana')),
  ('attachments', pg_temp.path('one', 'dana', 'photo/by-nemo.jpg'), pg_temp.id('nemo')),
  ('attachments', pg_temp.path('one', 'rex', 'photo/by-nemo.jpg'), pg_temp.id('nemo')),
  ('attachments', pg_temp.path('one', 'dana', 'photo/filed.jpg'), pg_temp.id('dana')),
  ('documents', pg_temp.path('one', 'dana', 'work_order/report.pdf'), pg_temp.id('cory')),
  ('documents', pg_temp.path('one', 'dana', 'invoice/bill.pdf'), pg_temp.id('cory')),
  ('documents', pg_temp.path('one', 'dana', 'other/measurements.pdf'), pg_temp.id('cory')),
  ('documents', pg_temp.path('one', 'dana', 'other/unfiled.pdf'), pg_temp.id('cory'));
-- The office files a photograph under the studio where it lies, among what was sent.
insert into public.documents (org_id, customer_id, location_id, kind, title, bucket, path, mime_type)
values (pg_temp.id('one'), pg_temp.id('dana/customer'), pg_temp.id('dana/studio'), 'photo', 'Leak', 'attachments', pg_temp.path('one', 'dana', 'photo/filed.jpg'), 'image/jpeg');
insert into public.documents (org_id, customer_id, location_id, work_order_id, kind, title, path, mime_type, visibility)
select pg_temp.id('one'), pg_temp.id('dana/customer'), pg_temp.id('dana/home'), pg_temp.id('dana/job'), kind::portal.document_kind, kind,
       pg_temp.path('one', 'dana', kind || '/' || file), 'application/pdf', visibility::portal.note_visibility
from (values ('work_order', 'report.pdf', 'customer'), ('invoice', 'bill.pdf', 'customer'), ('other', 'measurements.pdf', 'internal')) as row (kind, file, visibility);

select is(pg_temp.answer(person, $$ select string_agg(split_part(name, '/', 4), ' ' order by bucket_id, name) from storage.objects where bucket_id in ('attachments', 'documents')
    and split_part(name, '/', 1) = pg_temp.id('one')::text $$),
  expected, format('%s reads: %s', person, coalesce(expected, 'nothing')))
from (values
  ('dana', 'by-dana.jpg by-nemo.jpg filed.jpg bill.pdf report.pdf'),
  ('nemo', 'by-nemo.jpg filed.jpg'), -- his own for dana, and what is filed under the studio; what he sent elsewhere is out of his reach
  ('tess', 'by-dana.jpg by-nemo.jpg filed.jpg measurements.pdf report.pdf'), -- of the customer of her job; no bills
  ('rex', 'by-nemo.jpg'), ('mona', null), ('tova', null), ('cleo', null), ('nobody', null)
) as reader (person, expected);
select is(pg_temp.answer('cory', $$ select count(*) from storage.objects where split_part(name, '/', 1) = pg_temp.id('one')::text $$), '8', 'the office reads all files of its company');
select is(pg_temp.refusal('anon', 'select 1 / (select count(*) from storage.objects where bucket_id in (''attachments'', ''documents''))'), '22012', 'people who are not signed in read nothing');

-- Changing -----------------------------------------------------------------------------------------------------
select is(pg_temp.touched(person, format($$ update storage.objects set metadata = '{}' where name = %L and bucket_id = %L $$, pg_temp.path('one', 'dana', file), bucket)), expected::bigint,
  format('%s replaces %s: %s', person, file, expected))
from (values
  ('dana', 'attachments', 'photo/by-dana.jpg', 0), ('cory', 'attachments', 'photo/by-dana.jpg', 0), ('cory', 'documents', 'work_order/report.pdf', 1),
  ('cleo', 'documents', 'work_order/report.pdf', 0), ('dana', 'documents', 'work_order/report.pdf', 0)
) as change (person, bucket, file, expected);
select is(pg_temp.refusal('cory', format('update storage.objects set name = %L where name = %L', pg_temp.path('two', 'tova', 'work_order/report.pdf'), pg_temp.path('one', 'dana', 'work_order/report.pdf'))),
  '42501', 'a document does not move to another company');
select is(pg_temp.touched(person, 'delete from storage.objects'), 0::bigint, format('%s removes nothing', person)) from unnest(array['dana', 'cory', 'anon']) as person;
select is(pg_temp.refusal('dba', $$ update public.documents set path = pg_temp.path('one', 'rex', 'x.pdf') where path = pg_temp.path('one', 'dana', 'invoice/bill.pdf') $$), '23514',
  'a document cannot be filed with a path of another customer');

select * from finish();
rollback;
