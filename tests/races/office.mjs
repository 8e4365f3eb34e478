// Staff who write jobs straight into the table, one by one and several in a transaction, in whatever order.
import { any, Tally } from './node.mjs'
import { sql } from './company.mjs'

/** What may happen to those who write beside the API: the time is taken, or they wait for each other in a circle. */
const EXPECTED = { '23P01': 'taken', '40P01': 'deadlock' }
const MOST_JOBS = 6
const HALF_AN_HOUR = 30 * 60_000

export class Office {
  outcomes = new Tally()
  surprises = []

  constructor(company, customer, technicians, slots) {
    Object.assign(this, { company, customer, technicians, slots })
  }

  /** Works until `busy()` says otherwise; then whatever is not exactly in an offered window is taken back. */
  async work(desks, busy) {
    const desk = async () => {
      while (busy()) await this.#act()
    }
    await Promise.all(Array.from({ length: desks }, desk))
    await sql`
      update public.work_orders set status = 'canceled'
      where org_id = ${this.company} and customer_id = ${this.customer} and status = 'scheduled'
        and window_start <> all (${this.slots}::timestamptz[])`
  }

  async #act() {
    const jobs = 1 + Math.floor(Math.random() * 3)
    try {
      const what = await sql.begin(async (transaction) => {
        const [{ count }] = await transaction`
          select count(*)::integer from public.work_orders
          where org_id = ${this.company} and customer_id = ${this.customer} and status = 'scheduled'`
        if (count >= MOST_JOBS) return this.#cancelSome(transaction)
        for (let job = 0; job < jobs; job++) await this.#insert(transaction)
        return jobs > 1 ? 'several at once' : 'single'
      })
      this.outcomes.add(what)
    } catch (error) {
      if (!EXPECTED[error.code]) this.surprises.push(`${error.code} ${error.message}`)
      this.outcomes.add(EXPECTED[error.code] ?? error.code)
    }
  }

  #insert(transaction) {
    const start = new Date(Date.parse(any(this.slots)) + any([0, 0, HALF_AN_HOUR]))
    const end = new Date(start.getTime() + 2 * 60 * 60_000)
    return transaction`
      insert into public.work_orders
        (org_id, customer_id, location_id, service_type, technician_id, window_start, window_end)
      select ${this.company}, l.customer_id, l.id, 'tune_up', ${any(this.technicians)}, ${start}, ${end}
      from public.customer_locations l where l.org_id = ${this.company} and l.customer_id = ${this.customer}`
  }

  async #cancelSome(transaction) {
    await transaction`
      update public.work_orders set status = 'canceled'
      where org_id = ${this.company} and id in (
        select id from public.work_orders
        where org_id = ${this.company} and customer_id = ${this.customer} and status = 'scheduled'
        order by random() limit 3)`
    return 'canceled'
  }
}
