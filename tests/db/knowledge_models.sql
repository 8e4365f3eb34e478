-- Proves: embeddings are made by one worker at a time and stored only for what they were made of, and one model takes
-- over from another in one step.
begin;
\ir people.psql
\ir no_model.psql
-- The due jobs run here; the gateway's step aside meanwhile.
select pg_advisory_xact_lock(hashtextextended('portal due jobs', 0)) \g /dev/null
select plan(87);

update public.kb_articles set is_published = false;
create function pg_temp.article(name text, body text) returns void language sql as $$
  insert into public.kb_articles (org_id, id, slug, title, body_markdown, is_published, created_by_user_id)
  values (pg_temp.id('one'), pg_temp.id(name), name, initcap(name), body, true, null)
$$;
create function pg_temp.models() returns text language sql as $$
  select string_agg(concat_ws(' ', model, dimensions, state), ', ' order by model) from portal_internal.kb_models()
$$;
-- Claims and answers name, attempt and number of passages.
create temporary table claimed (name text, attempt int, chunks jsonb) on commit drop;
create function pg_temp.claim(of_model text default 'm', batch int default 100) returns text language sql as $$
  delete from claimed;
  insert into claimed select a.slug, c.attempt, c.chunks from portal_internal.claim_embedding_jobs(of_model, batch, 30) c join public.kb_articles a on a.id = c.article_id;
  select string_agg(concat_ws(' ', name, attempt, jsonb_array_length(chunks)), ', ' order by name) from claimed
$$;
-- Stores an embedding for every passage that was claimed of an article.
create function pg_temp.store(of_name text, attempt int default null, embedding jsonb default '[1, 0.5]', of_model text default 'm') returns int language sql as $$
  select portal_internal.store_embeddings(of_model, pg_temp.id(of_name), coalesce(store.attempt, c.attempt), (
    select coalesce(jsonb_agg(jsonb_build_object('chunk_id', k -> 'chunk_id', 'hash', k -> 'hash', 'embedding', embedding)), '[]') from jsonb_array_elements(c.chunks) k))
  from claimed c where c.name = of_name
$$;
create function pg_temp.missing(of_model text default 'm') returns text language sql as $$
  select count(*) filter (where embedding is null) || ' of ' || count(*) from public.kb_article_chunks where model = of_model
$$;
create function pg_temp.job(of_name text) returns text language sql as $$
  select concat_ws(' ', attempts, lease_until is not null, case when not_before = 'infinity' then 'never' else extract(epoch from not_before - now())::int::text end, last_error)
  from public.kb_embedding_jobs where model = 'm' and article_id = pg_temp.id(of_name)
$$;

-- Who may -------------------------------------------------------------------------------------------------
select is(has_function_privilege(who, f.oid, 'execute'), who = 'portal_gateway', format('%s may call %s: %s', who, f.proname, who = 'portal_gateway'))
from pg_proc f, unnest(array['anon', 'authenticated', 'service_role', 'portal_gateway']) as who
where f.proname in ('kb_models', 'offer_embedding_model', 'claim_embedding_jobs', 'store_embeddings', 'fail_embedding_job');

