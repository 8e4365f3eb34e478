// Non-interference: what somebody reads does not depend, in a single byte, on rows that are none of their business.
import { beforeEach, describe, expect, test } from 'vitest'
import { SERVICE } from './support/company.ts'
import { sql } from './support/database.ts'
import { env } from './support/env.ts'
import type { Person } from './support/people.ts'
import { shake, type Shaken } from './support/shake.ts'
import { newWorld, type World } from './support/world.ts'

const appointment = (world: World) => ({ appointment_id: world.rows.own.work_orders!.id as string })

/** Arguments for the read functions of `portal`; a new one without an entry here fails the test below. */
const READ_FUNCTIONS: Record<string, (world: World) => Record<string, string>> = {
  appointment_calendar: appointment,
  appointment_policy: appointment,
  appointment_status: appointment,
  available_windows: (world) => ({ location_id: world.own.location, service_type: SERVICE }),
  dashboard: () => ({}),
  my_sessions: () => ({}),
  search_kb: () => ({ query: 'How do I change the air filter?' }),
  settings: () => ({}),
}

/** When the company is free depends on all of its customers; nothing else does. */
const SHARED = 'portal.rpc/available_windows'

/** What is not for everybody to ask: when a customer could be visited, and the start page of an account. */
const REFUSED: Record<string, Record<string, RegExp>> = {
  technician: { [SHARED]: /^404 /, 'portal.rpc/dashboard': /^403 / },
  csr: { 'portal.rpc/dashboard': /^403 / },
  admin: { 'portal.rpc/dashboard': /^403 / },
}

interface Source {
  schema: string
  path: string
}

/** Everything that a signed-in person can read: views, tables (the columns granted), read functions. */
async function sources(world: World): Promise<Source[]> {
  const relations = await sql<{ schema: string; name: string; columns: string[] }[]>`
    select n.nspname as schema, c.relname as name, array_agg(a.attname::text order by a.attnum) as columns
    from pg_class c
    join pg_namespace n on n.oid = c.relnamespace and n.nspname in ('portal', 'public')
    join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    where c.relkind in ('r', 'v', 'm', 'p') and has_column_privilege('authenticated', c.oid, a.attnum, 'select')
    group by 1, 2 order by 1, 2`
  const readable = relations.map(({ schema, name, columns }) => ({
    schema, path: `${name}?select=${columns}&order=${columns.includes('id') ? 'id' : columns}`,
  }))
  const called = (await readFunctions()).map((name) => ({
    schema: 'portal', path: `rpc/${name}?${new URLSearchParams(READ_FUNCTIONS[name]!(world))}`,
  }))
  return [...readable, ...called]
}

async function readFunctions(): Promise<string[]> {
  const found = await sql<{ name: string }[]>`
    select proname as name from pg_proc
    where pronamespace = 'portal'::regnamespace and provolatile <> 'v' and has_function_privilege('authenticated', oid, 'execute')`
  return found.map(({ name }) => name)
}

/** Every answer, with its bytes and its count, under the name of its source. */
async function everythingRead(who: Person, from: Source[]): Promise<Record<string, string>> {
  const answers = from.map(async ({ schema, path }) => {
    const headers = {
      apikey: env.publishableKey, Authorization: `Bearer ${who.token}`, 'Accept-Profile': schema, Prefer: 'count=exact',
    }
    const response = await fetch(`${env.url}/rest/v1/${path}`, { headers })
    return [`${schema}.${path.split('?')[0]}`, `${response.status} ${response.headers.get('content-range')} ${await response.text()}`]
  })
  return Object.fromEntries(await Promise.all(answers))
}

const rowsIn = (answers: Record<string, string>) => Object.values(answers).filter((answer) => !/^20. \*/.test(answer)).length
/** What is to be done for an article goes with its passages, when the article is shaken before it. */
const GOES_WITH_ITS_ARTICLE = 'public.kb_embedding_jobs'
const untouched = (shaken: Shaken[]) =>
  shaken.filter(({ table, changes }) => changes === 0 && table !== GOES_WITH_ITS_ARTICLE).map(({ table }) => table)

let world: World
let from: Source[]
// A new one each time: shaking takes rows away, too.
beforeEach(async () => {
  world = await newWorld()
  from = await sources(world)
})

describe("the other company's data", () => {
  test.each(['customer', 'manager', 'technician', 'csr', 'admin'] as const)('is nothing to a %s', async (who) => {
    const before = await everythingRead(world[who], from)
    expect(rowsIn(before), 'there is something to compare').toBeGreaterThan(who === 'technician' ? 15 : 30)
    for (const [name, answer] of Object.entries(before)) {
      expect(answer, name).toMatch(REFUSED[who]?.[name] ?? /^20[06] /)
    }
    const shaken = await shake(`org_id = '${world.foreign.company.id}'`, ['org_id'])
    expect(shaken.length).toBeGreaterThan(40)
    expect(untouched(shaken), 'every table of the other company has changed').toEqual([])
    await sql`update public.orgs set name = 'x' || md5(random()::text), support_phone = null where id = ${world.foreign.company.id}`
    expect(await everythingRead(world[who], from)).toEqual(before)
  })
})

describe("another customer's data at the same company", () => {
  test.each(['customer', 'manager', 'technician'] as const)('is nothing to a %s', async (who) => {
    const before = await everythingRead(world[who], from)
    const whose = `org_id = '${world.same.company.id}' and customer_id = '${world.same.id}'`
    const shaken = await shake(whose, ['org_id', 'customer_id'])
    expect(shaken.length).toBeGreaterThan(20)
    expect(untouched(shaken), "every table with the other customer's rows has changed").toEqual([])
    const after = await everythingRead(world[who], from)
    expect({ ...after, [SHARED]: '' }).toEqual({ ...before, [SHARED]: '' })
  })
})

test('what is compared does change when it is the own data that changes', async () => {
  const before = await everythingRead(world.customer, from)
  await sql`update public.customer_locations set label = 'Moved' where id = ${world.own.location}`
  const after = await everythingRead(world.customer, from)
  const different = Object.keys(before).filter((name) => before[name] !== after[name]).sort()
  expect(different).toEqual([
    'portal.appointments', 'portal.locations', 'portal.rpc/dashboard', 'portal.rpc/settings', 'portal.service_history', 'public.customer_locations',
  ])
})

test('every read function is among what is compared', async () => {
  expect((await readFunctions()).filter((name) => !READ_FUNCTIONS[name])).toEqual([])
})
