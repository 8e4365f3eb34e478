-- Proves: a job's whole story is told to those who may see the job and leaves out what is internal, a draft or a bill
-- that is not theirs; looks and openings go to the audit log; nobody reads a path but through open_document; and what
-- opens there is exactly what row level security shows, for everybody and every kind of document.
begin;
\ir people.psql
select plan(82);

-- Three more people of dana's: nemo sees all of hers but no bills, lena sees her home, vito pays for her studio.
insert into auth.users (id, aud, role, email, email_confirmed_at)
select pg_temp.id(name), 'authenticated', 'authenticated', name || '@test.example', now()
from unnest(array['lena', 'vito']) as name;
insert into public.portal_accounts (org_id, id, user_id, customer_id, implicit_grant)
select pg_temp.id('one'), pg_temp.id(person || '/account'), pg_temp.id(person), pg_temp.id('dana/customer'), false
from unnest(array['nemo', 'lena', 'vito']) as person;
insert into public.portal_account_grants (org_id, portal_account_id, customer_id, location_id, capabilities)
select pg_temp.id('one'), pg_temp.id(person || '/account'), pg_temp.id('dana/customer'), pg_temp.id(place), capabilities::portal.capability[]
from (values
  ('nemo', null, '{view}'), ('lena', 'dana/home', '{view,book}'), ('vito', 'dana/studio', '{view,billing}')
) as granted (person, place, capabilities);

-- A paper of every kind, visibility and place, on dana's job and on none; and one of two other customers.
insert into public.documents (org_id, id, customer_id, location_id, work_order_id, kind, title, path, mime_type, visibility)
select pg_temp.id('one'), pg_temp.id(name), pg_temp.id('dana/customer'), pg_temp.id(place), pg_temp.id(job), kind::portal.document_kind,
  case visibility when 'internal' then 'hush' else 'Paper' end,
  format('%s/%s/%s/%s.pdf', pg_temp.id('one'), pg_temp.id('dana/customer'), kind, pg_temp.id(name)), 'application/pdf', visibility::portal.note_visibility
from unnest(array['photo', 'invoice', 'quote']) as kind, unnest(array['customer', 'internal']) as visibility,
  unnest(array[null, 'dana/home', 'dana/studio']) as place, unnest(array[null, 'dana/job']) as job,
  concat_ws(' ', kind, visibility, place, job) as name;
insert into public.documents (org_id, id, customer_id, kind, title, path, mime_type)
select pg_temp.id(org), pg_temp.id(person || '/paper'), pg_temp.id(person || '/customer'), 'photo', 'Paper',
  format('%s/%s/photo/x.pdf', pg_temp.id(org), pg_temp.id(person || '/customer')), 'application/pdf'
from (values ('one', 'rex'), ('two', 'tova')) as other (org, person);
create temporary table files as select org_id, id, bucket, path from public.documents
where org_id in (pg_temp.id('one'), pg_temp.id('two'));
grant select on files to public;

-- Who opens what ---------------------------------------------------------------------------------------------
create function pg_temp.opens(person text) returns bigint language sql as $$
  select count(*) from files f
  where pg_temp.refusal(person, format('select * from portal.open_document(%L)', f.id)) = 'accepted'
$$;
create function pg_temp.refused(person text) returns text language sql as $$
  select string_agg(distinct refusal, ', ')
  from (select pg_temp.refusal(person, format('select * from portal.open_document(%L)', f.id)) as refusal from files f) tried
  where refusal <> 'accepted'
$$;
select unnest(array[
  is(pg_temp.answer(person, 'select count(*) from public.documents')::int, papers, format('%s sees %s papers', person, papers)),
  is(pg_temp.opens(person)::int, papers, format('%s opens as many', person)),
  is(pg_temp.answer(person, $$ select count(*) from files f
      where portal_internal.can_open_file(f.bucket, f.path) is distinct from (f.id in (select d.id from public.documents d)) $$),
    '0', format('and %s may fetch from Storage exactly those', person))])
