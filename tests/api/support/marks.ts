// Unique marks in the text of rows, by which it can be told where anything that turns up elsewhere has come from.
import { superuser } from './database.ts'

export interface Mark {
  mark: string
  table: string
  column: string
  org_id: string
}

export const MARK = /mk[0-9a-f]{16}/g
export const marksIn = (text: string) => [...new Set(text.match(MARK) ?? [])]

/**
 * Puts a mark of its own into every text column of every row of these companies, in every table. What a column's own
 * rules do not allow (codes, time zones, telephone numbers), and what keys are made of, stays as it is.
 */
export async function markEverything(orgs: string[]): Promise<Mark[]> {
  return superuser.begin(async (db) => {
    await db.unsafe(FUNCTION)
    const columns = await db<{ table: string; column: string; org: string }[]>`
      select c.oid::regclass::text as "table", a.attname as "column", case when c.relname = 'orgs' then 'id' else 'org_id' end as org
      from pg_class c
      join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.atttypid = 'text'::regtype
      where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and a.attgenerated = ''
        and (c.relname = 'orgs' or exists (select from pg_attribute o where o.attrelid = c.oid and o.attname = 'org_id'))
        -- Cut from articles, which are marked.
        and c.relname not in ('kb_article_chunks')
        and a.attname not in ('timezone', 'currency')
        and not exists (select from pg_index i where i.indrelid = c.oid and i.indisunique and a.attnum = any (i.indkey))
        and not exists (select from pg_constraint f where f.conrelid = c.oid and f.contype = 'f' and a.attnum = any (f.conkey))
      order by c.relname = 'kb_articles', 1, 2`
    const marks: Mark[] = []
    for (const { table, column, org } of columns) {
      // Articles are cut into passages by a trigger; the others' would only write about what is done here.
      await db.unsafe(`set local session_replication_role = ${table.endsWith('kb_articles') ? 'origin' : 'replica'}`)
      marks.push(...(await db<Mark[]>`select mark, ${table} as "table", ${column} as "column", org_id from pg_temp.mark(${table}, ${column}, ${org}, ${orgs}::uuid[])`))
    }
    return marks
  }) as Promise<Mark[]>
}

const FUNCTION = `
create or replace function pg_temp.mark(target text, name text, org text, orgs uuid[]) returns table (mark text, org_id uuid) language plpgsql as $$
declare
  part oid;
  place tid;
begin
  for part, place, org_id in execute format('select tableoid, ctid, %I from %s where %I = any ($1)', org, target, org) using orgs loop
    mark := 'mk' || substr(md5(random()::text || clock_timestamp()), 1, 16);
    begin
      execute format('update %s set %I = concat_ws('' '', %I, $1) where tableoid = $2 and ctid = $3', target, name, name) using mark, part, place;
      return next;
    exception when check_violation or raise_exception or string_data_right_truncation then
      null;
    end;
  end loop;
end $$`
