// Staff who write jobs straight into the table: one by one, and several in a transaction in whatever order.
import { setTimeout } from 'node:timers/promises'
import { any, shuffled, Tally } from './node.mjs'
import { sql } from './company.mjs'

/** What may happen to those who write beside the API: the time is taken, or they wait for each other in a circle. */
const EXPECTED = { '23P01': 'taken', '40P01': 'deadlock' }
const HOUR = 60 * 60_000
/** People look up between two entries; in milliseconds. Each deadlock of theirs holds everybody up for a second. */
const PAUSE = 500

export class Office {
  outcomes = new Tally()
  surprises = []

  /** Everything they write is for one customer, `customer`, who does nothing by themselves. */
  constructor(company, customer, technicians, slots) {
    Object.assign(this, { company, customer, technicians, slots })
  }

  /** A job for every technician, so that staff have something to rearrange when everything else is taken. */
  async begin() {
    for (const technician of this.technicians) await this.#insert(sql, { technician, start: any(this.slots) })
  }

  /** Works until `goesOn` denies it; then takes back whatever is not exactly in an offered window. */
  async work(desks, goesOn) {
    const desk = async () => {
      while (goesOn()) {
        await this.#rearrange()
        await setTimeout(Math.random() * PAUSE)
      }
    }
    await Promise.all(Array.from({ length: desks }, desk))
    await sql`
      update public.work_orders set status = 'canceled'
      where org_id = ${this.company} and customer_id = ${this.customer} and status = 'scheduled'
        and window_start <> all (${this.slots}::timestamptz[])`
  }

  /** Cancels a job or two and writes as many others or one more, mostly where those were, or nothing of all that. */
  async #rearrange() {
    try {
      const jobs = await sql.begin(async (transaction) => {
        const freed = await this.#cancel(transaction, any([1, 2]))
        const places = shuffled([...freed, this.#anywhere()]).slice(0, Math.max(1, freed.length + any([0, 0, 1])))
        for (const place of places) await this.#insert(transaction, place)
        return places.length
      })
      this.outcomes.add(jobs > 1 ? 'several jobs' : 'one job')
    } catch (error) {
      if (!EXPECTED[error.code]) this.surprises.push(`${error.code} ${error.message}`)
      this.outcomes.add(EXPECTED[error.code] ?? error.code)
    }
  }

  /** A technician and a time, which is not always one that customers are offered. */
  #anywhere() {
    return { technician: any(this.technicians), start: new Date(Date.parse(any(this.slots)) + any([0, 0, HOUR / 2])) }
  }

  #insert(transaction, { technician, start }) {
    return transaction`
      insert into public.work_orders
        (org_id, customer_id, location_id, service_type, technician_id, window_start, window_end)
      select ${this.company}, l.customer_id, l.id, 'tune_up', ${technician}, ${start},
        ${new Date(new Date(start).getTime() + 2 * HOUR)}
      from public.customer_locations l where l.org_id = ${this.company} and l.customer_id = ${this.customer}`
  }

  #cancel(transaction, count) {
    return transaction`
      update public.work_orders set status = 'canceled'
      where org_id = ${this.company} and id in (
        select id from public.work_orders
        where org_id = ${this.company} and customer_id = ${this.customer} and status = 'scheduled'
        order by random() limit ${count} for update skip locked)
      returning technician_id as technician, window_start as start`
  }
}
