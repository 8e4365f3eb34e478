-- Proves: explain_access tells of every row what a real select of the person brings, for the reasons that decide.
begin;
\ir people.psql
select plan(29);
create role test_reader login in role portal_readonly;
insert into auth.users (id, aud, role, email) values (pg_temp.id('both'), 'authenticated', 'authenticated', 'both@test.example'), (pg_temp.id('late'), 'authenticated', 'authenticated', 'late@test.example');
insert into public.portal_accounts (org_id, id, user_id, customer_id, role, status, implicit_grant) values
  (pg_temp.id('one'), pg_temp.id('both/one'), pg_temp.id('both'), pg_temp.id('rex/customer'), 'customer', 'active', true),
  (pg_temp.id('two'), pg_temp.id('both/two'), pg_temp.id('both'), pg_temp.id('tova/customer'), 'customer', 'active', true),
  (pg_temp.id('one'), pg_temp.id('late/account'), pg_temp.id('late'), pg_temp.id('dana/customer'), 'customer', 'active', false);
insert into public.portal_account_grants (org_id, portal_account_id, customer_id, location_id, capabilities) values
  (pg_temp.id('one'), pg_temp.id('late/account'), pg_temp.id('dana/customer'), pg_temp.id('dana/studio'), '{view,book}');

create function pg_temp.explained(person text, of_table text, named text, of_rule text default 'verdict', org text default null) returns text language sql as $$
  select string_agg(concat_ws(' ', allowed, why), ' ' order by n)
  from portal_admin.explain_access(pg_temp.id(person), of_table, pg_temp.id(named), org) with ordinality as e (rule, allowed, why, n) where rule = of_rule
$$;

-- Every row of every table for every person: what the last line says, and what there is to see.
create function pg_temp.sees(person uuid, relation text, row_id uuid) returns boolean language plpgsql as $$
declare
  seen boolean;
begin
  perform set_config('request.jwt.claims', jsonb_build_object('role', 'authenticated', 'sub', person, 'aud', 'authenticated')::text, true);
  perform set_config('role', 'authenticated', true);
  execute format('select exists (select from %s where id = %L)', relation, row_id) into seen;
  perform set_config('role', 'none', true);
  perform set_config('request.jwt.claims', '', true);
  return seen;
exception when insufficient_privilege then
  return false;
end $$;
create temporary table sample (relation text, is_view boolean, row_id uuid) on commit drop;
do $$
declare
  r record;
begin
  for r in
    select format('%I.%I', n.nspname, c.relname) as name, c.relkind = 'v' as is_view
    from pg_class c join pg_namespace n on n.oid = c.relnamespace join pg_attribute a on a.attrelid = c.oid and a.attname = 'id' and a.atttypid = 'uuid'::regtype
    where n.nspname = 'public' and c.relkind in ('r', 'p') and not c.relispartition
  loop
    -- Some of every company, and of each company's own rows the test's first.
    execute format('insert into sample select %L, false, id from (select id, row_number() over (partition by org_id order by id) as n from %s) s where n <= 5',
      r.name, case r.name when 'public.orgs' then '(select id, id as org_id from public.orgs) o' else r.name end);
  end loop;
end $$;
create temporary table people (person uuid) on commit drop;
insert into people select pg_temp.id(name) from unnest(array['dana', 'mona', 'adam', 'tess', 'both', 'late']) as name
-- And some of the demo's: every one would be asked about every row.
union all (select a.user_id from public.portal_accounts a join public.orgs o on o.id = a.org_id and o.slug in ('acme-comfort', 'bolt-pipe') order by a.created_at, a.id limit 8)
union all (select p.user_id from public.profiles p join public.orgs o on o.id = p.org_id and o.slug in ('acme-comfort', 'bolt-pipe') where p.role in ('admin', 'csr', 'technician') order by p.created_at, p.user_id limit 8);
create temporary table verdicts on commit drop as
select p.person, s.relation, s.row_id, last.verdict, pg_temp.sees(p.person, s.relation, s.row_id) as seen
from people p cross join sample s
cross join lateral (select (array_agg(e.allowed order by n desc))[1] as verdict from portal_admin.explain_access(p.person, s.relation, s.row_id) with ordinality as e (rule, allowed, why, n)) last;
select cmp_ok((select count(*) from verdicts where seen), '>', 100::bigint, 'many of the rows are seen');
select cmp_ok((select count(*) from verdicts where not seen), '>', 1000::bigint, 'more are not');
select cmp_ok((select count(distinct relation) from verdicts), '>', 35::bigint, 'of nearly every table');
select is_empty('select * from verdicts where verdict is distinct from seen', 'the verdict is what a select of the person brings, of every row for every person');

-- Views of the API, where the view decides with.
create temporary table of_views on commit drop as
select p.person, v.relation, s.row_id, last.verdict, pg_temp.sees(p.person, v.relation, s.row_id) as seen
from people p
join (values ('portal.appointments', 'public.work_orders'), ('portal.invoices', 'public.invoices'), ('portal.threads', 'public.portal_threads'), ('portal.inbox', 'public.portal_threads'), ('portal.locations', 'public.customer_locations')) as v (relation, beneath) on true
join sample s on s.relation = v.beneath
cross join lateral (select (array_agg(e.allowed order by n desc))[1] as verdict from portal_admin.explain_access(p.person, v.relation, s.row_id) with ordinality as e (rule, allowed, why, n)) last;
select cmp_ok((select count(*) from of_views where seen), '>', 10::bigint, 'views show some rows');
select is_empty('select * from of_views where verdict is distinct from seen', 'and the verdict of a view is what it shows');

