// Sixty-four customers want twenty visits at once, for SECONDS seconds, through the public address; then again with
// staff who write into the table beside them. Afterwards the database is asked who got what.
import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import { any, Tally } from './node.mjs'
import { install, known, newCustomers, remove, sql } from './company.mjs'
import { Customer } from './customer.mjs'
import { Office } from './office.mjs'

const SECONDS = Number(process.env.SECONDS ?? 30)
const CUSTOMERS = 64
const DESKS = 4
// Five technicians, two windows on each of two days: twenty visits.
const TECHNICIANS = 5
const STARTS = ['08:00', '10:30']
const DAYS = 2
const VISITS = TECHNICIANS * STARTS.length * DAYS

before(install)
after(async () => {
  await remove()
  await sql.end()
})

class Race {
  answers = new Tally()
  strange = []
  operations = 0

  async prepare() {
    await sql`call busy.open(${TECHNICIANS}, ${STARTS}, ${DAYS})`
    const people = await newCustomers(CUSTOMERS)
    const [walkIn] = await newCustomers(1, 'walk-in')
    const { id, slots } = await known()
    const technicians = Array.from({ length: TECHNICIANS }, (_, number) => id[`technician ${number + 1}`])
    this.company = id.company
    this.walkIn = walkIn.customer
    this.slots = slots
    this.customers = people.map((person) => new Customer(person, slots, (...answer) => this.#judge(...answer)))
    this.office = new Office(id.company, walkIn.customer, technicians, slots)
  }

  /** Books, moves and cancels for four fifths of the time; in the last fifth everybody only books, so that all fills up. */
  async run(withStaff) {
    const begun = Date.now()
    const until = (part) => () => Date.now() < begun + part * SECONDS * 1000
    const deadlocks = await countDeadlocks()
    if (withStaff) await this.office.begin()
    const staff = withStaff ? this.office.work(DESKS, until(0.8)) : null
    await this.#everybody(until(0.8), (customer) => customer.act())
    await staff
    await this.#everybody(until(1), (customer) => customer.book(any(this.slots)))
    this.deadlocks = (await countDeadlocks()) - deadlocks
    this.seconds = (Date.now() - begun) / 1000
  }

  async #everybody(goesOn, act) {
    await Promise.all(this.customers.map(async (customer) => {
      while (goesOn()) await act(customer)
    }))
  }

  /** A refusal must be the contract's: the time is taken, and here is what is free. */
  #judge(operation, answer) {
    this.answers.add(answer.ok ? operation : `${answer.code} ${answer.facts.reason ?? ''}`)
    if (answer.ok) return
    const { alternatives } = answer.facts
    const isRefusal = answer.status === 409 && answer.code === 'PT409' && answer.facts.reason === 'slot_taken'
    const isOffered = ({ window_start }) => this.slots.includes(iso(window_start))
    const offersOthers = Array.isArray(alternatives) && alternatives.length <= 3 && alternatives.every(isOffered)
    if (!isRefusal || !offersOthers) this.strange.push(`${operation}: HTTP ${answer.status} ${JSON.stringify(answer)}`)
  }

  get ledger() {
    return this.customers.flatMap((customer) => customer.ledger)
  }
}

const iso = (text) => new Date(text).toISOString()

async function countDeadlocks() {
  const [{ deadlocks }] = await sql`select deadlocks::integer from pg_stat_database where datname = current_database()`
  return deadlocks
}

