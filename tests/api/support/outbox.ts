// What people will be told: the outbox, read as the company's own systems could.
import { sql } from './database.ts'
import type { Company, Member } from './company.ts'
import { newPhone } from './people.ts'

export interface Queued {
  event: string
  category: string
  channel: string
  recipient: string
  portal_account_id: string | null
  customer_id: string | null
  work_order_id: string | null
  channel_id: string | null
  dedupe_key: string
  payload: Record<string, unknown>
  status: string
  last_error: string | null
  not_before: Date
  expires_at: Date | null
}

/** What has been queued for the company's people and channels, whatever became of it since; of one event, or all. */
export const outbox = (company: Pick<Company, 'id'>, event?: string) =>
  sql<Queued[]>`
    select * from public.portal_notifications
    where org_id = ${company.id} and (${event ?? null}::text is null or event = ${event ?? null})
    order by event, channel, recipient`

/** `event channel recipient` of each, to compare with what was expected. */
export const told = (queued: readonly Queued[]) => queued.map(({ event, channel, recipient }) => `${event} ${channel} ${recipient}`)

/** Gives the account a profile with a name, an e-mail address and a phone, which is where notifications go. */
export async function reachable(someone: Member, known: { full_name?: string; phone?: string | null } = {}) {
  const { full_name = 'Pat Example', phone = newPhone() } = known
  const { customer, userId, email } = someone
  await sql`
    insert into public.profiles (org_id, user_id, customer_id, full_name, email, phone)
    values (${customer.company.id}, ${userId}, ${customer.id}, ${full_name}, ${email}, ${phone})`
  return { ...someone, email: email!, phone }
}

/** Where the company hears of what its customers do; e-mail to an address of its own, as it comes. */
export async function newChannel(company: Pick<Company, 'id'>, columns: Record<string, unknown> = {}): Promise<{ id: string; address: string }> {
  const address = `office-${company.id}@company.example`
  const row = { org_id: company.id, channel: 'email', label: 'Office', address, ...columns }
  const [stored] = await sql<{ id: string; address: string }[]>`insert into public.org_channels ${sql(row as never)} returning id, address`
  return stored!
}
