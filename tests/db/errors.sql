-- Proves: a refusal keeps its SQLSTATE, reason and words through every nesting, gives nothing away, and leaves no
-- trace behind: what fails next in the same transaction has its own code.
-- Before the tests, transactions full of errors: three of ours, by function, privileged step and trigger, and one of
-- Postgres' in each round. The first transaction warms the caches up.
\set QUIET 1
create function pg_temp.many(times int, out refused int, out divided int) language plpgsql as $$
begin
  refused := 0;
  divided := 0;
  perform set_config('request.jwt.claims', '{"sub": "11111111-1111-4111-8111-111111111111"}', true);
  for i in 1 .. times loop
    begin
      perform portal.record_event(null);
    exception when sqlstate 'PT422' then refused := refused + 1;
    end;
    begin
      perform portal.accept_invite('x');
    exception when sqlstate 'PT401' then refused := refused + 1;
    end;
    begin
      insert into public.portal_booking_requests (org_id, portal_account_id, location_id, service_type, problem_description)
      values (gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), 'nonsense', 'x');
    exception when sqlstate 'PT404' then refused := refused + 1;
    end;
    begin
      perform 1 / (i - i);
    exception when division_by_zero then divided := divided + 1;
    end;
  end loop;
end $$;
begin;
select pg_temp.many(100) \g /dev/null
rollback;
select sum(total_bytes)::bigint as before from pg_backend_memory_contexts \gset many_
begin;
select refused, divided from pg_temp.many(10000) \gset many_
rollback;
select sum(total_bytes)::bigint as after from pg_backend_memory_contexts \gset many_

begin;
\ir people.psql
select plan(28);

-- Everything that a client gets of an error, in the fields of the API.
create function pg_temp.error_of(person text, statement text) returns jsonb language plpgsql as $$
declare
  code text; message text; details text; hint text;
begin
  perform pg_temp.touched(person, statement);
  return null;
exception when others then
  get stacked diagnostics code = returned_sqlstate, message = message_text, details = pg_exception_detail, hint = pg_exception_hint;
  return jsonb_build_object('code', code, 'message', message, 'details', details, 'hint', hint);
end $$;
create function pg_temp.book(days int, more text default '') returns text language sql stable as $$
  select format('select portal.create_booking_request(''repair'', ''No heat'', location_id => pg_temp.id(''dana/home''), '
    'preferred_service_date => current_date + %s%s)', days, more)
$$;

-- From where they come --------------------------------------------------------------------------------------------
select is(pg_temp.refusal('nobody', 'select portal.accept_invite(''x'')'), 'PT401 not_signed_in', 'a function refuses');
select is(pg_temp.refusal('dana', 'select portal.accept_invite(''x'')'), 'PT404 not_found', 'a privileged step, two functions down, refuses');
select is(pg_temp.refusal('dana', pg_temp.book(60)), 'PT422 beyond_horizon', 'a trigger refuses what a function inserts');
select is(pg_temp.refusal('dba', 'update public.customers set id = gen_random_uuid()'), 'PT422 column_is_fixed', 'a trigger refuses a statement');
select is(pg_temp.refusal('dana', pg_temp.book(3, ', idempotency_key => ''''')), 'PT400 invalid_input', 'receipts refuse');
create function pg_temp.deep(levels int, statement text) returns void language plpgsql as $$
begin
  if levels > 0 then
    perform pg_temp.deep(levels - 1, statement);
  else
    execute statement;
  end if;
end $$;
select is(pg_temp.refusal('dana', format('select pg_temp.deep(200, %L)', pg_temp.book(60))), 'PT422 beyond_horizon', 'below 200 functions');
select is(pg_temp.refusal('dana', $q$ do $d$ declare c cursor for select portal.accept_invite(t) from unnest(array['a', 'b']) as t; r record;
  begin open c; fetch c into r; end $d$ $q$), 'PT404 not_found', 'behind a cursor in a DO block');
create function pg_temp.in_sql() returns setof record language sql as $$ select portal.accept_invite('x') $$;
select is(pg_temp.refusal('dana', 'select pg_temp.in_sql()'), 'PT404 not_found', 'behind a function in SQL');
-- An update of the service's code cascades to its jobs, whose own trigger then refuses.
create trigger zz_refuse before update on public.work_orders for each row execute function portal_internal.refuse_change();
select is(pg_temp.refusal('dba', 'update public.service_types set code = ''calls'' where code = ''visit'''), 'PT422 append_only', 'behind a cascading foreign key');
drop trigger zz_refuse on public.work_orders;
select is(pg_temp.refusal('dana', 'set constraints all deferred; ' || pg_temp.book(60)), 'PT422 beyond_horizon', 'in the second statement of a string');

-- What they say -----------------------------------------------------------------------------------------------------
create temporary table errors as
select pg_temp.error_of(person, statement) as error
from (values
  ('nobody', 'select portal.accept_invite(''x'')'), ('dana', 'select portal.accept_invite(''x'')'), ('dana', pg_temp.book(60)),
  ('dana', pg_temp.book(3, ', dry_run => true, window_start => now()')), ('dana', pg_temp.book(-5)),
  ('dana', 'select portal.invite_contact(''x@test.example'')'), ('dana', 'select portal.revoke_contact(pg_temp.id(''rex/account''))'),
  ('dana', 'select portal.record_event(''nonsense'')'), ('dana', 'select portal.sign_up(''nonsense'')'),
  ('mona', 'select portal.invite_contact(''x'')'), ('mona', 'select portal.invite_contact(repeat(''x'', 300) || ''@test.example'')'),
  ('dana', 'select portal.create_booking_request(''repair'', ''x'', new_location => jsonb_build_object(''address_line1'', repeat(''x'', 300),
    ''city'', ''x'', ''postal_code'', ''x''), flexible_date => true)')
) as call (person, statement);
select is((select count(*) from errors where error is not null), 12::bigint, 'twelve calls are refused');
select is_empty($$ select error from errors where error ->> 'code' !~ '^PT4[0-9]{2}$' $$, 'each with a code of the API');
select is_empty(
  $$ select error from errors where (error ->> 'details')::jsonb ->> 'reason' !~ '^[a-z][a-z_]+$'
       or jsonb_typeof((error ->> 'details')::jsonb) <> 'object' or (error ->> 'details')::jsonb ->> 'reason' is null $$,
  'details are a JSON object with a reason');