for (const withStaff of [false, true]) {
  suite(withStaff ? 'customers, and staff who write into the table' : 'customers', () => {
    const race = new Race()
    before(async () => {
      await race.prepare()
      await race.run(withStaff)
      console.log(`Figures: ${race.answers.total} answers in ${race.seconds.toFixed(1)} s (${race.answers}); ` +
        (withStaff ? `staff: ${race.office.outcomes}; ` : '') + `deadlocks that Postgres ended: ${race.deadlocks}`)
    })

    test('everybody got something done, and everybody lost at times', () => {
      for (const what of ['create_booking_request', 'reschedule_appointment', 'cancel_appointment', 'PT409 slot_taken']) {
        assert.ok(race.answers.get(what) > 0, `never: ${what}`)
      }
      for (const what of withStaff ? ['one job', 'several jobs', 'taken'] : []) {
        assert.ok(race.office.outcomes.get(what) > 0, `never, for staff: ${what}`)
      }
    })

    test('every answer is a success, or a refusal that offers what is free; nothing else reaches a client', () => {
      assert.deepEqual(race.strange.slice(0, 5), [])
    })

    test('staff see only that the time is taken, or that they were in a deadlock', () => {
      assert.deepEqual(race.office.surprises.slice(0, 5), [])
    })

    test('no technician is needed in two places at once', async () => {
      assert.deepEqual([...await sql`select * from busy.overlaps`], [])
    })

    test('the search for such technicians would find one who has no time for the buffers', async () => {
      const undo = new Error('undo')
      let found = 0
      const attempt = sql.begin(async (transaction) => {
        await transaction`alter table public.work_orders drop constraint work_orders_one_place_at_a_time`
        await transaction`
          insert into public.work_orders
            (org_id, customer_id, location_id, service_type, technician_id, window_start, window_end)
          select org_id, customer_id, location_id, service_type, technician_id, window_end, window_end + interval '1 hour'
          from public.work_orders where org_id = ${race.company} and status = 'scheduled' limit 1`
        found = (await transaction`select * from busy.overlaps`).length
        throw undo
      })
      await assert.rejects(attempt, undo)
      assert.ok(found > 0)
    })

    test('every visit is taken', async () => {
      const taken = await sql`
        select technician_id, window_start, count(*)::integer as jobs from public.work_orders
        where org_id = ${race.company} and status in ('tentative', 'scheduled') and technician_id is not null
        group by 1, 2`
      assert.equal(taken.length, VISITS)
      assert.ok(taken.every(({ jobs }) => jobs === 1))
    })

    test('every acknowledged booking is there as it was last acknowledged, and there is no other', async () => {
      const stored = await sql`
        select r.id as request, w.id as job, w.window_start as slot, w.status = 'canceled' as canceled
        from public.portal_booking_requests r
        left join public.work_orders w on w.org_id = r.org_id and w.id = r.related_work_order_id
        where r.org_id = ${race.company}`
      const inOrder = (one, other) => (one.request < other.request ? -1 : 1)
      const comparable = (rows) => rows.map((row) => ({ ...row, slot: iso(row.slot) })).sort(inOrder)
      assert.deepEqual(comparable(stored), comparable(race.ledger))
      const [{ jobs }] = await sql`
        select count(*)::integer as jobs from public.work_orders
        where org_id = ${race.company} and customer_id <> ${race.walkIn}`
      assert.equal(jobs, race.ledger.length)
    })

    test('when all is quiet, the alternatives that a loser hears are free and can be booked', () => alternatives(race))
  })
}

/** Two windows get a free visit again; somebody who asks for a full one is offered exactly those. */
async function alternatives(race) {
  const [full, ...others] = race.slots
  const [loser] = race.customers
  const refused = await loser.book(full)
  assert.deepEqual([refused.code, refused.facts.alternatives], ['PT409', []], 'nothing is free')

  const owners = others.map((slot) => race.customers.find(({ active }) => active.some((booking) => booking.slot === slot)))
  const freed = others.filter((_, number) => owners[number]).slice(-2)
  assert.ok(freed.length > 0, 'staff have everything')
  for (const slot of freed) {
    const owner = owners[others.indexOf(slot)]
    const canceled = await owner.cancel(owner.active.find((booking) => booking.slot === slot))
    assert.ok(canceled.ok, canceled.message)
  }
  const offered = (await loser.book(full)).facts.alternatives.map(({ window_start }) => iso(window_start))
  assert.deepEqual(offered.sort(), freed)
  const listed = (await loser.windows()).rows.map(({ window_start, capacity }) => [iso(window_start), capacity])
  assert.deepEqual(listed, freed.map((slot) => [slot, 1]))
  for (const slot of offered) {
    assert.ok((await loser.book(slot, { dry_run: true })).ok)
    assert.ok((await loser.book(slot)).ok)
    assert.equal((await loser.book(slot)).code, 'PT409', 'the last visit went to whoever asked first')
  }
  assert.deepEqual([...await sql`select * from busy.overlaps`], [])
}
