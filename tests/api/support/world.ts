// Two companies with two customers each, everybody who may call, and at least one row in every table for each customer.
// What a test expects of "own", "another customer's" and "the other company's" rows is measured against it.
import { randomBytes } from 'node:crypto'
import { theModel } from './articles.ts'
import {
  add as addTo, member, newCompany, newCustomer, newJob, newVisit, SERVICE, setStatus, staff,
  type Company, type Customer, type Employee, type Member,
} from './company.ts'
import { sql } from './database.ts'
import { until } from './waiting.ts'

/** The key columns of one row, by table. A name like `documents (internal)` is a second row of that table. */
export type Rows = Record<string, Record<string, unknown>>

export interface World {
  own: Customer
  same: Customer
  foreign: Customer
  customer: Member
  manager: Member
  suspended: Member
  other: Member
  csr: Employee
  dispatcher: Employee
  admin: Employee
  technician: Employee
  /** Rows of `own`, of `same` (another customer of the same company), of `foreign` (the other company). */
  rows: { own: Rows; same: Rows; foreign: Rows }
  /** Rows of one more customer of the other company. */
  besideForeign: Rows
}

export async function newWorld(): Promise<World> {
  // The stack's gateway has just begun to embed, or has done so long ago.
  await theModel()
  const [acme, bolt] = [await newCompany(), await newCompany({ timezone: 'America/New_York' })]
  // Both serve the places of their customers; what else they serve, everythingOf adds.
  for (const company of [acme, bolt]) {
    await addTo(company, 'service_areas', { postal_code_prefix: '606' })
    await sql`insert into public.org_assistant_settings (org_id) values (${company.id})`
  }
  const [own, same] = [await newCustomer(acme), await newCustomer(acme)]
  const [foreign, beside] = [await newCustomer(bolt), await newCustomer(bolt)]
  const customer = await member(own)
  const other = await member(foreign)
  const technician = await staff(acme, 'technician')
  const colleague = await staff(acme, 'technician')
  const theirs = [await staff(bolt, 'technician'), await staff(bolt, 'technician')] as const
  const suspended = await member(own)
  await setStatus(suspended.accountId, 'suspended')
  const [ofOwn, ofSame, ofForeign, besideForeign] = await Promise.all([
    everythingOf(own, customer, technician.technicianId!),
    everythingOf(same, await member(same), colleague.technicianId!),
    everythingOf(foreign, other, theirs[0].technicianId!),
    everythingOf(beside, await member(beside), theirs[1].technicianId!),
  ])
  await embedded(acme, bolt)
  return {
    own, same, foreign, customer, other, technician, suspended,
    manager: await member(own, { role: 'property_manager' }),
    csr: await staff(acme, 'csr'),
    dispatcher: await staff(acme, 'dispatcher'),
    admin: await staff(acme, 'admin'),
    rows: { own: ofOwn, same: ofSame, foreign: ofForeign },
    besideForeign,
  }
}

const bytes = () => randomBytes(32)
const word = () => randomBytes(6).toString('hex')

