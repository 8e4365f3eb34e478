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

/** Code of the service that every test company offers, up to 14 days ahead, with a window from 8 to 10 every day. */
export const SERVICE = 'hvac_repair'

export async function newCompany(timezone = 'America/Chicago'): Promise<Company> {
  const slug = `co-${randomBytes(5).toString('hex')}`
  const id = await value<string>(sql`
    insert into public.orgs (slug, name, timezone) values (${slug}, ${'Company ' + slug}, ${timezone}) returning id`)
  await sql`
    insert into public.service_types (org_id, code, name, category, duration_minutes)
    values (${id}, ${SERVICE}, 'Heating or cooling repair', 'hvac', 90)`
  await sql`
    insert into public.booking_windows (org_id, weekday, start_time, end_time)
    select ${id}, weekday, '08:00', '10:00' from generate_series(0, 6) as weekday`
  await sql`insert into public.booking_policies (org_id) values (${id})`
  return { id, slug, timezone }
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

/** A signed-in employee; a technician comes with the record that jobs are assigned to. */
export async function staff(company: Company, role: StaffRole): Promise<Employee> {
  const login = await newLogin()
  await sql`
    insert into public.profiles (org_id, user_id, role, full_name) values (${company.id}, ${login.id}, ${role}, ${role})`
  const technicianId =
    role === 'technician'
      ? await value<string>(sql`
          insert into public.technicians (org_id, user_id, display_name)
          values (${company.id}, ${login.id}, 'Terry Test') returning id`)
      : null
  return { ...(await signedIn(login.email!)), technicianId }
}

/** A job in `days` days at the customer's first location. */
export function newJob(customer: Customer, days: number, technicianId: string | null = null, status = 'scheduled') {
  return value<string>(sql`
    insert into public.work_orders (org_id, customer_id, location_id, service_type, technician_id, status, window_start,
      window_end)
    values (${customer.company.id}, ${customer.id}, ${customer.location}, ${SERVICE}, ${technicianId}, ${status},
      now() + make_interval(days => ${days}), now() + make_interval(days => ${days}, hours => 2)) returning id`)
}

/** The calendar date at a company's office, some days from today. */
export function dayFromToday(days: number, timezone = 'America/Chicago'): string {
  const today = new Intl.DateTimeFormat('en-CA', { timeZone: timezone }).format(new Date())
  return new Date(Date.parse(today) + days * 86_400_000).toISOString().slice(0, 10)
}
