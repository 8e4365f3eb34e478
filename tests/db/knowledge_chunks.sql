-- Proves: passages follow their articles on every path, keep what is unchanged, and are nobody's to write.
begin;
\ir people.psql
\ir no_model.psql
select plan(31);

create function pg_temp.article(name text, body text, org text default 'one', published boolean default true) returns void language sql as $$
  insert into public.kb_articles (org_id, id, slug, title, body_markdown, is_published, created_by_user_id)
  values (case when org is not null then pg_temp.id(org) end, pg_temp.id(name), name, initcap(name), body, published, null)
$$;
create function pg_temp.said(name text, of_model text default 'text') returns text language sql as $$
  select string_agg(c.chunk_index || ' ' || array_to_string(c.heading_path, '>') || ': ' || c.content, E'\n' order by c.chunk_index)
  from public.kb_article_chunks c where c.article_id = pg_temp.id(name) and c.model = of_model
$$;
create function pg_temp.write(name text, body text) returns void language sql as $$
  update public.kb_articles set body_markdown = body where id = pg_temp.id(name)
$$;

-- Every path ------------------------------------------------------------------------------------------------
select pg_temp.article('valves', E'Before.\n\n## Close\nTurn it right.\n\n### Stuck\nUse oil.\n\n## Open\nTurn it left.') \g /dev/null
select is(pg_temp.said('valves'), E'0 : Before.\n1 Close: Turn it right.\n2 Close>Stuck: Use oil.\n3 Open: Turn it left.', 'a DBA''s insert is cut along its headings');
select is((select string_agg(distinct concat_ws(' ', c.title, c.org_id = pg_temp.id('one'), c.embedding is null, octet_length(c.content_hash)), ',')
  from public.kb_article_chunks c where c.article_id = pg_temp.id('valves')), 'Valves t t 32', 'its passages carry title and company, and wait for their embeddings');
select is(pg_temp.touched('adam', $$ insert into public.kb_articles (org_id, slug, title, body_markdown, is_published) values (pg_temp.id('one'), 'adams', 'Adam''s', '# A' || E'\nText.', true) $$), 1::bigint, 'an administrator writes an article');
select is((select count(*) from public.kb_article_chunks c join public.kb_articles a on a.id = c.article_id where a.slug = 'adams' and a.org_id = pg_temp.id('one')), 1::bigint, 'and it has its passage');
select is(pg_temp.touched('service_role', $$ insert into public.kb_articles (org_id, id, slug, title, body_markdown, is_published) values (null, pg_temp.id('service'), 'service', 'S', 'Text.', true) $$), 1::bigint, 'a service writes one for all companies');
select is(pg_temp.said('service'), '0 : Text.', 'and it has its passage');
select pg_temp.article('draft', 'Secret plans.', published => false) \g /dev/null
select is(pg_temp.said('draft'), null, 'a draft has none');
update public.kb_articles set is_published = true where id = pg_temp.id('draft');
select is(pg_temp.said('draft'), '0 : Secret plans.', 'publishing makes them');
update public.kb_articles set is_published = false where id = pg_temp.id('draft');
select is(pg_temp.said('draft'), null, 'unpublishing removes them');
select pg_temp.article('gone', 'Text.') \g /dev/null
delete from public.kb_articles where id = pg_temp.id('gone');
select is(pg_temp.said('gone'), null, 'and so does deleting');

-- What stays ------------------------------------------------------------------------------------------------
insert into public.kb_embedding_models (model, dimensions, state) values ('m', 3, 'building');
select pg_temp.write('valves', E'Before.\n\n## Close\nTurn it right.\n\n### Stuck\nUse oil.\n\n## Open\nTurn it left.') \g /dev/null
select is(pg_temp.said('valves', 'm'), pg_temp.said('valves'), 'a model that is being built gets a set of its own');
update public.kb_article_chunks set embedding = '[1,2,3]' where article_id = pg_temp.id('valves') and model = 'm';
create temporary table before as select * from public.kb_article_chunks where article_id = pg_temp.id('valves');
select pg_temp.write('valves', E'## Open\nTurn it left.\n\n## Close\nTurn it right, gently.\n\n### Stuck\nUse oil.') \g /dev/null
select is(pg_temp.said('valves', 'm'), E'0 Open: Turn it left.\n1 Close: Turn it right, gently.\n2 Close>Stuck: Use oil.', 'sections change places');
select set_eq(
  $$ select c.content from public.kb_article_chunks c join before b on b.id = c.id and b.embedding::text = c.embedding::text where c.model = 'm' $$,
  array['Turn it left.', 'Use oil.'], 'what says the same keeps its id and its embedding');
