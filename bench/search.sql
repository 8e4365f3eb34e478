-- Companies with 100, 1,000, … articles' passages, each with one customer who asks; all in one table, as in life.
-- A passage's vector lies near one of 64 subjects of its company; so do the questions'. Words are drawn as in a language:
-- few are common, most are rare, and each subject has some of its own.
--
-- Loaded as load.sql is: by the superuser, row triggers off. Variables: sizes ('100 1000 …'), model, dimensions.
set session_replication_role = replica;
select setseed(0.5) \g /dev/null

create function pg_temp.id(kind int, n bigint) returns uuid language sql immutable as $$
  select md5(format('bench/%s/%s', kind, n))::uuid
$$;
-- Normally distributed numbers, of a vector of about that length.
create function pg_temp.noise(dimensions int, length float8) returns extensions.vector language sql volatile as $$
  select array_agg((length / sqrt(dimensions) * sqrt(-2 * ln(1 - random())) * cos(2 * pi() * random()))::real)::extensions.vector
  from generate_series(1, dimensions)
$$;
-- Zipf's law: the n-th of 5,000 words is used one n-th as often as the first; not the first hundred, which search leaves out.
create function pg_temp.words(count int, subject int) returns text language sql volatile as $$
  select string_agg(case when n % 6 = 0 then 'subject' || subject || 'x' || (random() * 20)::int
                         else 'word' || floor(100 * exp(random() * ln(50)))::int end, ' ')
  from generate_series(1, count) n
$$;

create temp table company as
select n, size::int, 2000000 + n as number, pg_temp.id(1, 2000000 + n) as id
from unnest(string_to_array(:'sizes', ' ')) with ordinality as sizes (size, n);

insert into public.orgs (id, slug, name, timezone)
select id, 'bench-search-' || n, 'Bench Search ' || size, 'America/Chicago' from company;
insert into auth.users (id, aud, role, email, email_confirmed_at, raw_app_meta_data, raw_user_meta_data, created_at, updated_at)
select pg_temp.id(5, number), 'authenticated', 'authenticated', 'reader-' || n || '@bench.example', now(), '{}', '{}', now(), now()
from company;
insert into public.customers (id, org_id, full_name) select pg_temp.id(4, number), id, 'Reader' from company;
insert into public.profiles (org_id, user_id, customer_id, full_name)
select id, pg_temp.id(5, number), pg_temp.id(4, number), 'Reader' from company;
insert into public.portal_accounts (id, org_id, user_id, customer_id, linked_by)
select pg_temp.id(7, number), id, pg_temp.id(5, number), pg_temp.id(4, number), 'email' from company;

-- Nobody else's passages have vectors of this model.
update public.kb_embedding_models set state = 'retired', retired_at = now() where state = 'active';
insert into public.kb_embedding_models (model, dimensions, state, activated_at) values (:'model', :dimensions, 'active', now());

-- Ten passages make an article.
insert into public.kb_articles (id, org_id, slug, title, category, body_markdown, is_published)
select pg_temp.id(22, c.number * 1000000 + a), c.id, 'article-' || a, 'Article ' || a, 'hvac', 'Its passages are what counts.', true
from company c, generate_series(1, (c.size + 9) / 10) a;

create temp table subject as
select n, s, pg_temp.noise(:dimensions, 1) as middle from company, generate_series(0, 63) s;
create temp table noise as select i, pg_temp.noise(:dimensions, 0.6) as one from generate_series(0, 1999) i;
create unique index on subject (n, s);
create unique index on noise (i);
analyze subject, noise;

insert into public.kb_article_chunks
  (org_id, article_id, chunk_index, title, heading_path, content, content_hash, model, embedding, search)
select c.id, pg_temp.id(22, c.number * 1000000 + 1 + p / 10), p % 10, 'Article ' || 1 + p / 10, array['Part ' || p % 10], words,
       sha256(words::bytea), :'model', extensions.l2_normalize(m.middle operator(extensions.+) a.one operator(extensions.+) b.one),
       setweight(to_tsvector('english', words), 'C')
from company c, generate_series(0, c.size - 1) p,
  lateral (select (hashint4(p) & 63) as s, pg_temp.words(60 + p % 40, hashint4(p) & 63) as words) drawn,
  subject m, noise a, noise b
where m.n = c.n and m.s = drawn.s and a.i = (hashint4(p + 1) & 2147483647) % 2000 and b.i = (hashint4(p + 7919) & 2147483647) % 2000;

-- 200 questions to each company, with the words and near the vector of one subject.
create schema if not exists bench;
create table bench.questions as
select c.number, c.size, q as n, pg_temp.words(5, q % 64) || ' subject' || q % 64 || 'x1' as query,
       extensions.l2_normalize(m.middle operator(extensions.+) a.one operator(extensions.+) pg_temp.noise(:dimensions, 0.3))::real[] as embedding
from company c, generate_series(0, 199) q, subject m, noise a
where m.n = c.n and m.s = q % 64 and a.i = (q * 37) % 2000;

reset session_replication_role;
vacuum (analyze) public.kb_article_chunks;
vacuum (analyze) public.kb_articles;