select is_empty(
  $$ select error from errors where error ->> 'message' !~ '^[A-Z].+\.$' or error ->> 'hint' !~ '^[A-Z].+\.$' $$,
  'message and hint are sentences');
select is_empty(
  $$ select error from errors
     where error::text ~* '\m(select|insert into|update .* set|public\.|portal_internal|pg_temp|jsonb?|uuid|sqlstate|panick?ed|backtrace|src)\M|\.rs:|Rex|Tova' $$,
  'nothing of them is SQL, a place in the program or another person''s data');
-- Rust adds one to the details where the server runs with RUST_BACKTRACE=1.
select is_empty($$ select error from errors where error ->> 'details' ~ '\n' $$, 'details are one line: no backtrace');
select is(pg_temp.error_of('dana', 'select portal.revoke_contact(pg_temp.id(''rex/account''))'), pg_temp.error_of('dana', 'select portal.revoke_contact(gen_random_uuid())'),
  'what is somebody else''s and what does not exist are refused word for word alike');

-- What comes after -----------------------------------------------------------------------------------------------------
create function pg_temp.codes(person text, variadic statements text[]) returns text[] language plpgsql as $$
declare
  statement text;
  codes text[] := '{}';
begin
  foreach statement in array statements loop
    begin
      perform pg_temp.touched(person, statement);
      codes := codes || 'fine'::text;
    exception
      when sqlstate 'PT404' then codes := codes || 'named PT404'::text;
      when division_by_zero then codes := codes || 'named 22012'::text;
      when others then codes := codes || sqlstate::text;
    end;
  end loop;
  return codes;
end $$;
select is(
  pg_temp.codes('dana', 'select portal.accept_invite(''x'')', 'select 1/0', pg_temp.book(60), 'select 1/0', 'select ''x''::int', 'select 1',
    'select nonsense', 'select portal.accept_invite(''x'')', 'select portal_internal.keep_receipt(1)', 'select 1/0'),
  array['named PT404', 'named 22012', 'PT422', 'named 22012', '22P02', 'fine', '42703', 'named PT404', '42883', 'named 22012'],
  'each error has its own code, and handlers find it by name');
select is(
  pg_temp.codes('dana', pg_temp.book(60, ', dry_run => true'), 'select 1/0', pg_temp.book(3, ', dry_run => true'), 'select 1/0'),
  array['PT422', 'named 22012', 'fine', 'named 22012'], 'after a dry run, refused or not, as well');

-- A dry run is a subtransaction: who catches its error must find their own again.
create function pg_temp.catches_in_the_middle() returns text language plpgsql as $$
begin
  create temporary table kept (what text);
  begin
    insert into kept values ('undone');
    perform pg_temp.touched('dana', pg_temp.book(60, ', dry_run => true'));
  exception when others then
    insert into kept values (sqlstate);
  end;
  return (select string_agg(what, ', ') from kept);
end $$;
select is(pg_temp.catches_in_the_middle(), 'PT422', 'what a handler''s block did before a refused dry run is undone with it');
savepoint outer_one;
savepoint inner_one;
select pg_temp.codes('dana', pg_temp.book(60, ', dry_run => true')) as codes \gset dry_
release inner_one;
rollback to outer_one;
select is(:'dry_codes'::text, '{PT422}', 'and savepoints around it are still there');

create function pg_temp.inner_error_wins() returns text language plpgsql as $$
begin
  begin
    perform portal.accept_invite('x');
  exception when others then
    perform 1/0;
  end;
  return 'fine';
end $$;
select is(pg_temp.refusal('dana', 'select pg_temp.inner_error_wins()'), '22012', 'an error inside a handler has its own code');
create function pg_temp.raises_again() returns text language plpgsql as $$
begin
  perform portal.accept_invite('x');
exception when others then
  raise;
end $$;
select is(pg_temp.refusal('dana', 'select pg_temp.raises_again()'), 'PT404 not_found', 'a handler that raises it again keeps it whole');
create function pg_temp.raises_other() returns text language plpgsql as $$
begin
  perform portal.accept_invite('x');
exception when others then
  raise exception 'something else' using errcode = 'P0001';
end $$;
select is(pg_temp.refusal('dana', 'select pg_temp.raises_other()'), 'P0001', 'one that raises something else raises that');

-- An endless recursion through our own functions ends as Postgres ends it.
create function pg_temp.endless(depth int) returns text language plpgsql as $$
begin
  return portal_internal.new_reference(pg_temp.endless(depth + 1));
end $$;
select is(pg_temp.codes('dana', 'select pg_temp.endless(0)', 'select portal.accept_invite(''x'')', 'select 1/0'), array['54001', 'named PT404', 'named 22012'],
  'after a stack that was too deep, too');

-- Many -------------------------------------------------------------------------------------------------------------------
select is(:'many_refused'::text, '30000', 'thirty thousand errors in one transaction, each caught, each with its code');
select is(:'many_divided'::text, '10000', 'and between them ten thousand of Postgres'' own');
select cmp_ok(:many_after::bigint - :many_before, '<', 1000000::bigint, 'leave no memory behind');

select * from finish();
rollback;
