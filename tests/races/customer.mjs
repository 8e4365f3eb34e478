// A customer with a nervous finger, who keeps a ledger of what the server acknowledged.
import { randomUUID } from 'node:crypto'
import { any, call } from './node.mjs'

export class Customer {
  /** Acknowledged bookings: request, job, window and whether it was canceled since. */
  ledger = []

  /** `seen(function, answer)` hears of every answer. */
  constructor(person, slots, seen) {
    Object.assign(this, { person, slots, seen })
  }

  get active() {
    return this.ledger.filter(({ canceled }) => !canceled)
  }

  /** One step at random. Most have no booking to cancel or move and try to book, so the windows are always nearly full. */
  act() {
    const booking = any(this.active)
    const dice = Math.random()
    if (booking && dice < 0.2) return this.cancel(booking)
    if (booking && dice < 0.8) return this.move(booking, any(this.slots.filter((slot) => slot !== booking.slot)))
    return this.book(any(this.slots))
  }

  async book(slot, more = {}) {
    const answer = await this.#call('create_booking_request', {
      service_type: any(['tune_up', 'tune_up', 'repair']),
      problem_description: 'It rattles',
      location_id: this.person.home,
      window_start: slot,
      idempotency_key: randomUUID(),
      ...more,
    })
    if (answer.ok && !more.dry_run) {
      const { id, appointment_id: job, window_start } = answer.row
      this.ledger.push({ request: id, job, slot: new Date(window_start).toISOString(), canceled: false })
    }
    return answer
  }

  async move(booking, slot) {
    const answer = await this.#call('reschedule_appointment', { appointment_id: booking.job, window_start: slot })
    if (answer.ok) booking.slot = new Date(answer.row.window_start).toISOString()
    return answer
  }

  async cancel(booking) {
    const answer = await this.#call('cancel_appointment', { appointment_id: booking.job, reason: 'Changed my mind' })
    if (answer.ok) booking.canceled = true
    return answer
  }

  windows(from, to) {
    return call(this.person.token, 'available_windows', {
      location_id: this.person.home, service_type: 'tune_up', from_date: from, to_date: to,
    })
  }

  async #call(name, args) {
    const answer = await call(this.person.token, name, args)
    this.seen(name, answer)
    return answer
  }
}
