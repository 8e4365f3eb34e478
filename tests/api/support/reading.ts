// Everything that somebody can read through the API.
import { SERVICE } from './company.ts'
import { sql } from './database.ts'
import { env } from './env.ts'
import type { World } from './world.ts'

const appointment = (world: World) => ({ appointment_id: world.rows.own.work_orders!.id as string })

/** Arguments for the read functions of `portal`; a new one without an entry here fails the test below. */
export const READ_FUNCTIONS: Record<string, (world: World) => Record<string, string>> = {
  appointment_calendar: appointment,
  appointment_policy: appointment,
  appointment_status: appointment,
  company: () => ({ org_slug: 'acme-comfort' }),
  available_windows: (world) => ({ location_id: world.own.location, service_type: SERVICE }),
  dashboard: () => ({}),
  my_sessions: () => ({}),
  search_kb: () => ({ query: 'Change the filters', match_count: '50' }),
  settings: () => ({}),
}

type Role = 'authenticated' | 'anon'

export interface Source {
  schema: string
  path: string
}

/** Everything that such a person can read: views, tables (the columns granted), read functions. */
export async function sources(world: World, role: Role = 'authenticated'): Promise<Source[]> {
  const relations = await sql<{ schema: string; name: string; columns: string[] }[]>`
    select n.nspname as schema, c.relname as name, array_agg(a.attname::text order by a.attnum) as columns
    from pg_class c
    join pg_namespace n on n.oid = c.relnamespace and n.nspname in ('portal', 'public')
    join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    where c.relkind in ('r', 'v', 'm', 'p') and has_column_privilege(${role}, c.oid, a.attnum, 'select')
    group by 1, 2 order by 1, 2`
  const readable = relations.map(({ schema, name, columns }) => ({
    schema, path: `${name}?select=${columns}&order=${columns.includes('id') ? 'id' : columns}`,
  }))
  const called = (await readFunctions(role)).map((name) => ({
    schema: 'portal', path: `rpc/${name}?${new URLSearchParams(READ_FUNCTIONS[name]!(world))}`,
  }))
  return [...readable, ...called]
}

export async function readFunctions(role: Role = 'authenticated'): Promise<string[]> {
  const found = await sql<{ name: string }[]>`
    select distinct proname as name from pg_proc
    where pronamespace = 'portal'::regnamespace and provolatile <> 'v' and has_function_privilege(${role}, oid, 'execute')`
  return found.map(({ name }) => name)
}

/** Every answer, with its bytes and its count, under the name of its source. */
export async function everythingRead(who: { token?: string }, from: Source[]): Promise<Record<string, string>> {
  const answers = from.map(async ({ schema, path }) => {
    const headers = {
      apikey: env.publishableKey, 'Accept-Profile': schema, Prefer: 'count=exact', ...(who.token ? { Authorization: `Bearer ${who.token}` } : {}),
    }
    const response = await fetch(`${env.url}/rest/v1/${path}`, { headers })
    return [`${schema}.${path.split('?')[0]}`, `${response.status} ${response.headers.get('content-range')} ${await response.text()}`]
  })
  return Object.fromEntries(await Promise.all(answers))
}