-- The first model -----------------------------------------------------------------------------------------
select pg_temp.article('a', E'## One\nFirst.\n\n## Two\nSecond.') \g /dev/null
select pg_temp.article('b', 'Third.') \g /dev/null
select is(pg_temp.models(), 'text active', 'at first there are no embeddings');
select is(portal_internal.offer_embedding_model('m', 2), 'building', 'the model that a gateway has is begun');
select is(portal_internal.offer_embedding_model('m', 2), 'building', 'once');
select is(portal_internal.offer_embedding_model('n', 2), 'unused', 'another one is not needed');
select is(pg_temp.refusal('dba', format('select portal_internal.offer_embedding_model(%s)', args)), expected, format('offering %s: %s', args, expected))
from (values ('''m'', 3', 'PT422 dimension_mismatch'), ('''text'', 2', 'PT400 invalid_input'), ('''x'', 0', 'PT400 invalid_input'), ('null, 2', 'PT400 invalid_input'), ('''x'', null', 'PT400 invalid_input')) as call (args, expected);
select is(pg_temp.missing(), '3 of 3', 'its set is a copy without embeddings');
select is(pg_temp.claim(batch => 1) is not null, true, 'a worker takes one article');
update public.kb_embedding_jobs set lease_until = null, attempts = 0;
select is(pg_temp.claim(), 'a 1 2, b 1 1', 'a worker takes articles with the passages that lack an embedding');
select is((select c.chunks #>> '{0,text}' from claimed c where name = 'a'), E'A > One\n\nFirst.', 'and what is to be embedded of each');
create temporary table first_claim as select * from claimed;
select is(pg_temp.claim(), null, 'another worker gets none of them');
insert into claimed select * from first_claim;
select is(pg_temp.store('b'), 1, 'an embedding is stored');
select is(pg_temp.job('b'), null, 'and its job is done');
select is(pg_temp.models(), 'm 2 building, text active', 'while something is missing the set is not used');

-- What is not stored --------------------------------------------------------------------------------------
select is(pg_temp.refusal('dba', format('select pg_temp.store(''a'', embedding => %L)', embedding)), expected, format('an embedding %s: %s', embedding, expected))
from (values ('[1, 2, 3]', 'PT422 dimension_mismatch'), ('[]', 'PT422 dimension_mismatch'), ('[0, 0]', 'PT422 embedding_without_direction'), ('["1", 2]', 'PT400 invalid_input'), ('[1e39, 1]', 'PT422 embedding_without_direction')) as given (embedding, expected);
select is(pg_temp.refusal('dba', 'select portal_internal.store_embeddings(''nowhere'', pg_temp.id(''a''), 1, ''[]'')'), 'PT404 not_found', 'a model that is not there');
select is(pg_temp.store('a', 7), 0, 'nothing of an attempt that is not the present one');
update public.kb_articles set body_markdown = E'## One\nFirst, changed.\n\n## Two\nSecond.' where id = pg_temp.id('a');
select is(pg_temp.store('a'), 0, 'nothing of a claim that a change has overtaken');
select is(pg_temp.claim(), 'a 1 2', 'the change is due at once');
update claimed set chunks = jsonb_set(chunks, '{0,hash}', to_jsonb(repeat('0', 64)));
select is(pg_temp.store('a'), 1, 'nothing for a passage that says something else by now');
select is(pg_temp.job('a'), '1 f 0', 'and the rest is due again');

-- Failures ------------------------------------------------------------------------------------------------
select is(pg_temp.claim(), 'a 2 1', 'what is left is claimed again');
select is(portal_internal.fail_embedding_job('m', pg_temp.id('a'), 1, 'late'), false, 'an attempt that is over cannot fail');
select is(portal_internal.fail_embedding_job('m', pg_temp.id('a'), 2, 'busy'), true, 'the present one can');
select matches(pg_temp.job('a'), '^2 f (2[4-9]\d|3[0-5]\d|360) busy$', 'and is tried again five minutes later');
select is(pg_temp.claim(), null, 'not before');
update public.kb_embedding_jobs set attempts = 7, not_before = now();
select is(pg_temp.claim(), 'a 8 1', 'the last try');
select is(portal_internal.fail_embedding_job('m', pg_temp.id('a'), 8, repeat('x', 3000)), true, 'fails');
select is(left(pg_temp.job('a'), 16), '8 f never xxxxxx', 'and is given up');
update public.kb_embedding_jobs set attempts = 8, not_before = now(), lease_until = now() - interval '1 second', last_error = null;
select is(pg_temp.claim(), null, 'so is what never came back from its worker');
select is(pg_temp.job('a'), '8 f never Nobody said what became of it.', 'which says so');
select is((select articles || ' ' || passages from portal_admin.reembed_kb('m', 2)), '1 1', 'a rehearsal says what is to be done');
select matches(pg_temp.job('a'), 'never', 'and keeps nothing');
select is((select articles || ' ' || state from portal_admin.reembed_kb('m', 2, dry_run => false)), '1 building', 'a DBA has it tried again');
update public.kb_embedding_jobs set attempts = 3, lease_until = now() - interval '1 second';
select is(pg_temp.claim(), 'a 4 1', 'what a worker left lying is claimed by the next');

-- The switch ----------------------------------------------------------------------------------------------
select is(pg_temp.store('a'), 1, 'the last embedding');
select is(pg_temp.models(), 'm 2 active, text retired', 'makes its set the one that answers');
select is(portal_internal.offer_embedding_model('n', 3), 'unused', 'a gateway with another model is told that it is not needed');
select is((select articles || ' ' || state from portal_admin.reembed_kb('n', 3, dry_run => false)), '2 building', 'unless a DBA wants it');
select is(pg_temp.missing('n') || ', ' || pg_temp.missing('m'), '3 of 3, 0 of 3', 'its set is built beside the one that answers');
select is(portal_internal.offer_embedding_model('n', 3), 'building', 'and the gateway is told so');
select pg_temp.article('c', 'Fourth.') \g /dev/null
select is(pg_temp.missing('n') || ', ' || pg_temp.missing('m'), '4 of 4, 1 of 4', 'a new article is for both');
select is(pg_temp.claim('n'), 'a 1 2, b 1 1, c 1 1', 'both are embedded');
select is(pg_temp.store('a', embedding => '[1,0,0]', of_model => 'n') + pg_temp.store('b', embedding => '[1,0,0]', of_model => 'n'), 3, 'one after the other');
update public.kb_articles set is_published = false where id = pg_temp.id('c');
select is(pg_temp.models(), 'm 2 active, n 3 building, text retired', 'the last article that lacked something is withdrawn');
select is(pg_temp.claim('n'), null, 'so that there is nothing left to claim');
select is(pg_temp.models(), 'm 2 retired, n 3 active, text retired', 'and the set takes over');
select is((select done from portal_admin.run_due_jobs() where job = 'embedding_sets_dropped'), 0, 'sets that were just replaced are kept');
update public.kb_embedding_models set retired_at = now() - interval '25 hours' where model = 'm';
select is((select done from portal_admin.run_due_jobs() where job = 'embedding_sets_dropped'), 1, 'for a day');
select is(pg_temp.models() || ', ' || pg_temp.missing('m'), 'n 3 active, text retired, 0 of 0', 'then they are gone');
select is((select state from portal_admin.reembed_kb('text', null, dry_run => false)), 'active', 'search by words alone is back at once');
select is(pg_temp.refusal('dba', format('select portal_admin.reembed_kb(%s)', args)), expected, format('reembed_kb(%s): %s', args, expected))
from (values ('''n'', 4', 'PT422 dimension_mismatch'), ('''n'', null', 'PT400 invalid_input'), ('''text'', 3', 'PT400 invalid_input'), ('null, null', 'PT400 invalid_input')) as call (args, expected);
select is(pg_temp.refusal('dba', 'select portal_admin.index_kb()'), 'PT422 not_indexable', 'words need no index of embeddings');
select is(pg_temp.refusal(who, 'select portal_admin.' || call), '42501', format('%s cannot call %s', who, call)) from unnest(array['adam', 'service_role']) as who, unnest(array['index_kb()', 'reembed_kb(''z'', 2)']) as call;

select * from finish();
rollback;
