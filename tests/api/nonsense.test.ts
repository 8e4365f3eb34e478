// Nonsense against every function, and every table that can be written: documented refusals, and a server that stays up.
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { add, dayFromToday, member, newCompany, newCustomer, newTechnician, SERVICE, staff, type Customer } from './support/company.ts'
import { startTalk } from './support/assistant.ts'
import { begin } from './support/conversations.ts'
import { sql, superuser } from './support/database.ts'
import { env } from './support/env.ts'
import { nonsense, nonsenseOf, random, type Random } from './support/nonsense.ts'
import { book, windowOn } from './support/visits.ts'

const SEED = Number(process.env.SEED ?? Date.now() % 2 ** 32)
const CALLS_PER_FUNCTION = 60
const WRITES_PER_TABLE = 25

interface Target { name: string; path: string; schema: string; arguments: { name: string; type: string }[] }
type Callers = Record<string, string | undefined>

let customer: Customer
/** A visit, the request that it came from, somebody who could do it, and when; a conversation, one with the assistant, and a file. */
let [appointment, request, technician, opening, thread, document, talk, line] = ['', '', '', '', '', '', '', '']
/** Makes the visit and its request what they were, so that each call reaches as far as the first. */
let bookedAgain: () => Promise<unknown>
let callers: Callers
let witness: Awaited<ReturnType<typeof superuser.reserve>>
let startedAt: unknown
beforeAll(async () => {
  console.info(`nonsense: SEED=${SEED}`)
  const company = await newCompany({ technicians: 20 })
  customer = await newCustomer(company)
  const someone = await member(customer)
  opening = await windowOn(3)
  const booked = await book(someone, customer, { window_start: opening })
  ;[appointment, request] = [booked.appointment_id!, booked.id!]
  bookedAgain = await remember()
  technician = await newTechnician(company)
  thread = (await begin(someone, { appointment_id: appointment })).thread_id
  talk = (await startTalk(someone)).id
  line = await add(company, 'portal_ai_messages', { conversation_id: talk, role: 'assistant', content: 'It is the filter.' })
  const path = `${company.id}/${customer.id}/photo/1.jpg`
  document = await add(company, 'documents', { customer_id: customer.id, kind: 'photo', title: 'Photo', mime_type: 'image/jpeg', path })
  callers = {
    customer: someone.token,
    manager: (await member(customer, { role: 'property_manager' })).token,
    csr: (await staff(company, 'csr')).token,
    technician: (await staff(company, 'technician')).token,
    anon: undefined,
  }
  // A backend that crashes takes every other with it, so this connection is the witness.
  witness = await superuser.reserve()
  startedAt = (await witness`select pg_postmaster_start_time()::text, pg_backend_pid()`)[0]
})
afterAll(() => witness.release())

/** Arguments that make sense, so that the nonsense in the others gets past the first check. */
const sensible = (): Record<string, unknown> => ({
  org_slug: customer.company.slug, full_name: 'Pat', email: 'pat@people.example', role: 'customer', event_type: 'login',
  service_type: SERVICE, problem_description: 'Noise', location_id: customer.location, customer_id: customer.id,
  preferred_service_date: dayFromToday(3), preferred_time_window_start: '08:00', preferred_time_window_end: '10:00',
  thread_id: thread, document_id: document, subject: 'Your visit', body: 'When will you come?', label: 'Cabin', timezone: 'America/Denver',
  address: { address_line1: '5 Lake Road', city: 'Evanston', postal_code: '60201' }, phone: '+13125550142', preferred_language: 'en',
  quiet_hours_start: '22:00', quiet_hours_end: '07:00', flexible_date: true, source_channel: 'web_portal', org_id: customer.company.id, account_id: randomUUID(),
  appointment_id: appointment, booking_request_id: request, technician_id: technician, window_start: opening,
  from_date: dayFromToday(1), to_date: dayFromToday(5), decision: 'approve', status: 'scheduled', reason: 'Because.', note: 'Note.',
  conversation_id: talk, message_id: line, helpful: true, context_type: 'general_support', query: 'filter', match_count: 3, category: 'hvac',
  dry_run: true,
})

