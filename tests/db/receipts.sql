-- Proves: a call that is repeated with its idempotency key has one effect and one answer, for its account alone.
begin;
\ir people.psql
select plan(19);

create function pg_temp.book(key text, problem text default 'No heat', more text default '') returns text language sql stable as $$
  select format($q$ select to_jsonb(r) from portal.create_booking_request('repair', %L, location_id => pg_temp.id('dana/home'),
    flexible_date => true, idempotency_key => %L %s) r $q$, problem, key, more)
$$;
create function pg_temp.requests() returns bigint language sql stable as $$
  select count(*) from public.portal_booking_requests where org_id = pg_temp.id('one')
$$;

select pg_temp.answer('dana', pg_temp.book('key-1')) as answer \gset first_
select is(pg_temp.answer('dana', pg_temp.book('key-1')), :'first_answer'::text, 'a repeated call gets the first answer, word for word');
select is(pg_temp.requests(), 1::bigint, 'and has no second effect');
select is(pg_temp.answer('dana', pg_temp.book(null), '{"idempotency-key": "key-1"}'), :'first_answer'::text, 'the header is as good as the argument');
select is(pg_temp.answer('dana', pg_temp.book('key-1'), '{"idempotency-key": "key-2"}'), :'first_answer'::text, 'and the argument comes first');
select is(pg_temp.refusal('dana', pg_temp.book('key-1', 'No water')), 'PT422 idempotency_key_reused', 'other input with the same key is refused');
select is(pg_temp.requests(), 1::bigint, 'still one request');

-- The same key of another account, with input that fits it.
select isnt(
  pg_temp.answer('rex', replace(pg_temp.book('key-1'), 'dana/home', 'rex/home'))::jsonb ->> 'id', :'first_answer'::jsonb ->> 'id',
  'a key belongs to its account: another one''s call has its own effect');
select is(pg_temp.requests(), 2::bigint, 'which is the second request');

-- Failures keep nothing.
select is(pg_temp.refusal('dana', replace(pg_temp.book('key-3'), 'dana/home', 'rex/home')), 'PT404 not_found', 'a refused call');
select is(pg_temp.touched('dana', pg_temp.book('key-3')), 1::bigint, 'leaves its key unused');
select is(pg_temp.refusal('dana', pg_temp.book(key)), 'PT400 invalid_input', format('a key of %s characters is refused', char_length(key)))
from unnest(array['', repeat('k', 256)]) as key;
select is(pg_temp.refusal('dana', pg_temp.book(repeat('ü', 255))), 'accepted', 'one of 255 is fine');
select is(pg_temp.touched('dana', pg_temp.book('key-4', 'No heat', ', dry_run => true')), 1::bigint, 'a dry run with a key');
select is_empty($$ select from public.portal_receipts where org_id = pg_temp.id('one') and key = 'key-4' $$, 'keeps no receipt');

-- The receipts themselves.
select results_eq(
  $$ select portal_account_id, operation, key, octet_length(request_hash), answer ->> 'problem_description'
     from public.portal_receipts where org_id = pg_temp.id('one') and key = 'key-1' and portal_account_id = pg_temp.id('dana/account') $$,
  $$ values (pg_temp.id('dana/account'), 'create_booking_request', 'key-1', 32, 'No heat') $$,
  'a receipt keeps whose call it was, a hash of the input and the answer');
select is(pg_temp.refusal(who, 'select from public.portal_receipts'), '42501', who || ' cannot read them') from unnest(array['dana', 'adam']) as who;
select matches(pg_temp.refusal('dana', 'select portal_internal.claim_receipt(null, null, null)'), '^PT4', 'nonsense for the privileged step is refused, not an internal error');

select * from finish();
rollback;
