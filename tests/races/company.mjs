// The company of company.sql, from JavaScript.
import { readFileSync } from 'node:fs'
import { connect, need, token } from './node.mjs'

/** As the owner of the tables, who passes row level security and is no superuser. */
export const sql = connect(need('DATABASE_URL'), 6)

export async function install() {
  await remove()
  await sql.unsafe(readFileSync(new URL('company.sql', import.meta.url), 'utf8'))
}

export const remove = () => sql`drop schema if exists busy cascade`

/** Everything that the tests know by name: ids, and windows as ISO texts in the order of time. */
export async function known() {
  const rows = await sql`select name, id, at from busy.known`
  const slots = rows.filter(({ at }) => at).map(({ at }) => at.toISOString()).sort()
  return { id: Object.fromEntries(rows.map(({ name, id }) => [name, id])), slots }
}

/** New customers with tokens. */
export async function newCustomers(count, prefix = 'customer') {
  const names = Array.from({ length: count }, (_, number) => `${prefix} ${number + 1}`)
  await sql`call busy.customers(${names})`
  const { id } = await known()
  return names.map((name) => ({
    name, userId: id[name], customer: id[`${name}/customer`], home: id[`${name}/home`], token: token(id[name]),
  }))
}
