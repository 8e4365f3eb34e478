-- Proves: what an administrator can write into the rules of a company has the shape that the engine understands.
begin;
\ir people.psql
select plan(47);

create function pg_temp.fees(tiers text) returns text language sql stable as $$
  select format('insert into public.booking_policies (org_id, fee_tiers) values (pg_temp.id(''one''), %L)', tiers)
$$;
select is(pg_temp.refusal(who, pg_temp.fees(tiers)), expected, format('%s writes fees %s: %s', who, left(tiers, 60), expected))
from unnest(array['dba', 'adam']) as who, (values
  ('[]', 'accepted'),
  ('[{"notice_minutes": 1440, "fee_cents": 0}, {"notice_minutes": 120, "fee_cents": 4500}]', 'accepted'),
  ('[{"notice_minutes": 0, "fee_cents": 10000000}, {"notice_minutes": 43200, "fee_cents": 0}]', 'accepted'),
  ('{}', '23514'),
  ('null', '23514'),
  ('[null]', '23514'),
  ('[[1440, 0]]', '23514'),
  ('[{"notice_minutes": 1440}]', '23514'),
  ('[{"notice_minutes": 1440, "fee_cents": 0, "currency": "USD"}]', '23514'),
  ('[{"notice_minutes": "1440", "fee_cents": 0}]', '23514'),
  ('[{"notice_minutes": 1.5, "fee_cents": 0}]', '23514'),
  ('[{"notice_minutes": -1, "fee_cents": 0}]', '23514'),
  ('[{"notice_minutes": 43201, "fee_cents": 0}]', '23514'),
  ('[{"notice_minutes": 60, "fee_cents": 10000001}]', '23514'),
  ('[{"notice_minutes": 60, "fee_cents": 99999999999999999999}]', '23514'),
  ('[{"notice_minutes": 60, "fee_cents": 0}, {"notice_minutes": 60, "fee_cents": 100}]', '23514')
) as schedule (tiers, expected);
select is(pg_temp.refusal('dba', pg_temp.fees(jsonb_agg(jsonb_build_object('notice_minutes', n, 'fee_cents', 0))::text)), expected, format('%s tiers: %s', many, expected))
from (values (20, 'accepted'), (21, '23514')) as size (many, expected), generate_series(1, many) as n group by many, expected;
select is(pg_temp.refusal('dba', $$ insert into public.booking_policies (org_id, fee_tiers) values (pg_temp.id('one'), null) $$), '23502', 'no fees are an empty list');

-- Areas ------------------------------------------------------------------------------------------------------
select is(pg_temp.refusal('adam', format('insert into public.service_areas (org_id, country, postal_code_prefix) values (pg_temp.id(''one''), %L, %L)', country, prefix)),
  expected, format('an area of %s %s: %s', country, prefix, expected))
from (values ('US', '606', 'accepted'), ('us', '606', '23514'), ('US', '60 6', '23514'), ('CA', 'k1a', '23514'), ('US', '', '23514')) as area (country, prefix, expected);
select is(pg_temp.refusal('cory', 'insert into public.service_areas (org_id, postal_code_prefix) values (pg_temp.id(''one''), ''606'')'), '42501', 'the office does not decide where the company goes');
insert into public.service_areas (org_id, technician_id, postal_code_prefix)
values (pg_temp.id('one'), null, '606'), (pg_temp.id('one'), pg_temp.id('olaf/technician'), '606');
select is(pg_temp.refusal('dba', 'insert into public.service_areas (org_id, postal_code_prefix) values (pg_temp.id(''one''), ''606'')'), '23505', 'an area is named once');
select is(pg_temp.answer(who, 'select count(*) from public.service_areas'), expected, format('%s sees %s areas', who, expected))
from (values ('dana', '1'), ('tess', '2'), ('adam', '2'), ('tova', '0'), ('cleo', '0')) as reader (who, expected);

select * from finish();
rollback;