from (values
  ('dana', 18), ('nemo', 6), ('lena', 2), ('vito', 6), ('rex', 1), ('mona', 0), ('adam', 37), ('cory', 37), ('tess', 6),
  ('tova', 1), ('cleo', 1)
) as reader (person, papers);
select is(pg_temp.refused(person), 'PT404 not_found', person || ' is told nothing of the others')
from unnest(array['dana', 'mona', 'lena', 'tess', 'cleo']) as person;
select is(pg_temp.refusal('dana', 'select * from portal.open_document(null)'), 'PT404 not_found', 'nor of a paper without an id');
select is(pg_temp.refused('nobody'), 'PT401 not_signed_in', 'who is not signed in is told so');
select is(pg_temp.answer('nobody', 'select count(*) filter (where portal_internal.can_open_file(bucket, path)) from files'), '0', 'and fetches nothing');
select is(pg_temp.refused('anon'), '42501', 'anonymous people cannot even ask');
select is(pg_temp.answer('dana', $$ select portal_internal.can_open_file('documents', null) $$), 'false', 'no path is no file');
select is(pg_temp.answer('dana', format('select concat_ws(%L, bucket, path, title, mime_type) from portal.open_document(%L)', ' ', pg_temp.id('photo customer'))),
  format('documents %s/%s/photo/%s.pdf Paper application/pdf', pg_temp.id('one'), pg_temp.id('dana/customer'), pg_temp.id('photo customer')),
  'the answer is where the file lies');

-- Nobody reads a path elsewhere ---------------------------------------------------------------------------------
select is(pg_temp.refusal(person, format('select %s from public.documents', hidden)), '42501', format('%s cannot read the %s', person, hidden))
from unnest(array['dana', 'tess', 'adam']) as person, unnest(array['path', 'bucket']) as hidden;
select is(pg_temp.refusal('dana', 'select path from portal.documents'), '42703', 'the view has no path');

-- What the audit log has ----------------------------------------------------------------------------------------
create function pg_temp.log(event text, person text) returns text language sql as $$
  select count(*) || coalesce(' ' || string_agg(distinct concat_ws(' ', e.actor_type, e.entity,
    case e.portal_account_id when pg_temp.id(person || '/account') then 'own account' end, e.event_payload ->> 'kind'), ', '), '')
  from public.portal_audit_events e where e.event_type = event and e.actor_user_id = pg_temp.id(person)
$$;
select is(pg_temp.log('document_opened', 'dana'), '1 portal_user document own account photo', 'every opening is on record');
select is(pg_temp.log('document_opened', 'rex'), '0', 'what was refused or rolled back is not');
select is(pg_temp.touched(person, format('select * from portal.open_document(%L)', pg_temp.id('photo customer dana/home dana/job'))), 1::bigint, person || ' opens it')
from unnest(array['dana', 'cory', 'tess']) as person;
select is(pg_temp.log('document_opened', person), logged, person || ' is on record')
from (values ('dana', '2 portal_user document own account photo'), ('cory', '1 staff document photo'), ('tess', '1 staff document photo')) as opened (person, logged);

-- The story of a job -----------------------------------------------------------------------------------------
insert into public.work_order_notes (org_id, work_order_id, visibility, body, author_name) values
  (pg_temp.id('one'), pg_temp.id('dana/job'), 'customer', 'Filter changed', 'Tess'),
  (pg_temp.id('one'), pg_temp.id('dana/job'), 'internal', 'hush', 'Tess');
insert into public.work_order_parts (org_id, work_order_id, visibility, name) values
  (pg_temp.id('one'), pg_temp.id('dana/job'), 'customer', 'Filter'),
  (pg_temp.id('one'), pg_temp.id('dana/job'), 'internal', 'hush');
insert into public.quotes (org_id, customer_id, work_order_id, number, status, total_cents) values
  (pg_temp.id('one'), pg_temp.id('dana/customer'), pg_temp.id('dana/job'), 'Q-1', 'sent', 9000),
  (pg_temp.id('one'), pg_temp.id('dana/customer'), pg_temp.id('dana/job'), 'hush', 'draft', 1);
insert into public.invoices (org_id, id, customer_id, work_order_id, number, status, total_cents) values
  (pg_temp.id('one'), pg_temp.id('bill'), pg_temp.id('dana/customer'), pg_temp.id('dana/job'), 'I-1', 'open', 9000),
  (pg_temp.id('one'), pg_temp.id('void'), pg_temp.id('dana/customer'), pg_temp.id('dana/job'), 'I-2', 'void', 500),
  (pg_temp.id('one'), pg_temp.id('draft'), pg_temp.id('dana/customer'), pg_temp.id('dana/job'), 'hush', 'draft', 1);