-- The reasons -----------------------------------------------------------------------------------------
select matches(pg_temp.explained('dana', 'work_orders', 'dana/job'), '^t They see the row: a policy lets it through', 'a customer sees their job');
select matches(pg_temp.explained('dana', 'work_orders', 'dana/job', 'account'), '^t The account at test-one \(.*\) is active, as customer of the customer Dana', 'because of the account');
select matches(pg_temp.explained('dana', 'work_orders', 'dana/job', 'row'), '^t The row belongs to test-one, the customer Dana .*; they reach this customer as a whole', 'and of whose it is');
select matches(pg_temp.explained('dana', 'work_orders', 'dana/job', 'policy'), '^t ".*" on public\.work_orders lets it through: org_id = org_id\(\) AND .*customer_id = ANY \(customer_ids\(\)\)', 'as the policy in force says, in readable form');
select matches(pg_temp.explained('dana', 'work_orders', 'rex/job'), '^f They do not see the row: they do not reach this customer\.', 'another customer''s job they do not see');
select matches(pg_temp.explained('dana', 'work_orders', 'tova/job'), '^f They do not see the row: the request is not for this company\.', 'nor another company''s');
select matches(pg_temp.explained('late', 'customer_locations', 'dana/home'), '^f .*they reach single locations of this customer', 'who was granted one location does not see the next');
select matches(pg_temp.explained('late', 'customer_locations', 'dana/studio', 'grant'), '^t The location studio of the customer Dana \(.*\) is granted: view, book\.', 'and the grant is told');
select matches(pg_temp.explained('late', 'customer_locations', 'dana/studio'), '^t ', 'by which they see that one');
select matches(pg_temp.explained('cory', 'work_orders', 'rex/job', 'reach'), '^t As csr they see every customer', 'the office sees all');
select matches(pg_temp.explained('tess', 'work_orders', 'dana/job', 'reach'), '^t As a technician they see their own 1 job', 'a technician their own');
select matches(pg_temp.explained('tess', 'work_orders', 'rex/job'), '^f ', 'and no other');
select matches(pg_temp.explained('both', 'work_orders', 'rex/job', 'company'), '^f They belong to test-(one|two) and test-(one|two).*org => ''test-', 'who has several companies must name one');
select matches(pg_temp.explained('both', 'work_orders', 'rex/job', org => 'test-one'), '^t ', 'and then sees its rows');
select matches(pg_temp.explained('both', 'work_orders', 'rex/job', 'company', 'test-three'), '^f The request names test-three', 'not those of one they have nothing at');
select matches(pg_temp.explained('nemo', 'work_orders', 'rex/job'), '^f They do not see the row\. They have no account and no staff profile', 'who has nothing sees nothing');
insert into public.portal_notifications (org_id, id, event, category, channel, recipient, dedupe_key, expires_at) values (pg_temp.id('one'), pg_temp.id('note'), 'offer', 'marketing', 'email', 'x@test.example', 'x', now() + interval '1 day');
select matches(pg_temp.explained('cory', 'portal_notifications', 'note'), '^f .*have no right to read public\.portal_notifications at all', 'what no grant opens nobody sees');

select portal_admin.suspend_account(pg_temp.id('dana/account'), 'Test') \g /dev/null
select matches(pg_temp.explained('dana', 'work_orders', 'dana/job'), '^f They do not see the row\. The account at test-one \(.*\) is suspended since [0-9-]+ [0-9:]+.*; an account that is suspended reaches nothing', 'a suspended account is the reason, with the moment');
select portal_admin.reinstate_account(pg_temp.id('dana/account'), 'Test') \g /dev/null
select matches(pg_temp.explained('dana', 'work_orders', 'dana/job'), '^t ', 'until it is reinstated');
alter table public.work_orders disable row level security;
select matches(pg_temp.explained('nemo', 'work_orders', 'rex/job'), '^t They see the row: row level security is off', 'a table without row level security shows all');
alter table public.work_orders enable row level security;

-- Refusals, and who asks.
select is(string_agg(pg_temp.refusal('dba', format('select * from portal_admin.explain_access(%s)', arguments)), ', ' order by n),
  'PT404 not_found, PT404 not_found, PT404 not_found, PT404 not_found, PT404 not_found, PT400 invalid_input', 'an absent user, table or row, and a table without ids, are said to be that')
from unnest(array['null, ''orgs'', pg_temp.id(''one'')', 'gen_random_uuid(), ''orgs'', pg_temp.id(''one'')', 'pg_temp.id(''dana''), ''x; drop table y'', pg_temp.id(''one'')',
  'pg_temp.id(''dana''), ''orgs'', null', 'pg_temp.id(''dana''), ''orgs'', gen_random_uuid()', 'pg_temp.id(''dana''), ''kb_embedding_models'', pg_temp.id(''one'')']) with ordinality as given (arguments, n);
create temporary table told on commit drop as select * from portal_admin.explain_access(pg_temp.id('dana'), 'portal.appointments', pg_temp.id('dana/job'));
grant select on told to test_reader;
set session authorization test_reader;
select set_eq(format('select * from portal_admin.explain_access(%L, ''portal.appointments'', %L)', md5('test/dana')::uuid, md5('test/dana/job')::uuid), 'select * from told', 'portal_readonly is told the same as a superuser');
select is(concat_ws(' ', current_user, nullif(current_setting('request.jwt.claims', true), '')), 'test_reader', 'and is nobody else afterwards');
reset session authorization;

select * from finish();
rollback;
