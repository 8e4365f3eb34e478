// Non-interference: what somebody reads does not depend, in a single byte, on rows that are none of their business.
import { beforeEach, describe, expect, test } from 'vitest'
import { sql } from './support/database.ts'
import { everythingRead, readFunctions, READ_FUNCTIONS, sources, type Source } from './support/reading.ts'
import { shake, type Shaken } from './support/shake.ts'
import { newWorld, type World } from './support/world.ts'

/** When the company is free depends on all of its customers; nothing else does. */
const SHARED = 'portal.rpc/available_windows'

/** What is not for everybody to ask: when a customer could be visited, and the start page of an account. */
const REFUSED: Record<string, Record<string, RegExp>> = {
  technician: { [SHARED]: /^404 /, 'portal.rpc/dashboard': /^403 / },
  csr: { 'portal.rpc/dashboard': /^403 / },
  admin: { 'portal.rpc/dashboard': /^403 / },
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