/** One row of the customer (or, where a table knows no customers, of its company) in every table. */
async function everythingOf(customer: Customer, account: Member, technicianId: string): Promise<Rows> {
  const { company, id: customer_id, location: location_id } = customer
  const rows: Rows = {}
  async function add(name: string, columns: Record<string, unknown>): Promise<string> {
    const table = name.split(' ')[0]!
    const row = { org_id: company.id, ...columns }
    const [stored] = await sql`insert into ${sql(`public.${table}`)} ${sql(row as never)} returning *`
    rows[name] = await keyOf(table, stored!)
    return stored!.id as string
  }
  await theCompanys(company, technicianId, rows, add)

  const whose = { customer_id, location_id }
  const job = await newJob(customer, 20, technicianId)
  rows.work_orders = { org_id: company.id, id: job }
  const work_order_id = job
  rows['work_orders (completed)'] = { org_id: company.id, id: await newVisit(customer, -3 * 1440, { status: 'completed', technician_id: technicianId }) }
  await add('work_order_events', { work_order_id, event_type: 'scheduled' })
  for (const [suffix, visibility] of [['', 'customer'], [' (internal)', 'internal']] as const) {
    await add(`work_order_notes${suffix}`, { work_order_id, visibility, body: `${visibility} note` })
    await add(`work_order_parts${suffix}`, { work_order_id, visibility, name: `${visibility} part` })
    const file = { ...whose, work_order_id, path: `${company.id}/${customer_id}/${word()}`, mime_type: 'image/jpeg' }
    await add(`documents${suffix}`, { ...file, kind: 'photo', title: `${visibility} photo`, visibility })
  }
  const bill = { kind: 'invoice', title: 'Invoice', path: `${company.id}/${customer_id}/${word()}`, mime_type: 'application/pdf' }
  await add('documents (invoice)', { ...whose, work_order_id, ...bill })
  const equipment_id = await add('equipment', { ...whose, kind: 'Furnace' })
  await add('warranties', { ...whose, equipment_id, work_order_id, title: 'Parts', starts_on: '2026-01-01' })
  await add('memberships', { customer_id, plan_name: 'Comfort', starts_on: '2026-01-01', price_cents: 100 })
  for (const [suffix, quote, invoice] of [['', 'sent', 'open'], [' (draft)', 'draft', 'draft']] as const) {
    await add(`quotes${suffix}`, { ...whose, work_order_id, number: word(), status: quote, total_cents: 100 })
    const owed = { number: word(), status: invoice, total_cents: 100 }
    await add(`invoices${suffix}`, { ...whose, work_order_id, ...owed })
  }
  await add('payments', { customer_id, invoice_id: rows.invoices!.id, amount_cents: 100, method: 'card' })
  await add('crm_interactions', { ...whose, kind: 'call', direction: 'inbound', summary: 'Asked for a date' })
  await add('customer_contacts', { ...whose, full_name: 'Sam Contact' })
  await theAccounts(customer, account, job, rows, add)
  await add('portal_live_events', { ...whose, kind: 'appointment_status', entity_id: job, technician_id: technicianId })
  await add('portal_live_events (one log-in)', { kind: 'notification', entity_id: job, user_id: account.userId })
  rows.customers = { org_id: company.id, id: customer_id }
  rows.customer_locations = { org_id: company.id, id: location_id }
  return rows
}

type Add = (name: string, columns: Record<string, unknown>) => Promise<string>

async function theAccounts(customer: Customer, account: Member, job: string, rows: Rows, add: Add) {
  const { company, id: customer_id, location: location_id } = customer
  const portal_account_id = account.accountId
  rows.portal_accounts = { org_id: company.id, id: portal_account_id }
  await add('profiles', { user_id: account.userId, customer_id, full_name: 'Pat Example' })
  await add('portal_account_grants', { portal_account_id, customer_id, location_id, capabilities: ['view'] })
  const expires_at = new Date(Date.now() + 86_400_000)
  await add('portal_invites', { customer_id, email: `${word()}@people.example`, token_hash: bytes(), expires_at })
  await add('portal_receipts', { portal_account_id, operation: 'test', key: word(), request_hash: bytes() })
  await add('portal_audit_events', { portal_account_id, event_type: 'login', actor_type: 'portal_user' })
  await add('portal_booking_requests', {
    portal_account_id, customer_id, location_id, service_type: SERVICE, problem_description: 'Noise', flexible_date: true,
  })
  rows.portal_notification_preferences = await only('portal_notification_preferences', portal_account_id)
  // Far ahead, so that no worker takes it in hand while something is measured against it.
  const notification = { event: 'appointment_moved', category: 'booking_updates', channel: 'email', recipient: 'x@people.example', dedupe_key: word() }
  await add('portal_notifications', { portal_account_id, customer_id, work_order_id: job, ...notification, not_before: '2100-01-01' })

  const about = { customer_id, location_id, related_work_order_id: job }
  const thread_id = await add('portal_threads', { ...about, subject: 'When?', created_by_portal_account_id: portal_account_id })
  const message_id = await add('portal_messages', { thread_id, body: 'When do you come?', sender_portal_account_id: portal_account_id })
  rows.portal_sentiment_jobs = { org_id: company.id, message_id }
  await add('portal_message_reads', { message_id, user_id: account.userId, portal_account_id })
  const conversation_id = await add('portal_ai_conversations', { portal_account_id, customer_id })
  const turn_id = await add('portal_ai_messages', { conversation_id, role: 'user', content: 'My furnace is cold.' })
  // Open for ever, so that no due job takes it away while something is measured against it.
  await add('portal_ai_turns', { conversation_id, turn_id, lease_until: '2100-01-01', reserved_tokens: 0 })
}

// A company's hours must differ, and each of its customers brings some.
let hours = 0

