-- Proves: health() names what keeps articles from being found by their meaning, says what to do, and is content again
-- once that is done.
begin;
\ir people.psql
\ir no_model.psql
select plan(17);

create function pg_temp.health(of_check text) returns text language sql as $$
  select string_agg(status, ',' order by status) from portal_admin.health() where check_name = of_check
$$;
create function pg_temp.detail(of_check text) returns text language sql as $$
  select string_agg(detail, ' ') from portal_admin.health() where check_name = of_check
$$;
update public.kb_articles set is_published = false;
insert into public.kb_articles (org_id, id, slug, title, body_markdown, is_published, created_by_user_id)
values (pg_temp.id('one'), pg_temp.id('valves'), 'valves', 'Valves', 'Turn it right.', true, null);

select is(pg_temp.health('embedding_jobs'), 'ok', 'without a model nobody has to embed');
select is(pg_temp.health('embeddings'), 'ok', 'and nothing lacks an embedding');

-- Nobody embeds ------------------------------------------------------------------------------------------
select portal_admin.reembed_kb('m', 2, dry_run => false) \g /dev/null
select is(pg_temp.health('embedding_jobs'), 'ok', 'an article that has just been queued is no finding');
update public.kb_embedding_jobs set not_before = now() - interval '11 minutes';
select is(pg_temp.health('embedding_jobs'), 'warn', 'one that nobody takes is');
select matches(pg_temp.detail('embedding_jobs'), 'for m: 1 article.*embedding_model_dirs', 'it is said for which model and what to set');

-- Given up -----------------------------------------------------------------------------------------------
update public.kb_embedding_jobs set not_before = 'infinity', attempts = 8, last_error = 'no answer';
select is(pg_temp.health('embedding_jobs'), 'warn', 'one that was given up is found');
select matches(pg_temp.detail('embedding_jobs'), 'no answer.*reembed_kb\(''m'', 2', 'with what went wrong and what to call');
select portal_admin.reembed_kb('m', 2, dry_run => false) \g /dev/null
select is(pg_temp.health('embedding_jobs'), 'ok', 'calling it mends that');

-- Forgotten ----------------------------------------------------------------------------------------------
delete from public.kb_embedding_jobs;
select is(pg_temp.health('embeddings'), 'fail', 'a passage that nobody is to embed is found');
select matches(pg_temp.detail('embeddings'), '1 passage.*reembed_kb\(''m'', 2', 'with what to call');
select portal_admin.reembed_kb('m', 2, dry_run => false) \g /dev/null
select is(pg_temp.health('embeddings'), 'ok', 'calling it mends that');
select is((select count(*) from public.kb_embedding_jobs where model = 'm'), 1::bigint, 'for it is queued again');

-- Missing ------------------------------------------------------------------------------------------------
delete from public.kb_article_chunks where article_id = pg_temp.id('valves') and model = 'text';
select is(pg_temp.health('embeddings'), 'fail', 'a published article without passages is found');
select matches(pg_temp.detail('embeddings'), 'valves for one.*update public\.kb_articles set title = title', 'by its name, with what to run');
update public.kb_articles set title = title where id = pg_temp.id('valves');
select is(pg_temp.health('embeddings'), 'ok', 'running it mends that');
delete from public.kb_articles where id = pg_temp.id('valves');
select is(pg_temp.health('embeddings'), 'ok', 'an article that is gone is missed by nobody');
select is((select count(*) from public.kb_embedding_jobs), 0::bigint, 'and is no work for anybody');

select * from finish();
rollback;
