// Companies, their customers and the accounts of both. All by SQL, as a company's own systems would write them.
import { randomBytes } from 'node:crypto'
import type { Database } from '../database.types.ts'
import { sql, value } from './database.ts'
import { newLogin, newPerson, signedIn, type Login, type Person } from './people.ts'

type Enums = Database['portal']['Enums']

export interface Company {
  id: string
  slug: string
  timezone: string
}
export interface Customer {
  id: string
  company: Company
  /** The customer's first location. */
  location: string
}

/** Code of the service that every test company offers, up to 14 days ahead, four hours before at the latest. */
export const SERVICE = 'hvac_repair'

export interface CompanyOptions {
  timezone?: string
  /** How many people can do the service, every day from 7 to 19: the capacity of each window. */
  technicians?: number
  /** The arrival windows of every day, for every service. */
  windows?: [start: string, end: string][]
  /** Columns of the service that differ. */
  service?: Row
}

/** A company that can be booked: as it comes, two technicians and one window a day, from 8 to 10. */
export async function newCompany(options: CompanyOptions = {}): Promise<Company> {
  const { timezone = 'America/Chicago', technicians = 2, windows = [['08:00', '10:00']] } = options
  const slug = `co-${randomBytes(5).toString('hex')}`
  const id = await value<string>(sql`
    insert into public.orgs (slug, name, timezone) values (${slug}, ${'Company ' + slug}, ${timezone}) returning id`)
  const company = { id, slug, timezone }
  await add(company, 'service_types', {
    code: SERVICE, name: 'Heating or cooling repair', category: 'hvac', duration_minutes: 90, ...options.service,
  })
  await offer(company, windows)
  await add(company, 'booking_policies')
  for (let n = 1; n <= technicians; n++) await newTechnician(company, { name: `Tec ${n}` })
  return company
}

export type Row = Record<string, unknown>

/** Adds a row of the company to a table, with what its defaults do not say; answers its id. */
export async function add(company: Pick<Company, 'id'>, table: string, columns: Row = {}): Promise<string> {
  const row = { org_id: company.id, ...columns }
  return value(sql`insert into ${sql(`public.${table}`)} ${sql(row as never)} returning id`)
}

/** Changes the company's rows of a table: all of them, or those with the given values. */
export async function change(company: Pick<Company, 'id'>, table: string, columns: Row, which: Row = {}): Promise<void> {
  const those = Object.entries(which).map(([column, at]) => sql`and ${sql(column)} = ${at as string}`)
  const changed = await sql`
    update ${sql(`public.${table}`)} set ${sql(columns as never)}
    where org_id = ${company.id} ${those.length > 0 ? those : sql``}`
  if (changed.count === 0) throw new Error(`no row of ${table} was changed`)
}

/** Offers windows on every day of the week, for one service or for every one. */
export async function offer(company: Company, windows: [start: string, end: string][], service: string | null = null) {
  for (const [start, end] of windows) {
    await sql`
      insert into public.booking_windows (org_id, service_type, weekday, start_time, end_time)
      select ${company.id}, ${service}, weekday, ${start}, ${end} from generate_series(0, 6) as weekday`
  }
}

/** A further service, which everybody who works for the company can do; `windows` are its own. */
export async function newService(company: Company, code: string, columns: Row = {}, windows: [string, string][] = []) {
  await add(company, 'service_types', { code, name: `Service ${code}`, category: 'hvac', duration_minutes: 60, ...columns })
  await offer(company, windows, code)
  await sql`
    insert into public.technician_skills (org_id, technician_id, service_type)
    select org_id, id, ${code} from public.technicians where org_id = ${company.id}`
  return code
}

export interface TechnicianOptions {
  name?: string
  userId?: string
  services?: string[]
  /** Hours of every day, in the company's wall clock. */
  shifts?: [start: string, end: string][]
}

/** Somebody who can do the services and works every day. */
export async function newTechnician(company: Company, options: TechnicianOptions = {}): Promise<string> {
  const { name = 'Terry Test', userId = null, services = [SERVICE], shifts = [['07:00', '19:00']] } = options
  const technician_id = await add(company, 'technicians', { display_name: name, user_id: userId })
  for (const service_type of services) await add(company, 'technician_skills', { technician_id, service_type })
  for (const [start, end] of shifts) {
    await sql`
      insert into public.technician_shifts (org_id, technician_id, weekday, start_time, end_time, valid_from)
      select ${company.id}, ${technician_id}, weekday, ${start}, ${end}, '2020-01-01' from generate_series(0, 6) as weekday`
  }
  return technician_id
}

