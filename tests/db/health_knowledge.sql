-- Proves: health() names sets of passages that should be gone or done.
begin;
\ir people.psql
\ir no_model.psql
\ir health.psql
select plan(3);
-- The gateway's own run would make the one below step aside.
select pg_advisory_xact_lock(hashtextextended('portal due jobs', 0)) \g /dev/null

select is(pg_temp.course('old_models',
  $$ insert into public.kb_embedding_models (model, dimensions, state, retired_at) values ('old', 2, 'retired', now() - interval '26 hours') $$,
  'by old, which was replaced on .*call portal_admin\.run_due_jobs\(\)', 'select portal_admin.run_due_jobs()'), 'ok > warn > ok', 'a model that was replaced and is still there');
insert into public.kb_embedding_models (model, dimensions, state, retired_at) values ('recent', 2, 'retired', now() - interval '23 hours');
select is(pg_temp.health('old_models'), 'ok', 'one that was replaced today is kept for gateways that have not noticed');
select is(pg_temp.course('old_models',
  $$ insert into public.kb_embedding_models (model, dimensions, state, created_at) values ('slow', 2, 'building', now() - interval '2 days') $$,
  'The set of slow has been built since .*the model before still answers\. Start the gateway with this model', $$ delete from public.kb_embedding_models where model = 'slow' $$),
  'ok > warn > ok', 'a set that nobody completes');

select * from finish();
rollback;
