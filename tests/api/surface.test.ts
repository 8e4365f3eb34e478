// How the API behaves under supabase-js and PostgREST: what api.md promises of every function and view.
import { randomUUID } from 'node:crypto'
import { createClient } from '@supabase/supabase-js'
import { beforeAll, describe, expect, test } from 'vitest'
import type { Database } from './database.types.ts'
import { dayFromToday, member, newCompany, newCustomer, newJob, newLocation, SERVICE, type Customer, type Member } from './support/company.ts'
import { ok, refused, stopped } from './support/answers.ts'
import { sql } from './support/database.ts'
import { env } from './support/env.ts'
import { anonymous, service, signedIn, type Tables } from './support/people.ts'

let customer: Customer
let someone: Member
beforeAll(async () => {
  customer = await newCustomer(await newCompany())
  someone = await member(customer)
})

const booking = (more = {}) => ({
  service_type: SERVICE, problem_description: 'Noise', location_id: customer.location, flexible_date: true, ...more,
})

describe('supabase-js', () => {
  test('filters, orders, limits and counts what views and functions answer', async () => {
    const own = await member(await newCustomer(customer.company))
    for (const days of [5, 3, 4]) await newJob(own.customer, days)
    const { data, count } = await own.portal
      .from('appointments').select('window_start', { count: 'exact' }).eq('status', 'scheduled')
      .order('window_start', { ascending: false }).limit(2)
    expect(count).toBe(3)
    const starts = data!.map((row) => Date.parse(row.window_start!))
    expect(starts).toEqual([...starts].sort((a, b) => b - a))
    const call = someone.portal.rpc('create_booking_request', booking())
    expect(await ok(call.select('id,status').eq('status', 'under_review'))).toMatchObject([{ status: 'under_review' }])
  })

  test('embeds one view in another across the composite keys', async () => {
    const place = await newLocation(customer, 'Cabin')
    const job = await newJob({ ...customer, location: place }, 6)
    const row = await ok(
      someone.portal.from('appointments').select('id,locations(label,city),booking_requests(id),appointment_events(event_type)').eq('id', job).single(),
    )
    expect(row).toEqual({
      id: job, locations: { label: 'Cabin', city: 'Chicago' }, booking_requests: [], appointment_events: [{ event_type: 'scheduled' }],
    })
    const nested = await ok(someone.portal.from('locations').select('label,appointments(id)').eq('id', place).single())
    expect(nested).toEqual({ label: 'Cabin', appointments: [{ id: job }] })
  })

  test('single() of a row that is absent or not yours says so in the same words', async () => {
    const foreign = await newJob(await newCustomer(await newCompany()), 3)
    const answers = []
    for (const id of [randomUUID(), foreign]) {
      const { error, status } = await someone.portal.from('appointments').select('id').eq('id', id).single()
      answers.push({ error: { ...error }, status })
    }
    expect(answers[0]).toMatchObject({ status: 406, error: { code: 'PGRST116' } })
    expect(answers[1]).toEqual(answers[0])
  })

  test('an error carries code, message, hint and details with a reason', async () => {
    const details = await refused(
      someone.portal.rpc('create_booking_request', booking({ preferred_service_date: dayFromToday(-3), flexible_date: false })),
      'PT422', 'date_in_past',
    )
    expect(details).toEqual({
      reason: 'date_in_past', window_start: expect.any(String), alternatives: expect.any(Array),
    })
  })

  test('what changes state cannot be called by GET', async () => {
    const { error, status } = await someone.portal.rpc('record_event', { event_type: 'login' }, { get: true })
    expect({ code: error?.code, status }).toEqual({ code: '25006', status: 405 })
  })

  test('unknown functions, arguments and columns are named as such, never a server error', async () => {
    const portal = someone.portal as unknown as Tables
    await stopped(portal.rpc('no_such_function' as never), 'PGRST202', 404)
    await stopped(someone.portal.rpc('record_event', { event_typo: 'login' } as never), 'PGRST202', 404)
    await stopped(someone.portal.from('appointments').select('secret' as never), '42703', 400)
    await stopped(someone.portal.from('no_such_view' as never).select(), '42P01', 404)
  })

  test('privileged steps and tables of other schemas are not exposed', async () => {
    for (const schema of ['portal_internal', 'portal_admin', 'auth', 'extensions', 'storage']) {
      const answer = await (someone.portal as unknown as Tables).schema(schema as never).from('anything' as never).select()
      expect(answer, schema).toMatchObject({ status: 406, error: { code: 'PGRST106' } })
    }
  })

  test('the publishable key alone reads nothing of the portal', async () => {
    for (const view of [
      'services', 'locations', 'contacts', 'accounts', 'booking_requests', 'appointments', 'appointment_events',
    ] as const) {
      await stopped(anonymous().portal.from(view).select('*'), '42501', 401)
    }
  })

  test('the secret key reads across companies, and is no customer', async () => {
    expect(await ok(service().tables.from('customers').select('id').eq('id', customer.id))).toHaveLength(1)
    await stopped(service().portal.rpc('create_booking_request', booking()), '42501', 403)
  })

  test.each(['not.a.token', 'eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0.'])('a bad token is refused: %s', async (bad) => {
    const answer = await someone.saying({ Authorization: `Bearer ${bad}` }).portal.from('locations').select()
    expect(answer.status).toBe(401)
    expect(answer.error?.code).toMatch(/^PGRST30[0-9]$/)
  })
})

