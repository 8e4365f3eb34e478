-- Proves: search finds by words and by embeddings, fuses both, fills up, and never leaves the caller's reach.
begin;
\ir people.psql
\ir no_model.psql
select plan(38);

update public.kb_articles set is_published = false;
create function pg_temp.article(slug text, title text, body text, org text default 'one', category text default null) returns void language sql as $$
  insert into public.kb_articles (org_id, id, slug, title, body_markdown, category, is_published, created_by_user_id)
  values (case when org is not null then pg_temp.id(org) end, pg_temp.id(coalesce(org, 'all') || '/' || slug), slug, title, body, category, true, null)
$$;
select pg_temp.article('filter', 'Change the filter', E'## How often\nReplace it every three months.\n\n## Steps\nSwitch the furnace off first.', null, 'hvac') \g /dev/null
select pg_temp.article('pipes', 'Frozen pipes', E'Open the tap and warm the pipe slowly.', null, 'plumbing') \g /dev/null
select pg_temp.article('fees', 'Our fees', 'A visit costs forty dollars.', 'one') \g /dev/null
select pg_temp.article('fees', 'Their fees', 'A visit costs ninety dollars.', 'two') \g /dev/null

-- What a search answers the person, as slugs and the company's mark, best first.
create function pg_temp.found(person text, question text, more text default '', headers jsonb default '{}') returns text language sql as $$
  select pg_temp.answer(person, format(
    'select string_agg(s.slug || coalesce('' '' || s.heading_path[1], ''''), '', '' order by s.score desc, s.similarity desc nulls last)
     from portal.search_kb(%L%s) s', question, more), headers)
$$;

-- By words ------------------------------------------------------------------------------------------------
select is(pg_temp.found('dana', 'how often must I replace it?'), 'filter How often', 'words are found before there is any embedding');
select is(pg_temp.found('dana', 'furnace'), 'filter Steps', 'by what the passage says');
select is(pg_temp.found('dana', 'frozen'), 'pipes', 'by the title of its article');
select is(pg_temp.found('dana', 'steps'), 'filter Steps', 'by its heading');
select is(pg_temp.found('dana', 'frozen elephants and pipes'), 'pipes', 'by any of the words');
select is(pg_temp.found(who, 'visit costs'), expected, format('%s searches for fees: %s', who, expected))
from (values ('dana', 'fees'), ('cory', 'fees'), ('tova', 'fees'), ('anon', null), ('nobody', null), ('nemo', null)) as reader (who, expected);
select is(pg_temp.answer('dana', 'select string_agg(content, '','') from portal.search_kb(''visit'')'), 'A visit costs forty dollars.', 'each finds those of their own company');
select is(pg_temp.answer('tova', 'select string_agg(content, '','') from portal.search_kb(''visit'')'), 'A visit costs ninety dollars.', 'and not those of the other');
select is(pg_temp.found('anon', 'frozen'), 'pipes', 'who is not signed in finds what all companies share');
select is(pg_temp.found('dana', question), null, format('nothing is found for: %s', question)) from unnest(array['the', '', 'elephants', '''; drop | & !']) as question;
select is(pg_temp.found('dana', 'filter pipe', ', category => ''plumbing'''), 'pipes', 'a category narrows it down');

-- Own over shared -----------------------------------------------------------------------------------------
select pg_temp.article('pipes', 'Frozen pipes', 'Call us; our pipes are special.', 'one') \g /dev/null
select is(pg_temp.answer('dana', 'select string_agg(content, '','') from portal.search_kb(''frozen'')'), 'Call us; our pipes are special.', 'the company''s own article stands for the shared one of its slug');
select is(pg_temp.answer('tova', 'select string_agg(content, '','') from portal.search_kb(''frozen'')'), 'Open the tap and warm the pipe slowly.', 'for its own people alone');
select is(pg_temp.answer('dana', 'select string_agg(slug || '' '' || coalesce((org_id = pg_temp.id(''one''))::text, ''all''), '','' order by slug) from portal.kb_articles'), 'fees true,filter all,pipes true', 'the view shows the same choice');
select is(pg_temp.answer('anon', 'select string_agg(slug, '','' order by slug) from portal.kb_articles where org_id is null'), 'filter,pipes', 'and shared articles to whoever is not signed in');
update public.kb_articles set is_published = false where id = pg_temp.id('one/pipes');
select is(pg_temp.answer('dana', 'select string_agg(content, '','') from portal.search_kb(''frozen'')'), 'Open the tap and warm the pipe slowly.', 'until it is withdrawn');

-- By embeddings -------------------------------------------------------------------------------------------
select portal_admin.reembed_kb('m', 2, dry_run => false) \g /dev/null
select is(pg_temp.found('dana', 'furnace', ', ''{1,0,0}'''), 'filter Steps', 'while a set is being built, the one before answers, whatever the embedding');
update public.kb_article_chunks c set embedding = case
  when c.content like 'Replace%' then '[1,0]' when c.content like 'Switch%' then '[0.8,0.6]' when c.content like 'Open%' then '[0,1]'
  when c.content like '%forty%' then '[-1,0]' else '[1,0.01]' end::extensions.vector
where model = 'm';
select count(*) from portal_internal.claim_embedding_jobs('m', 1000, 1) \g /dev/null
delete from public.kb_embedding_jobs;
select count(*) from portal_internal.claim_embedding_jobs('m', 1, 1) \g /dev/null
select is((select string_agg(model || ' ' || state, ',' order by model) from public.kb_embedding_models), 'm active,text retired', 'a set that is complete takes over');
select is(pg_temp.found('dana', 'zzz', ', ''{1,0}'''), 'filter How often, filter Steps, pipes, fees', 'the nearest come first, and the answer fills up');
select is(pg_temp.found('dana', 'zzz', ', ''{1,0}'', 2'), 'filter How often, filter Steps', 'to as many as were asked for');
select is(pg_temp.found('dana', 'warm pipe tap', ', ''{0.9,0.1}'', 1'), 'pipes', 'what words and embeddings both find goes first');
select is(pg_temp.answer('dana', 'select concat_ws('' '', vector_rank, text_rank, round(similarity::numeric, 2)) from portal.search_kb(''furnace'', ''{1,0}'') where content like ''Switch%'''), '2 1 0.80', 'with its place on both lists and its similarity');
select is(pg_temp.answer('dana', 'select count(*) from portal.search_kb(''x'', ''{1,0}'', 50) s join public.kb_articles a on a.id = s.article_id where a.org_id = pg_temp.id(''two'')'), '0', 'nothing of another company fills up');
select is(pg_temp.found('anon', 'zzz', ', ''{1,0}'', 50'), 'filter How often, filter Steps, pipes', 'nor of any for whoever is not signed in');
select pg_temp.article('new', 'New', 'Not embedded yet.') \g /dev/null
select is(pg_temp.found('dana', 'embedded', ', ''{1,0}'', 50'), 'filter How often, filter Steps, pipes, fees, new', 'what is not embedded yet is found by its words');
select is(pg_temp.answer('dana', 'select count(*) from portal.search_kb(''zzz'', ''{1,0}'', 50)'), '5', 'and fills up as well');
select is(pg_temp.refusal('dana', 'select * from portal.search_kb(' || args || ')'), expected, format('%s: %s', args, expected)) from (values
  ('''x'', ''{1,0,0}''', 'PT400 dimension_mismatch'), ('''x'', ''{}''', 'PT400 dimension_mismatch'), ('''x'', ''{0,0}''', 'PT400 invalid_input'),
  ('''x'', ''{1,NaN}''', 'PT400 invalid_input'), ('''x'', ''{1,null}''', 'PT400 invalid_input'), ('''x'', null, 0', 'PT400 invalid_input'),
  ('''x'', null, 51', 'PT400 invalid_input'), ('''x'', ''{1,0}'', embedding_model => ''other''', 'PT400 invalid_input'),
  ('null', 'accepted')) as call (args, expected);

select * from finish();
rollback;
