-- Proves: every function of portal_admin explains itself in \df+ as a manual page does, and every example runs as it
-- stands for somebody who has portal_admin and nothing else.
begin;
select plan(9);
create role test_admin login in role portal_admin;
-- The examples speak of what the demo data has. One is of an account in use, and one of a model.
create temporary view manual as
select p.oid, p.proname::text as name, p.proargnames[1:p.pronargs] as arguments, p.pronargdefaults, d.page, substring(d.page from '\nExample +(.*;)$') as example
from pg_proc p cross join lateral (select obj_description(p.oid, 'pg_proc') as page) d
where p.pronamespace = 'portal_admin'::regnamespace;

select cmp_ok((select count(*) from manual), '>=', 12::bigint, 'the manual has its pages');
select is_empty($$ select name from manual where page !~ '^[A-Z][^\n]{20,}' $$, 'each begins with what the function does');
select is_empty($$ select name, argument from manual, unnest(arguments) as argument where page !~ format('\n  %s +[A-Za-z0-9]', argument) $$, 'explains each argument');
select is_empty($$ select name, section from manual, unnest(array['Answers', 'Errors', 'Example']) as section where page !~ format('\n%s +\S', section) $$, 'says what is answered, what can be refused, and shows a call');
select is_empty($$ select name from manual m join pg_proc p on p.oid = m.oid where provolatile = 'v' and page !~ '\n(Again +\S|.*Keeps nothing)' and name <> 'simulate_policy' $$, 'and what a second call does');
select is_empty($$ select name, line from manual, regexp_split_to_table(page, '\n') as line where char_length(line) > 122 $$, 'in lines that fit a terminal');
select is_empty($$ select name from manual where array_length(arguments, 1) > 0 and 'dry_run' = any (arguments) and page !~ '\n  dry_run +True' $$, 'a rehearsal is explained');
select is_empty($$ select p.oid::regprocedure from pg_proc p where p.pronamespace = 'portal_admin'::regnamespace and proname in ('send_offer', 'retry_notifications', 'reembed_kb', 'erase_customer', 'purge')
  and pg_get_function_arguments(p.oid) !~ 'dry_run boolean DEFAULT true' $$, 'what destroys, sends or costs rehearses unless told otherwise');

-- Each example on its own, undone again. An index is built for a model, and there is none.
create function pg_temp.outcome(example text) returns text language plpgsql as $$
begin
  set local session authorization test_admin;
  execute example;
  raise exception using errcode = 'TS000';
exception
  when sqlstate 'TS000' then return 'accepted';
  when others then return sqlstate || ' ' || sqlerrm;
end $$;
select is_empty($$ select name, example, pg_temp.outcome(example) from manual
  where pg_temp.outcome(example) not in ('accepted', case name when 'index_kb' then 'PT422 Embeddings of text cannot be indexed.' else 'accepted' end) $$, 'every example runs');

select * from finish();
rollback;
