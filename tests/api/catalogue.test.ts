// What health() takes for the product (pg_portal/src/admin/health/product.txt) is what the migrations make.
import { readFile, writeFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { sql, superuser } from './support/database.ts'

const folder = new URL('../../pg_portal/src/admin/health/', import.meta.url)
const FILE = new URL('product.txt', folder)

const EXPLAINED = `# What a fresh installation has: tables and views, policies, and what PUBLIC, anon and authenticated may do. health()
# compares with it. UPDATE=1 of tests/api/catalogue writes it anew; read the diff, then build the extension again.
`

/** Partitions of a table are part of it. */
const ours = async () => (await sql<{ name: string }[]>`
  select format('public.%s', c.relname) as name from pg_class c
  where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'v', 'm', 'f') and not c.relispartition
    and not exists (select from pg_depend d where d.objid = c.oid and d.deptype = 'e')`).map(({ name }) => name)

test('the catalogue that health() compares with is that of the database', async () => {
  const query = await readFile(new URL('live.sql', folder), 'utf8')
  const live = (await superuser.unsafe<{ line: string }[]>(query, [await ours()])).map(({ line }) => line)
  if (process.env.UPDATE) await writeFile(FILE, EXPLAINED + live.join('\n') + '\n')
  const written = (await readFile(FILE, 'utf8')).split('\n').filter((line) => line && !line.startsWith('#'))
  expect([
    ...written.filter((line) => !live.includes(line)).map((line) => `- ${line}`),
    ...live.filter((line) => !written.includes(line)).map((line) => `+ ${line}`),
  ], 'written down (-) and real (+)').toEqual([])
})
