// Booking through connections of one's own, as PostgREST does it: one transaction with the caller's role and claims.
import { readFileSync, writeFileSync } from 'node:fs'
import { connect, need } from '../races/node.mjs'

/** `onclose` is called when the database goes away. */
export const connectAsPostgrest = (count, onclose) => connect(need('AUTHENTICATOR_URL'), count, { onclose })

/** Answers the row once the commit is acknowledged. */
export function book(connections, { person, args }) {
  const claims = JSON.stringify({ role: 'authenticated', sub: person.userId, aud: 'authenticated' })
  return connections.begin(async (transaction) => {
    await transaction`select set_config('role', 'authenticated', true), set_config('request.jwt.claims', ${claims}, true)`
    const [row] = await transaction`
      select * from portal.create_booking_request(
        service_type => ${args.service}, problem_description => 'It rattles', location_id => ${person.home},
        window_start => ${args.slot}, idempotency_key => ${args.key})`
    return row
  })
}

/** The calls of all rounds: a list of lists, kept in a file between the scripts. */
export const readCalls = (file) => JSON.parse(readFileSync(file, 'utf8'))
export const writeCalls = (file, rounds) => writeFileSync(file, JSON.stringify(rounds))
