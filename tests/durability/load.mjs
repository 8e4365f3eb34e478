// Books as fast as it can until the database goes away; then notes every call that was made and how it was answered.
//
//     node load.mjs <file of the calls>
import { any } from '../races/node.mjs'
import { known, sql } from '../races/company.mjs'
import { book, connectAsPostgrest, readCalls, writeCalls } from './bookings.mjs'

const file = process.argv[2]
const rounds = readCalls(file)
const { id, slots } = await known()
await sql.end()

const people = Object.keys(id).filter((name) => `${name}/home` in id)
const connections = connectAsPostgrest(people.length, theEnd)
const calls = []

async function customer(name) {
  for (let turn = 1; ; turn++) {
    const call = {
      person: { userId: id[name], home: id[`${name}/home`] },
      args: { service: any(['tune_up', 'repair']), slot: any(slots), key: `${rounds.length}/${turn}` },
    }
    calls.push(call)
    try {
      call.answer = await book(connections, call)
      console.log('acknowledged')
    } catch (error) {
      // What is no answer of Postgres comes with the end. Of its answers, that the time is taken is part of the load.
      if (error.name !== 'PostgresError') return
      if (error.code !== 'PT409') throw error
      call.refusal = error.code
    }
  }
}

// An answer that is still on its way counts as lost, like those that will never come.
function theEnd() {
  writeCalls(file, [...rounds, calls])
  process.exit()
}

await Promise.all(people.map(customer))
