-- Proves: row level security covers every table, its policies look nothing up, and the views add no way around it.
begin;
select plan(12);

create temporary view tables as
select oid, relname::text as name, relrowsecurity from pg_class
where relnamespace = 'public'::regnamespace and relkind in ('r', 'p', 'm', 'f');

create temporary view policies as
select p.oid, p.polname, p.polrelid, p.polcmd, p.polpermissive, p.polroles,
       concat_ws(' ', pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid)) as expressions
from pg_policy p join tables t on t.oid = p.polrelid;

select is_empty($$ select name from tables where not relrowsecurity $$, 'every table has row level security');

-- The receipts, the queues and the outbox are for privileged steps and workers: authenticated has no grant there either.
select set_eq(
  $$ select name from tables t where not exists (
       select from policies p where p.polrelid = t.oid and 'authenticated'::regrole = any (p.polroles)) $$,
  array['kb_embedding_jobs', 'portal_ai_turns', 'portal_notifications', 'portal_receipts', 'portal_sentiment_jobs'],
  'every table has policies for signed-in people, but for those that no client may touch');
select is_empty(
  $$ select t.name, a.attname from tables t join pg_attribute a on a.attrelid = t.oid and a.attnum > 0
     where t.name in (
       'kb_embedding_jobs', 'portal_ai_turns', 'portal_notifications', 'portal_receipts', 'portal_sentiment_jobs')
       and has_column_privilege('authenticated', t.oid, a.attnum, 'select, insert, update') $$,
  'and on those signed-in people have no grant at all');

select is_empty(
  $$ select name, polname from policies p join tables t on t.oid = p.polrelid
     where p.polroles && array[0, 'authenticator'::regrole, 'portal_gateway'::regrole, 'postgres'::regrole]::oid[] $$,
  'every policy names its roles: none is for everybody, none for a log-in role');

-- Several permissive policies are joined by OR: slower, and harder to read than one.
select is_empty(
  $$ select t.name, role::regrole, command, array_agg(p.polname)
     from policies p join tables t on t.oid = p.polrelid, unnest(p.polroles) as role,
          unnest(case p.polcmd when '*' then array['r', 'a', 'w', 'd'] else array[p.polcmd::text] end) as command
     where p.polpermissive
     group by 1, 2, 3 having count(*) > 1 $$,
  'there is one permissive policy per role and command');

-- A helper in a sub-select runs once per statement, bare it would run for every row.
create temporary view unexplained as
select polname, polrelid, regexp_replace(
  expressions, '\( SELECT portal_internal\.\w+\((''\w+''::portal\.capability)?\) AS \w+\)', '', 'g') as rest
from policies;

select is_empty(
  $$ select polrelid::regclass, polname, rest from unexplained where rest ~* '\m(select|from|portal_internal|exists)\M' $$,
  'policies call helpers as (select helper()), and look nothing up');
select is_empty(
  $$ select polrelid::regclass, polname, refobjid::regclass
     from policies p join pg_depend d on d.classid = 'pg_policy'::regclass and d.objid = p.oid
     where d.refclassid = 'pg_class'::regclass and d.refobjid <> p.polrelid $$,
  'no policy depends on another table');
select is_empty(
  $$ select polrelid::regclass, polname, f.oid::regprocedure
     from policies p join pg_depend d on d.classid = 'pg_policy'::regclass and d.objid = p.oid
     join pg_proc f on d.refclassid = 'pg_proc'::regclass and d.refobjid = f.oid
     where f.pronamespace <> 'portal_internal'::regnamespace $$,
  'policies call no function but the helpers');

-- The owner of the views bypasses row level security, so a view that runs as its owner would show everything.
select is_empty(
  $$ select oid::regclass from pg_class
     where relnamespace in ('public'::regnamespace, 'portal'::regnamespace) and relkind = 'v'
       and not coalesce(reloptions @> '{security_invoker=true}', false) $$,
  'every view runs as the caller');
select is_empty(
  $$ select oid::regclass from pg_class
     where relnamespace = 'portal'::regnamespace and relkind <> 'c' and (relkind <> 'v'
       or pg_get_viewdef(oid) !~ 'portal_internal\.(org_id|account_ids|customer_ids|whole_customer_ids)\(') $$,
  'portal holds views only (and row types), and each filters by the caller''s scope itself');

select is_empty(
  $$ select c.oid::regclass, a.privilege_type, a.grantee
     from pg_class c, aclexplode(c.relacl) as a
     where c.relnamespace in ('public'::regnamespace, 'portal'::regnamespace)
       and (a.grantee = 0 or a.is_grantable and a.grantee <> c.relowner
         or a.privilege_type in ('TRUNCATE', 'REFERENCES', 'TRIGGER') and a.grantee <> c.relowner) $$,
  'nothing is granted to everybody or passed on, and nobody but the owner truncates');
select is_empty(
  $$ select c.oid::regclass, a.attname from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0
     where c.relnamespace in ('public'::regnamespace, 'portal'::regnamespace) and c.relkind in ('r', 'p', 'v')
       and not a.attisdropped and has_column_privilege('anon', c.oid, a.attnum, 'select, insert, update')
       and c.relname not in ('kb_articles', 'kb_article_chunks', 'kb_embedding_models') $$,
  'people who are not signed in read the knowledge base and nothing else');

select * from finish();
rollback;