insert into public.payments (org_id, customer_id, invoice_id, status, amount_cents, method)
select pg_temp.id('one'), pg_temp.id('dana/customer'), pg_temp.id('bill'), status::portal.payment_status, 2500, 'card'
from unnest(array['succeeded', 'failed']) as status;
insert into public.equipment (org_id, customer_id, location_id, kind, is_active)
select pg_temp.id('one'), pg_temp.id('dana/customer'), pg_temp.id('dana/' || place), kind, kind <> 'hush'
from (values ('home', 'Furnace'), ('home', 'hush'), ('studio', 'Boiler')) as machine (place, kind);

-- The parts of the story, in one line; `hush` stands in all that must not be in it.
create function pg_temp.story(person text, job text default 'dana/job') returns text language sql as $$
  select concat_ws('; ', d #>> '{job,reference}' = w.reference, 'timeline ' || jsonb_array_length(d -> 'timeline'),
    d #>> '{notes,0,body}', d #>> '{parts,0,name}',
    (select string_agg(distinct paper ->> 'kind', ' ' order by paper ->> 'kind') || ' ' || count(*) from jsonb_array_elements(d -> 'documents') paper),
    d #>> '{quotes,0,number}',
    (select string_agg(concat_ws(' ', bill ->> 'number', bill ->> 'balance_cents'), ', ' order by bill ->> 'number') from jsonb_array_elements(d -> 'invoices') bill),
    (select string_agg(machine ->> 'kind', ', ') from jsonb_array_elements(d -> 'equipment') machine),
    case when d::text like '%hush%' or d::text like '%path%' then 'A SECRET' end)
  from (select pg_temp.answer(person, format('select portal.job_detail(%L)', pg_temp.id(job)))::jsonb as d) told
  join public.work_orders w on w.id = pg_temp.id(job)
$$;
select is(pg_temp.story(person), story, format('what %s is told of the job', person))
from (values
  ('dana', 't; timeline 1; Filter changed; Filter; invoice photo quote 9; Q-1; I-1 6500, I-2 0; Furnace'),
  ('nemo', 't; timeline 1; Filter changed; Filter; photo 3; Furnace'),
  ('lena', 't; timeline 1; Filter changed; Filter; photo 1; Furnace'),
  ('tess', 't; timeline 1; Filter changed; Filter; photo 3; Furnace'),
  ('cory', 't; timeline 1; Filter changed; Filter; invoice photo quote 9; Q-1; I-1 6500, I-2 0; Furnace')
) as told (person, story);
select is(pg_temp.answer('dana', 'select string_agg(number || '' '' || balance_cents, '', '' order by number) from portal.invoices'),
  'I-1 6500, I-2 0', 'the balance is that of the view of bills');
select is(pg_temp.refusal(person, format('select portal.job_detail(%L)', pg_temp.id('dana/job'))), refused, format('%s: %s', person, refused))
from (values ('rex', 'PT404 not_found'), ('vito', 'PT404 not_found'), ('tova', 'PT404 not_found'), ('cleo', 'PT404 not_found'),
  ('nobody', 'PT401 not_signed_in'), ('anon', '42501')) as stranger (person, refused);
select is(pg_temp.refusal('dana', format('select portal.job_detail(%L)', id)), 'PT404 not_found', 'so is a job that is not there')
from unnest(array[null, pg_temp.id('no job')]) as id;

-- Who looked ---------------------------------------------------------------------------------------------------
select is(pg_temp.log('job_viewed', 'dana'), '1 portal_user appointment own account', 'a look is on record');
select isnt(pg_temp.story('dana'), null, 'another look in the same hour');
select is(pg_temp.log('job_viewed', 'dana'), '1 portal_user appointment own account', 'is not written down again');
select is(pg_temp.log('job_viewed', person), logged, format('%s: %s', person, logged))
from (values ('tess', '1 staff appointment'), ('lena', '1 portal_user appointment own account'), ('rex', '0')) as looked (person, logged);
insert into public.portal_audit_events (org_id, event_type, actor_type, actor_user_id, entity, entity_id, occurred_at)
values (pg_temp.id('one'), 'job_viewed', 'staff', pg_temp.id('disa'), 'appointment', pg_temp.id('dana/job'), date_trunc('hour', now()) - interval '1 second');
select isnt(pg_temp.story('disa'), null, 'a look in the next hour of the clock');
select is(pg_temp.log('job_viewed', 'disa'), '2 staff appointment', 'is on record again');
select is(pg_temp.refusal('rex', format('select portal_internal.note_job_view(%L)', pg_temp.id('dana/job'))), 'PT404 not_found', 'nobody writes down a look at what they cannot see');

select * from finish();
rollback;
