// Windows and visits, asked for and booked as customers do it.
import type { Database } from '../database.types.ts'
import { ok } from './answers.ts'
import { dayFromToday, SERVICE, type Customer } from './company.ts'
import { sql, value } from './database.ts'
import type { Person } from './people.ts'

type Functions = Database['portal']['Functions']
export type ListArgs = Functions['available_windows']['Args']
export type BookArgs = Functions['create_booking_request']['Args']
export type Caller = Pick<Person, 'portal'>

export const tryToList = (who: Caller, customer: Customer, more: Partial<ListArgs> = {}) =>
  who.portal.rpc('available_windows', { location_id: customer.location, service_type: SERVICE, ...more })
export const list = (who: Caller, customer: Customer, more: Partial<ListArgs> = {}) => ok(tryToList(who, customer, more))
export type Listed = Awaited<ReturnType<typeof list>>

/** The windows of one day, counted from today at the company. */
export const listDay = (who: Caller, customer: Customer, day: number, more: Partial<ListArgs> = {}) => {
  const date = dayFromToday(day, customer.company.timezone)
  return list(who, customer, { from_date: date, to_date: date, ...more })
}

export const tryToBook = (who: Caller, customer: Customer, more: Partial<BookArgs>) =>
  who.portal
    .rpc('create_booking_request', {
      service_type: SERVICE, problem_description: 'The heat pump makes a grinding noise.', location_id: customer.location, ...more,
    })
    .single()
export const book = (who: Caller, customer: Customer, more: Partial<BookArgs>) => ok(tryToBook(who, customer, more))

/** The instant of a wall-clock time, worked out by Postgres; as JSON writes it. */
export const instant = (day: string, time: string, zone = 'America/Chicago') =>
  value<Date>(sql`select (${`${day} ${time}`}::timestamp at time zone ${zone})`).then((at) => at.toISOString())

/** When the company's window of that day starts; every test company has one at 8, as it comes. */
export const windowOn = (day: number, time = '08:00', zone = 'America/Chicago') => instant(dayFromToday(day, zone), time, zone)

/** An instant in the one form that can be compared as text. */
export const iso = (at: unknown) => new Date(at as string).toISOString()
export const starts = (rows: { window_start: string | null }[]) => rows.map((row) => iso(row.window_start))

export interface Alternative {
  window_start: string
  window_end: string
}

/** What a refusal should offer instead: of the listed windows the three nearest to the wanted one, the later of two first. */
export function nearest(listed: Listed, wanted: string): string[] {
  const away = (start: string) => Date.parse(start) - Date.parse(wanted)
  return starts(listed)
    .filter((start) => away(start) !== 0)
    .sort((a, b) => Math.abs(away(a)) - Math.abs(away(b)) || away(b) - away(a))
    .slice(0, 3)
}

/** The starts of the alternatives among a refusal's facts. */
export const offeredInstead = (facts: Record<string, unknown>) => starts(facts.alternatives as Alternative[])

/** The job of a booking, as the company sees it. */
export async function job(id: string | null): Promise<Record<string, any>> {
  const [row] = await sql`select * from public.work_orders where id = ${id}`
  return row!
}

export const policyOf = (who: Caller, appointment_id: string) =>
  ok(who.portal.rpc('appointment_policy', { appointment_id }).single())

type MoveArgs = Functions['reschedule_appointment']['Args']
export const tryToMove = (who: Caller, appointment_id: string, window_start: string, more: Partial<MoveArgs> = {}) =>
  who.portal.rpc('reschedule_appointment', { appointment_id, window_start, ...more }).single()
export const move = (who: Caller, appointment_id: string, window_start: string, more: Partial<MoveArgs> = {}) =>
  ok(tryToMove(who, appointment_id, window_start, more))

type CancelArgs = Functions['cancel_appointment']['Args']
export const tryToCancel = (who: Caller, appointment_id: string, more: Partial<CancelArgs> = {}) =>
  who.portal.rpc('cancel_appointment', { appointment_id, ...more }).single()
export const cancel = (who: Caller, appointment_id: string, more: Partial<CancelArgs> = {}) =>
  ok(tryToCancel(who, appointment_id, more))