select is((select string_agg(content, ',') from public.kb_article_chunks where model = 'm' and article_id = pg_temp.id('valves') and embedding is null), 'Turn it right, gently.', 'what says something else is to be embedded again');
select is((select count(*) from public.kb_article_chunks c where c.article_id = pg_temp.id('valves') and c.content like 'Before%'), 0::bigint, 'a sentence that was deleted is in no set');
select is((select count(*) from public.kb_embedding_jobs where article_id = pg_temp.id('valves') and model = 'm'), 1::bigint, 'and the article is queued once');
update public.kb_articles set title = 'Taps' where id = pg_temp.id('valves');
select is((select count(*) filter (where embedding is not null) || ' ' || min(title) from public.kb_article_chunks where article_id = pg_temp.id('valves') and model = 'm'), '0 Taps', 'a new title is embedded with every passage');
update public.kb_article_chunks set embedding = '[1,2,3]' where article_id = pg_temp.id('valves') and model = 'm';
update public.kb_articles set category = 'plumbing', tags = array['tap'] where id = pg_temp.id('valves');
select is((select count(*) from public.kb_article_chunks where article_id = pg_temp.id('valves') and model = 'm' and embedding is null), 0::bigint, 'category and tags are not');
select pg_temp.write('valves', E'Same.\n\n# A\nTwice.\n\n# A\nTwice.\n\n# A\nTwice.') \g /dev/null
select pg_temp.write('valves', E'# A\nTwice.\n\n# A\nTwice.\n\nSame.') \g /dev/null
select is(pg_temp.said('valves'), E'0 A: Twice.\n1 A: Twice.\n\nSame.', 'passages that say the same are told apart by their place');
select pg_temp.article('many', (select string_agg(format(E'## Part %s\nText %s of it.', n, n), E'\n\n') from generate_series(1, 300) as n)) \g /dev/null
create temporary table parts as select id, chunk_index from public.kb_article_chunks where article_id = pg_temp.id('many');
select pg_temp.write('many', (select string_agg(format(E'## Part %s\nText %s of it.', n, n), E'\n\n' order by n desc) from generate_series(1, 300) as n)) \g /dev/null
select is((select count(*) from public.kb_article_chunks c join parts p on p.id = c.id and c.chunk_index = 299 - p.chunk_index where c.model = 'text'), 300::bigint, 'an article turned upside down keeps all its passages');
update public.kb_embedding_models set state = 'retired', retired_at = now() where model = 'm';
select pg_temp.write('valves', 'Something else.') \g /dev/null
select is(concat(pg_temp.said('valves', 'm'), '/', pg_temp.said('valves')), '/0 : Something else.', 'a retired set loses what is not said any more, and gains nothing');

-- Whose -----------------------------------------------------------------------------------------------------
select pg_temp.article('theirs', 'Of two.', 'two') \g /dev/null
create function pg_temp.reads(person text, name text) returns text language sql as $$
  select pg_temp.answer(person, format('select string_agg(content, '','') from public.kb_article_chunks where model = ''text'' and article_id = %L', pg_temp.id(name)))
$$;
select is(pg_temp.reads(who, 'service'), 'Text.', who || ' reads passages of shared articles') from unnest(array['anon', 'dana', 'cory']) as who;
select is(concat(pg_temp.reads('dana', 'theirs'), pg_temp.reads('adam', 'theirs'), pg_temp.reads('anon', 'theirs'), pg_temp.reads('anon', 'valves')), '', 'nobody those of another company, and whoever is not signed in those of none');
select is(pg_temp.refusal(who, what), '42501', format('%s: %s', who, left(what, 50))) from (values
  ('dana', 'select content_hash from public.kb_article_chunks'), ('adam', 'update public.kb_article_chunks set content = ''x'''),
  ('service_role', 'update public.kb_article_chunks set content = ''x'''), ('service_role', 'delete from public.kb_embedding_jobs'),
  ('adam', 'select * from public.kb_embedding_jobs'), ('service_role', 'update public.kb_embedding_models set state = ''retired''')) as may (who, what);

select * from finish();
rollback;