async function theCompanys(company: Company, technician_id: string, rows: Rows, add: Add) {
  rows.orgs = { id: company.id }
  rows.org_assistant_settings = { org_id: company.id }
  rows.technicians = { org_id: company.id, id: technician_id }
  const code = `service_${word()}`
  await add('service_types', { code, name: 'Service', category: 'hvac', duration_minutes: 60 })
  await add('booking_windows', { service_type: code, weekday: 1, start_time: '08:00', end_time: '10:00' })
  await add('booking_policies', { service_type: code })
  await add('org_holidays', { holiday_on: new Date(Date.now() + Math.random() * 1e13), name: 'Day off' })
  await add('org_business_hours', { weekday: 1, opens_at: `08:${String(hours++ % 60).padStart(2, '0')}`, closes_at: '24:00' })
  // Not in use: nothing is sent while something is measured, and nothing is tried again for hours.
  const hook = { address: `https://${word()}.example/hook`, secret: `whsec_${word().repeat(3)}` }
  await add('org_channels', { channel: 'webhook', label: 'Dispatch', ...hook, is_active: false })
  await add('technician_skills', { technician_id, service_type: code })
  const day = new Date(Date.now() + Math.random() * 1e13)
  await add('technician_shifts', { technician_id, weekday: 1, start_time: '08:00', end_time: '16:00', valid_from: day })
  await add('technician_time_off', { technician_id, starts_at: day, ends_at: new Date(day.getTime() + 1000) })
  await add('service_areas', { postal_code_prefix: word().toUpperCase() })
  await add('service_areas (technician)', { technician_id, postal_code_prefix: '606' })
  const seq = Math.floor(Math.random() * 2 ** 40) + 1
  const sealed = { first_seq: seq, last_seq: seq, row_count: 1, from_at: day, to_at: day, month: '2026-11-01', events_hash: bytes() }
  await add('portal_audit_seals', { ...sealed, hash: bytes() })
  const article = { title: 'Filters', body_markdown: 'Change them.', created_by_user_id: null }
  const article_id = await add('kb_articles', { ...article, slug: `a-${word()}`, is_published: true })
  await add('kb_articles (draft)', { ...article, slug: `a-${word()}`, is_published: false })
  // One of the demo's: a new one would be seen by everybody, tests that run beside this one included.
  const [shared] = await sql`select id from public.kb_articles where org_id is null and is_published order by id limit 1`
  rows['kb_articles (shared)'] = { id: shared!.id }
  await add('kb_articles (shared draft)', { ...article, slug: `a-${word()}`, is_published: false, org_id: null })
  rows.kb_article_chunks = { id: await passageOf(article_id) }
  rows['kb_article_chunks (shared)'] = { id: await passageOf(shared!.id) }
  rows.kb_embedding_models = { model: 'text' }
  // Far ahead, so that no gateway takes it in hand while something is measured against it.
  await add('kb_embedding_jobs', { article_id, model: 'text', not_before: '2100-01-01' })
}

/** The first passage that the article was cut into, of the model that answers. */
async function passageOf(article: string): Promise<string> {
  const [passage] = await sql`
    select c.id from public.kb_article_chunks c join public.kb_embedding_models m using (model)
    where c.article_id = ${article} and m.state = 'active' order by c.chunk_index limit 1`
  return passage!.id
}

/** Waits until a gateway has embedded what the companies' articles say: what is read then does not change by itself. */
async function embedded(...companies: Company[]) {
  await until('the articles to be embedded', async () => {
    const [waiting] = await sql`
      select count(*)::int as count from public.kb_embedding_jobs
      where org_id in ${sql(companies.map(({ id }) => id))} and not_before < '2100-01-01'`
    return waiting!.count === 0 || undefined
  }, 30_000)
}

async function only(table: string, portalAccountId: string) {
  const [row] = await sql`select * from ${sql(`public.${table}`)} where portal_account_id = ${portalAccountId}`
  return keyOf(table, row!)
}

const keyColumns = new Map<string, string[]>()
async function keyOf(table: string, row: Record<string, unknown>) {
  if (!keyColumns.has(table)) {
    const found = await sql<{ name: string }[]>`
      select a.attname as name from pg_index i
      join pg_attribute a on a.attrelid = i.indrelid and a.attnum = any (i.indkey)
      where i.indrelid = ${`public.${table}`}::regclass and i.indisprimary
        -- The audit log's month, of which a Date keeps milliseconds alone.
        and a.atttypid <> 'timestamptz'::regtype
      order by 1`
    keyColumns.set(table, found.map(({ name }) => name))
  }
  return Object.fromEntries(keyColumns.get(table)!.map((name) => [name, row[name]]))
}