describe('the OpenAPI document', () => {
  interface Described { description?: string; summary?: string }
  interface OpenApi {
    paths: Record<string, Record<string, Described>>
    definitions: Record<string, Described & { properties: Record<string, Described> }>
  }
  // PostgREST describes what the caller's role may use.
  const read = async (schema: string): Promise<OpenApi> => {
    const headers = { apikey: env.publishableKey, Authorization: `Bearer ${someone.token}`, 'Accept-Profile': schema }
    return (await fetch(`${env.url}/rest/v1/`, { headers })).json() as Promise<OpenApi>
  }

  test.each(['portal', 'public'])('explains every table, view and column of %s', async (schema) => {
    const { definitions } = await read(schema)
    expect(Object.keys(definitions).length).toBeGreaterThan(5)
    const silent = Object.entries(definitions).flatMap(([name, { description, properties }]) => [
      ...(description ? [] : [name]),
      ...Object.entries(properties).filter(([, column]) => !column.description).map(([column]) => `${name}.${column}`),
    ])
    expect(silent).toEqual([])
  })

  test('explains every function, and none that only triggers use is offered', async () => {
    const { paths } = await read('portal')
    const functions = Object.entries(paths).filter(([path]) => path.startsWith('/rpc/'))
    const known = await sql<{ name: string }[]>`
      select distinct proname as name from pg_proc where pronamespace = 'portal'::regnamespace order by 1`
    expect(functions.map(([path]) => path.slice(5)).sort()).toEqual(known.map(({ name }) => name))
    const silent = functions.filter(([, methods]) => !methods.post?.summary && !methods.post?.description)
    expect(silent.map(([path]) => path)).toEqual([])
  })
})

test('the demo customer books, and the other company sees none of it', async () => {
  const supabase = createClient<Database>(env.url, env.publishableKey, { auth: { persistSession: false } })
  await supabase.auth.signInWithPassword({ email: 'customer@acme-comfort.example', password: 'portal-demo' })
  const portal = supabase.schema('portal')
  const { data: locations } = await portal.from('locations').select('id,label').order('label')
  const place = { location_id: locations![0]!.id!, service_type: 'hvac_repair' }
  const { data: windows } = await portal.rpc('available_windows', place)
  const { data: booked, error } = await portal
    .rpc('create_booking_request', { ...place, problem_description: 'No heat upstairs.', window_start: windows![0]!.window_start! })
    .select().single()
  expect(error).toBeNull()
  const { data: visits } = await portal.from('appointments').select('*,locations(label)').eq('id', booked!.appointment_id!)
  expect(visits).toMatchObject([
    { status: booked!.appointment_status, window_start: windows![0]!.window_start, locations: { label: locations![0]!.label } },
  ])

  const other = await signedIn('customer@bolt-pipe.example', 'portal-demo')
  expect(await ok(other.portal.from('appointments').select('id').eq('id', booked!.appointment_id!))).toEqual([])
  expect(await ok(other.portal.from('locations').select('id'))).not.toEqual([])
})
