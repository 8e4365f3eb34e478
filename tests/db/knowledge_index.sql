-- Proves: where a company has very many passages the index by meaning answers, finds what an exact scan finds, never
-- leaves the caller's reach, and gives way to the exact scan where it finds too few; health() asks for it.
begin;
-- In the order in which the stack's own gateway, which may be embedding, takes them: it waits instead of standing in the way.
lock table public.kb_embedding_jobs, public.kb_article_chunks, public.kb_embedding_models, public.kb_articles in access exclusive mode;
\ir people.psql
\ir no_model.psql
select plan(16);

create function pg_temp.health(of_check text) returns text language sql as $$
  select string_agg(status, ',' order by status) from portal_admin.health() where check_name = of_check
$$;
create function pg_temp.detail(of_check text) returns text language sql as $$
  select string_agg(detail, ' ') from portal_admin.health() where check_name = of_check
$$;

-- Company one has 50,100 passages around a circle, a hundred to an article; company two has 20 at the same places.
update public.kb_articles set is_published = false;
select portal_admin.reembed_kb('m', 2, dry_run => false) \g /dev/null
insert into public.kb_articles (org_id, id, slug, title, body_markdown, category, is_published, created_by_user_id)
select pg_temp.id(org), pg_temp.id(format('%s/%s', org, n)), 'a-' || n, 'A', 'x', case n when 7 then 'rare' end, false, null
from (values ('one', 501), ('two', 1)) as size (org, articles), generate_series(1, articles) as n;
alter table public.kb_articles disable trigger chunk;
update public.kb_articles set is_published = true where org_id in (pg_temp.id('one'), pg_temp.id('two'));
alter table public.kb_articles enable trigger chunk;
create function pg_temp.direction(n bigint) returns extensions.vector language sql immutable as $$
  select format('[%s,%s]', cos(n * 2.39996), sin(n * 2.39996))::extensions.vector
$$;
insert into public.kb_article_chunks (org_id, article_id, chunk_index, title, content, content_hash, model, embedding, search)
select pg_temp.id(org), pg_temp.id(format('%s/%s', org, 1 + n / 100)), n % 100, 'A', org || ' ' || n, sha256(convert_to(n::text, 'utf8')), 'm', pg_temp.direction(n), ''
from (values ('one', 50100), ('two', 20)) as size (org, passages), generate_series(0, passages - 1) as n;
analyze public.kb_article_chunks;

-- The passages that a person finds nearest to a direction, and those that are.
create function pg_temp.found(person text, direction text, more text default '') returns text[] language sql as $$
  select string_to_array(pg_temp.answer(person, format('select string_agg(content, '','' order by vector_rank) from portal.search_kb(null, %L, 10 %s)', direction, more)), ',')
$$;
create function pg_temp.nearest(org text, direction extensions.vector, of_category text default null) returns text[] language sql as $$
  select array(
    select c.content from public.kb_article_chunks c join public.kb_articles a on a.id = c.article_id
    where c.model = 'm' and c.org_id = pg_temp.id(org) and (of_category is null or a.category = of_category)
    order by c.embedding operator(extensions.<=>) direction, c.id limit 10)
$$;
create function pg_temp.shared(a text[], b text[]) returns bigint language sql as $$
  select count(*) from unnest(a) as one where one = any (b)
$$;
create function pg_temp.index_scans() returns bigint language sql as $$
  select pg_stat_get_xact_numscans(to_regclass('public.idx_kb_article_chunks_nearest'))
$$;

-- Without the index --------------------------------------------------------------------------------------
select is(pg_temp.found('dana', '{0.6,0.8}'), pg_temp.nearest('one', '[0.6,0.8]'), 'without an index the nearest are found exactly');
select is(pg_temp.health('knowledge_index'), 'warn', 'health() asks for the index');
select matches(pg_temp.detail('knowledge_index'), 'test-one has 50100 passages.*index_kb\(\)', 'and names the company and what to call');

-- With it ------------------------------------------------------------------------------------------------
select is(portal_admin.index_kb(), 'idx_kb_article_chunks_nearest', 'a DBA builds it');
select is(portal_admin.index_kb(), 'idx_kb_article_chunks_nearest', 'and can build it again');
select is(pg_temp.health('knowledge_index'), 'ok', 'then health() is content');
select is(pg_temp.index_scans(), 0::bigint, 'nobody has used it yet');
create temporary table tried as
select n, pg_temp.found('dana', format('{%s,%s}', cos(n), sin(n))) as found, pg_temp.nearest('one', format('[%s,%s]', cos(n), sin(n))::extensions.vector) as wanted
from generate_series(1, 20) as n;
select cmp_ok(pg_temp.index_scans(), '>=', 20::bigint, 'a large company is answered by the index');
select is((select count(*) from tried where cardinality(found) = 10), 20::bigint, 'which always finds as many as were asked for');
select cmp_ok((select sum(pg_temp.shared(found, wanted)) from tried)::bigint, '>=', 190::bigint, 'and at least 95 of 100 that are the nearest');
select is((select count(*) from tried, unnest(found) as content where content not like 'one %'), 0::bigint, 'all of the caller''s company');
create temporary table scans as select pg_temp.index_scans() as before;
select is(pg_temp.found('tova', '{0.6,0.8}'), pg_temp.nearest('two', '[0.6,0.8]'), 'a small company among them is searched exactly and fills up');
select is(pg_temp.index_scans(), before, 'without the index') from scans;
select is(pg_temp.found('dana', '{0.6,0.8}', ', ''rare'''), pg_temp.nearest('one', '[0.6,0.8]', 'rare'), 'where the index finds too few, the exact scan finds them');
select cmp_ok(pg_temp.index_scans(), '>', before, 'after the index was asked') from scans;
delete from public.kb_article_chunks where org_id = pg_temp.id('one') and chunk_index > 0;
select is(pg_temp.found('dana', '{0.6,0.8}'), pg_temp.nearest('one', '[0.6,0.8]'), 'a company that has shrunk is searched exactly again');

select * from finish();
rollback;