export async function newCustomer(company: Company, known: { email?: string; phone?: string } = {}): Promise<Customer> {
  const id = await value<string>(sql`
    insert into public.customers (org_id, full_name, email, phone)
    values (${company.id}, 'Pat Example', ${known.email ?? null}, ${known.phone ?? null}) returning id`)
  return { id, company, location: await newLocation({ id, company }) }
}

export function newLocation(customer: Pick<Customer, 'id' | 'company'>, label = 'Home'): Promise<string> {
  return value(sql`
    insert into public.customer_locations (org_id, customer_id, label, address_line1, city, postal_code, timezone)
    values (${customer.company.id}, ${customer.id}, ${label}, '1 Test Street', 'Chicago', '60601',
      ${customer.company.timezone}) returning id`)
}

export interface AccountOptions {
  role?: Enums['account_role']
  status?: Enums['account_status']
  /** False: the account reaches only what grants name. */
  implicitGrant?: boolean
  login?: Login
}
export type Member = Person & { accountId: string; customer: Customer }

/** A signed-in person with an account of the customer. */
export async function member(customer: Customer, options: AccountOptions = {}): Promise<Member> {
  const someone = await newPerson(options.login)
  return { ...someone, accountId: await newAccount(customer, someone.userId, options), customer }
}

export function newAccount(customer: Customer, userId: string, options: AccountOptions = {}): Promise<string> {
  return value(sql`
    insert into public.portal_accounts (org_id, user_id, customer_id, role, status, implicit_grant, invited_via)
    values (${customer.company.id}, ${userId}, ${customer.id}, ${options.role ?? 'customer'},
      ${options.status ?? 'active'}, ${options.implicitGrant ?? true}, 'csr_created') returning id`)
}

export async function grant(account: Member, customer: Customer, capabilities: Enums['capability'][], location?: string) {
  await sql`
    insert into public.portal_account_grants (org_id, portal_account_id, customer_id, location_id, capabilities)
    values (${customer.company.id}, ${account.accountId}, ${customer.id}, ${location ?? null},
      ${capabilities as string[]}::text[]::portal.capability[])`
}

export async function setStatus(accountId: string, status: Enums['account_status']) {
  await sql`update public.portal_accounts set status = ${status} where id = ${accountId}`
}

export type StaffRole = 'admin' | 'csr' | 'dispatcher' | 'technician'
export type Employee = Person & { technicianId: string | null }

/**
 * A signed-in employee. A technician comes with the record that jobs are assigned to and the skill, but without shifts:
 * nobody is booked to them by themselves.
 */
export async function staff(company: Company, role: StaffRole): Promise<Employee> {
  const login = await newLogin()
  await sql`
    insert into public.profiles (org_id, user_id, role, full_name) values (${company.id}, ${login.id}, ${role}, ${role})`
  const technicianId = role === 'technician' ? await newTechnician(company, { userId: login.id, shifts: [] }) : null
  return { ...(await signedIn(login.email!)), technicianId }
}

/** A job in `days` days at the customer's first location. */
export function newJob(customer: Customer, days: number, technicianId: string | null = null, status = 'scheduled') {
  return newVisit(customer, days * 24 * 60, { technician_id: technicianId, status })
}

/** A scheduled visit of two hours whose window starts in `minutes` minutes, entered by the office; answers its id. */
export function newVisit(customer: Customer, minutes: number, columns: Row = {}): Promise<string> {
  const start = Date.now() + minutes * 60_000
  return add(customer.company, 'work_orders', {
    customer_id: customer.id, location_id: customer.location, service_type: SERVICE,
    window_start: new Date(start), window_end: new Date(start + 2 * 3_600_000), ...columns,
  })
}

/** The calendar date at a company's office, some days from today. */
export function dayFromToday(days: number, timezone = 'America/Chicago'): string {
  const today = new Intl.DateTimeFormat('en-CA', { timeZone: timezone }).format(new Date())
  return new Date(Date.parse(today) + days * 86_400_000).toISOString().slice(0, 10)
}
