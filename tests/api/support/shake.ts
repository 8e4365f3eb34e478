// Randomises rows, whatever table they are in: the other side of a wall changes, and nothing may be heard on this one.
import { superuser } from './database.ts'

// Values by type. Some will not pass a CHECK or a foreign key; those are tried in a subtransaction and passed over.
const VALUES: Record<string, string[]> = {
  text: [`'x' || md5(random()::text)`, `'x' || md5(random()::text) || '@noise.example'`, `'America/Denver'`, 'null'],
  bool: ['not %1$I', 'null'],
  int2: [`(random() * 6)::int`],
  int4: [`1 + (random() * 100)::int`],
  int8: [`1 + (random() * 1e9)::bigint`],
  numeric: [`1 + round((random() * 100)::numeric, 2)`],
  date: [`%1$I + (1 + random() * 300)::int`, `current_date + (random() * 300)::int`],
  timestamptz: [`%1$I + random() * interval '300 days'`, `now() + random() * interval '30 days'`, 'null'],
  time: [`%1$I + random() * interval '1 hour'`],
  jsonb: [`jsonb_build_object('noise', random())`, `jsonb_build_array(random())`, 'null'],
  bytea: [`sha256(md5(random()::text)::bytea)`],
  inet: [`'192.0.2.1'::inet`],
  uuid: ['gen_random_uuid()', 'null'],
}

export interface Shaken {
  table: string
  changes: number
}

/**
 * Changes, adds and deletes rows of every table in `public` as the superuser.
 *
 * `whose`: an SQL condition; it is only used on tables that have all of its columns.
 */
export async function shake(whose: string, columns: string[]): Promise<Shaken[]> {
  return superuser.begin(async (db) => {
    await db.unsafe(FUNCTION)
    const tables = await db<{ name: string }[]>`
      select c.oid::regclass::text as name from pg_class c
      where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
        and (select count(*) from pg_attribute a where a.attrelid = c.oid and a.attname = any (${columns})) = ${columns.length}
      order by 1`
    const shaken: Shaken[] = []
    for (const { name } of tables) {
      const [row] = await db`select pg_temp.shake(${name}, ${whose}, ${db.json(VALUES)}) as changes`
      shaken.push({ table: name, changes: row!.changes as number })
    }
    return shaken
  }) as Promise<Shaken[]>
}

const FUNCTION = `
create or replace function pg_temp.attempt(statement text) returns int language plpgsql as $$
declare
  changed int;
begin
  execute statement;
  get diagnostics changed = row_count;
  return changed;
exception when others then
  return 0;
end $$;

create or replace function pg_temp.shake(target text, whose text, choices jsonb) returns int language plpgsql as $$
declare
  col record;
  choice text;
  all_columns text := (
    select string_agg(format('%I', a.attname), ', ' order by a.attnum) from pg_attribute a
    where a.attrelid = target::regclass and a.attnum > 0 and not a.attisdropped and a.attgenerated = '');
  changes int := 0;
begin
  for col in
    select a.attname as name, t.typname as type, t.oid::regtype::text as enum,
      exists (select from pg_enum e where e.enumtypid = t.oid) as is_enum
    from pg_attribute a join pg_type t on t.oid = a.atttypid
    where a.attrelid = target::regclass and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
      and a.attname not in ('id', 'org_id', 'customer_id')
  loop
    if col.is_enum then
      choices := jsonb_set(choices, array[col.type], to_jsonb(array[format(
        '(select e.enumlabel::%s from pg_enum e where e.enumtypid = ''%s''::regtype and e.enumlabel <> %I::text order by random() limit 1)',
        col.enum, col.enum, col.name)]));
    end if;
    for choice in select jsonb_array_elements_text(choices -> col.type) loop
      changes := changes + pg_temp.attempt(format('update %s set %I = %s where %s',
        target, col.name, format(choice, col.name), whose));
    end loop;
  end loop;
  -- A copy of a row under a new id, with its texts changed; then one row less, where there are two.
  changes := changes + pg_temp.attempt(format(
    'insert into %s (%s) select %s from (
       select (jsonb_populate_record(null::%s, to_jsonb(r) || jsonb_build_object(''id'', gen_random_uuid()) || coalesce((
         select jsonb_object_agg(k, v || md5(random()::text)) from jsonb_each_text(to_jsonb(r)) as j (k, v)
         where k in (''number'', ''path'', ''slug'', ''code'', ''key'', ''dedupe_key'', ''operation'')), ''{}'')
         -- A seal of fewer events.
         || case when to_jsonb(r) ? ''first_seq'' then jsonb_build_object(
           ''first_seq'', 1 + floor(random() * (to_jsonb(r) ->> ''last_seq'')::numeric)) else ''{}'' end)).*
       from (select * from %s where %s limit 1) as r) as copied', target, all_columns, all_columns, target, target, whose));
  changes := changes + pg_temp.attempt(format(
    'delete from %s where ctid = (select ctid from %s where %s order by random() offset 1 limit 1)', target, target, whose));
  return changes;
end $$`