function body(target: Target, choose: Random): string {
  const known = sensible()
  const parts = target.arguments.flatMap(({ name, type }) => {
    if (choose.chance(0.25)) return []
    const value = name in known && choose.chance(0.5) ? JSON.stringify(known[name]) : choose.chance(0.1) ? 'null' : nonsense(type, choose)
    return [`${JSON.stringify(name)}:${value}`]
  })
  return `{${parts.join(',')}}`
}

interface Failure { target: string; caller: string; status: number; answer: string; sent: string }

interface Outcome { done: boolean; failure: Failure | null }

async function send(target: Target, caller: string, sent: string, documented: RegExp): Promise<Outcome> {
  const token = callers[caller]
  const response = await fetch(`${env.url}/rest/v1/${target.path}`, {
    method: 'POST',
    headers: {
      apikey: env.publishableKey, 'Content-Type': 'application/json', 'Content-Profile': target.schema,
      ...(token ? { Authorization: `Bearer ${token}` } : {}),
    },
    body: sent,
  })
  const answer = await response.text()
  if (response.ok) return { done: true, failure: null }
  const code = (JSON.parse(answer.startsWith('{') ? answer : '{}') as { code?: string }).code ?? ''
  const fine = response.status >= 400 && response.status < 500 && documented.test(code)
  const failure = { target: target.name, caller, status: response.status, answer: answer.slice(0, 600), sent: sent.slice(0, 600) }
  return { done: false, failure: fine ? null : failure }
}

async function bombard(targets: Target[], times: number, documented: RegExp): Promise<Failure[]> {
  const choose = random(SEED)
  const plan = targets.flatMap((target) => Array.from({ length: times }, () => target))
  const calls = plan.map((target) => ({ target, caller: choose.one(Object.keys(callers)), sent: body(target, choose) }))
  const failures: Failure[] = []
  const worker = async () => {
    for (let call = calls.pop(); call; call = calls.pop()) {
      const { failure } = await send(call.target, call.caller, call.sent, documented)
      if (failure) failures.push(failure)
    }
  }
  await Promise.all(Array.from({ length: 8 }, worker))
  return failures
}

async function stillUp() {
  const [now] = await witness`select pg_postmaster_start_time()::text, pg_backend_pid()`
  expect(now, 'no backend crashed and the server did not restart').toEqual(startedAt)
}

// PTxyz is ours, PGRST PostgREST's; 22xxx is a value that its type does not know; 42501 a missing grant.
const DOCUMENTED = /^(PT4\d\d|PGRST\d{3}|22\w{3}|42501|54\w{3})$/

const functions = () => sql<Target[]>`
  select 'portal.' || p.proname as name, 'rpc/' || p.proname as path, 'portal' as schema, (
    select coalesce(jsonb_agg(jsonb_build_object('name', p.proargnames[n], 'type', format_type(p.proargtypes[n - 1], null)) order by n), '[]')
    from generate_series(1, p.pronargs) as n) as arguments
  from pg_proc p where p.pronamespace = 'portal'::regnamespace order by 1`

test('every function of portal answers nonsense with documented codes', async () => {
  const targets = await functions()
  expect(targets.length).toBeGreaterThanOrEqual(30)
  expect(await bombard(targets, CALLS_PER_FUNCTION, DOCUMENTED)).toEqual([])
  await stillUp()
})

test('one argument that is nonsense among others that make sense is answered with documented codes', async () => {
  const failures: Failure[] = []
  await bookedAgain()
  for (const target of await functions()) {
    const caller = FOR_THE_OFFICE.test(target.name) ? 'csr' : 'customer'
    for (const { name, type } of target.arguments) {
      for (const value of nonsenseOf(type)) {
        const rest = target.arguments.filter((other) => other.name !== name && agree(name, other.name))
        const sent = [`${JSON.stringify(name)}:${value}`, ...rest.flatMap((other) => sense(other.name))]
        const { done, failure } = await send(target, caller, `{${sent.join(',')}}`, DOCUMENTED)
        if (failure) failures.push(failure)
        if (done) await bookedAgain()
      }
    }
  }
  expect(failures).toEqual([])
  await stillUp()
}, 180_000)

