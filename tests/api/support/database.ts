// Direct connections, to arrange what tests need and to look at what the API left behind.
import postgres from 'postgres'
import { afterAll } from 'vitest'
import { env } from './env.ts'

const quiet = { onnotice: () => {}, connection: { search_path: 'pg_catalog' } }

/** As the owner of the tables: passes row level security, is no superuser. */
export const sql = postgres(env.databaseUrl, { ...quiet, max: 4 })

/** As the superuser, for tests that act as other database roles. */
export const superuser = postgres(env.adminDatabaseUrl, { ...quiet, max: 2 })

afterAll(async () => {
  await Promise.all([sql.end(), superuser.end()])
})

/** The single value of a query's single row. */
export async function value<T>(query: PromiseLike<readonly object[]>): Promise<T> {
  const rows = await query
  if (rows.length !== 1) throw new Error(`expected one row, got ${rows.length}`)
  return Object.values(rows[0]!)[0] as T
}
