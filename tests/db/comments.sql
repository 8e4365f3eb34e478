-- Proves: everything of ours says what it is. The comments are the text of the API's documentation.
begin;
select plan(9);

create temporary view schemas as
select oid, nspname from pg_namespace where nspname in ('public', 'portal', 'portal_internal', 'portal_admin');

select is_empty(
  $$ select nspname from schemas where nullif(btrim(obj_description(oid, 'pg_namespace')), '') is null $$,
  'every schema has a comment');

select is_empty(
  $$ select c.oid::regclass from pg_class c join schemas s on s.oid = c.relnamespace
     where c.relkind not in ('i', 'I', 't', 'c') and nullif(btrim(obj_description(c.oid, 'pg_class')), '') is null $$,
  'every table, view and sequence has a comment');

select is_empty(
  $$ select c.oid::regclass, a.attname from pg_attribute a
     join pg_class c on c.oid = a.attrelid join schemas s on s.oid = c.relnamespace
     where c.relkind in ('r', 'p', 'v', 'm', 'f') and a.attnum > 0 and not a.attisdropped
       and nullif(btrim(col_description(c.oid, a.attnum)), '') is null $$,
  'every column has a comment');

select is_empty(
  $$ select p.oid::regprocedure from pg_proc p join schemas s on s.oid = p.pronamespace
     where nullif(btrim(obj_description(p.oid, 'pg_proc')), '') is null $$,
  'every function has a comment');

-- What PostgREST prints in the API's documentation: the errors a client must expect are part of it.
select is_empty(
  $$ select p.oid::regprocedure from pg_proc p
     where p.pronamespace = 'portal'::regnamespace and obj_description(p.oid, 'pg_proc') !~ 'Errors: .*PT4[0-9]{2}' $$,
  'every function of the API names its errors');

select is_empty(
  $$ select t.oid::regtype from pg_type t join schemas s on s.oid = t.typnamespace
     where (t.typtype in ('e', 'd', 'r', 'm') or t.typrelid in (select oid from pg_class where relkind = 'c')) and nullif(btrim(obj_description(t.oid, 'pg_type')), '') is null $$,
  'every type has a comment');

-- Triggers of the house have one name on every table; what they do is said at their function.
select is_empty(
  $$ select t.tgrelid::regclass, t.tgname from pg_trigger t
     join pg_class c on c.oid = t.tgrelid join schemas s on s.oid = c.relnamespace
     where not t.tgisinternal
       and (t.tgname, t.tgfoid::regproc::text) not in (
         ('audit', 'portal_internal.audit_row'),
         ('copy_keys', 'portal_internal.copy_from_parent'),
         ('keep_keys', 'portal_internal.keep_columns'),
         ('refuse_change', 'portal_internal.refuse_change'),
         ('refuse_truncate', 'portal_internal.refuse_change'),
         ('touch', 'portal_internal.touch_updated_at'))
       and nullif(btrim(obj_description(t.oid, 'pg_trigger')), '') is null $$,
  'every other trigger has a comment');

select is_empty(
  $$ select extname from pg_extension
     where extname = 'pg_portal' and nullif(btrim(obj_description(oid, 'pg_extension')), '') is null $$,
  'the extension has a comment');

-- The text is printed as it stands: a doubled quote or a placeholder would show.
select is_empty(
  $$ select d.objoid, d.description from pg_description d
     where (d.classoid = 'pg_proc'::regclass and d.objoid in (select p.oid from pg_proc p join schemas s on s.oid = p.pronamespace)
         or d.classoid = 'pg_class'::regclass and d.objoid in (select c.oid from pg_class c join schemas s on s.oid = c.relnamespace)
         or d.classoid = 'pg_type'::regclass and d.objoid in (select t.oid from pg_type t join schemas s on s.oid = t.typnamespace))
       and (d.description ~ '''''' or d.description ~* '\m(todo|fixme|xxx)\M') $$,
  'no comment shows a doubled quote or a note to ourselves');

select * from finish();
rollback;