const FOR_THE_OFFICE = /review_|set_|assign_/

/** Whether arguments may be given together: some are two ways to say the same. */
function agree(one: string, other: string): boolean {
  if (one === 'new_location') return other !== 'location_id'
  return one.startsWith('preferred_') ? other !== 'window_start' : !other.startsWith('preferred_')
}

function sense(name: string): string[] {
  const known = sensible()
  return name in known ? [`${JSON.stringify(name)}:${JSON.stringify(known[name])}`] : []
}

/** Remembers the visit and its request; answers how to undo what a call has done, past all rules: nobody has written too much, either. */
async function remember() {
  const [visit] = await superuser`select * from public.work_orders where id = ${appointment}`
  const [asked] = await superuser`select * from public.portal_booking_requests where id = ${request}`
  return () =>
    superuser.begin(async (db) => {
      await db`set local session_replication_role = replica`
      await db`update public.work_orders set ${db(visit!)} where id = ${appointment}`
      await db`update public.portal_booking_requests set ${db(asked!)} where id = ${request}`
      await db`update public.portal_threads set created_at = now() - interval '1 day' where customer_id = ${customer.id}`
      await db`update public.portal_messages set sent_at = sent_at - interval '1 day' where customer_id = ${customer.id} and sent_at > now() - interval '2 hours'`
    })
}

// Postgres takes both of these; they must not fail deeper down.
test.each([
  ['nested too deeply', (levels: number) => '['.repeat(levels) + ']'.repeat(levels), 5_000],
  ['of a number that is too large', (digits: number) => `[1${'0'.repeat(digits)}]`, 5_000],
])('JSON %s is malformed input, in an argument and in a row', async (_, json, size) => {
  const place = `"service_type":"${SERVICE}","problem_description":"x","flexible_date":true,"location_id":"${customer.location}"`
  const booking = { name: 'booking', path: 'rpc/create_booking_request', schema: 'portal', arguments: [] }
  const row = { name: 'row', path: 'portal_booking_requests', schema: 'public', arguments: [] }
  const event = { name: 'event', path: 'rpc/record_event', schema: 'portal', arguments: [] }
  for (const [target, sent] of [
    [booking, `{${place},"attachments":${json(size)}}`],
    [booking, `{${place.replace('location_id', 'x').replace(/,"x".*/, '')},"new_location":${json(size)}}`],
    [row, `{${place},"attachments":${json(size)}}`],
    [event, `{"event_type":"login","payload":${json(size)}}`],
  ] as const) {
    expect((await send(target, 'customer', sent, /^$/)).failure, target.name).toMatchObject({ status: 400, answer: expect.stringContaining('"PT400"') })
  }
})

test('every table that people may write to answers nonsense with documented codes', async () => {
  const targets = await sql<Target[]>`
    select 'public.' || c.relname as name, c.relname::text as path, 'public' as schema,
      jsonb_agg(jsonb_build_object('name', a.attname, 'type', format_type(a.atttypid, null)) order by a.attnum) as arguments
    from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    where c.relnamespace = 'public'::regnamespace and has_column_privilege('authenticated', c.oid, a.attnum, 'insert')
    group by 1, 2 order by 1`
  expect(targets.length).toBeGreaterThan(15)
  // Beside the above, 23xxx: a constraint, in Postgres' own words.
  expect(await bombard(targets, WRITES_PER_TABLE, /^(PT4\d\d|PGRST\d{3}|22\w{3}|23\w{3}|42501|54\w{3})$/)).toEqual([])
  await stillUp()
})
