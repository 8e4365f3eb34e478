-- Proves: the gateways are given all live news and no news twice, and hear when somebody's access changes; whoever belongs here
-- learns where the news stands. That news
-- is told, whatever two transactions do to each other, is in tests/isolation/specs/live-events.spec.
begin;
\ir people.psql
select plan(22);

select is(pg_temp.refusal(who, 'select * from portal_internal.live_events(null)'), '42501', who || ' cannot hear everybody''s news')
from unnest(array['anon', 'dana', 'adam', 'service_role']) as who;
select is((select events from portal_internal.live_events(null)), '[]'::jsonb, 'whoever begins hears nothing yet');
select is((select snapshot from portal_internal.live_events(null)), pg_current_snapshot()::text, 'but learns where we are');
select is(pg_temp.refusal('dba', format('select * from portal_internal.live_events(%L)', since)), 'PT400 invalid_input', quote_literal(since) || ' is no snapshot')
from unnest(array['', 'x', '1:2', '9:1:', '1:9:9']) as since;
-- A dump that is restored into a new cluster brings rows of transactions that are still to come there.
insert into public.portal_live_events (org_id, kind, entity_id, transaction_id)
values (pg_temp.id('one'), 'notification', pg_temp.id('restored'), '9000000000000000');
select is((select events from portal_internal.live_events(pg_current_snapshot()::text)) @> jsonb_build_array(jsonb_build_object('entity_id', pg_temp.id('restored'))), false,
  'what comes from another cluster is not told');

select is(pg_temp.answer(who, 'select portal.live_position()'), floor(extract(epoch from now())) || '.' || pg_current_snapshot(), who || ' learns where the news stands')
from unnest(array['dana', 'adam']) as who;
select is(pg_temp.refusal(who, 'select portal.live_position()'), refusal, who || ' does not')
from (values ('anon', '42501'), ('nobody', 'PT401 not_signed_in'), ('nemo', 'PT403 no_active_account')) as refused (who, refusal);

create function pg_temp.changed(statement text) returns text[] language plpgsql as $$
declare
  told text[];
begin
  delete from public.portal_live_events where kind = 'access_changed';
  execute statement;
  select array_agg(distinct p.name order by p.name) into told
  from public.portal_live_events e join unnest(array['dana', 'rex', 'mona', 'tess', 'adam']) as p (name) on pg_temp.id(p.name) = e.user_id
  where e.kind = 'access_changed';
  return told;
end $$;
select is(pg_temp.changed(statement), told, statement)
from (values
  ($$ update public.portal_accounts set status = 'suspended' where id = pg_temp.id('dana/account') $$, array['dana']),
  ($$ insert into public.portal_account_grants (org_id, portal_account_id, customer_id, capabilities) values (pg_temp.id('one'), pg_temp.id('mona/account'), pg_temp.id('dana/customer'), '{view}') $$, array['mona']),
  ($$ update public.portal_account_grants set revoked_at = now() where portal_account_id = pg_temp.id('mona/account') $$, array['mona']),
  ($$ update public.technicians set user_id = pg_temp.id('adam') where id = pg_temp.id('tess/technician') $$, array['adam', 'tess']),
  ($$ update public.portal_accounts set last_login_at = now() where id = pg_temp.id('rex/account') $$, null)
) as change (statement, told);

select * from finish();
rollback;
