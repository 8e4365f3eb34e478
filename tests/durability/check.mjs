// After a restart: everything that was acknowledged is there and whole, nothing is there twice, and a call that is
// repeated with its key has one effect, whether or not its first answer was lost. Prints counts as JSON.
//
//     node check.mjs <file of the calls>
import assert from 'node:assert/strict'
import { known, sql } from '../races/company.mjs'
import { book, connectAsPostgrest, readCalls, writeCalls } from './bookings.mjs'

const file = process.argv[2]
const rounds = readCalls(file)
const calls = rounds.at(-1)
const { id } = await known()
const connections = connectAsPostgrest(4)

const answered = () => rounds.flat().filter(({ answer }) => answer)
const unanswered = calls.filter(({ answer, refusal }) => !answer && !refusal)
const counts = { acknowledged: calls.filter(({ answer }) => answer).length, unanswered: unanswered.length, committed: 0 }

await safeSettings()
await whole(answered())
await noOverlap()
for (const call of unanswered) if (await receipt(call)) counts.committed++
for (const call of calls) if (!call.refusal) await repeat(call)
await whole(answered())
await nothingElse()
await noOverlap()

writeCalls(file, rounds)
console.log(JSON.stringify(counts))
await Promise.all([sql.end(), connections.end()])

/** A promise is only worth something when a commit is on disk before it is acknowledged. */
async function safeSettings() {
  const [settings] = await sql`
    select current_setting('fsync') as fsync, current_setting('synchronous_commit') as synchronous_commit`
  assert.deepEqual({ ...settings }, { fsync: 'on', synchronous_commit: 'on' })
}

/** Each of these bookings has its request, its job, its timeline and its two entries in the audit log. */
async function whole(bookings) {
  const column = (name) => bookings.map(({ answer }) => answer[name])
  const broken = await sql`
    select b.request, b.job
    from unnest(${column('org_id')}::uuid[], ${column('id')}::uuid[], ${column('appointment_id')}::uuid[]) as b (org, request, job)
    left join public.portal_booking_requests r on r.org_id = b.org and r.id = b.request
    left join public.work_orders w on w.org_id = b.org and w.id = b.job
    where r.related_work_order_id is distinct from b.job
      or w.technician_id is null or w.status not in ('tentative', 'scheduled')
      or not exists (select from public.work_order_events e where e.org_id = b.org and e.work_order_id = b.job)
      or not exists (
        select from public.portal_audit_events a where a.org_id = b.org and a.entity = 'booking' and a.entity_id = b.request)
      or not exists (
        select from public.portal_audit_events a where a.org_id = b.org and a.entity = 'appointment' and a.entity_id = b.job)`
  assert.deepEqual([...broken], [], 'acknowledged, but not (wholly) there')
}

async function noOverlap() {
  assert.deepEqual([...await sql`select * from busy.overlaps`], [], 'a technician is needed in two places at once')
}

/** The first answer, if the call was committed. */
async function receipt({ person, args }) {
  const [kept] = await sql`
    select r.answer from public.portal_receipts r
    join public.portal_accounts a on a.org_id = r.org_id and a.id = r.portal_account_id
    where r.org_id = ${id.company} and a.user_id = ${person.userId} and r.key = ${args.key}`
  return kept?.answer
}

/** The same call again: the same answer, or the one that was lost, or, had nothing come of it, a first one. */
async function repeat(call) {
  const before = call.answer ?? await receipt(call)
  let again
  try {
    again = await book(connections, call)
  } catch (error) {
    // Nothing had come of it, and somebody else has the time by now.
    assert.deepEqual([error.code, before], ['PT409', undefined], error.message)
    return
  }
  if (call.answer) assert.equal(JSON.stringify(again), JSON.stringify(call.answer))
  else if (before) assert.equal(again.id, before.id)
  call.answer = JSON.parse(JSON.stringify(again))
}

/** The company of this round has as many requests, jobs and receipts as calls that were answered in the end. */
async function nothingElse() {
  const [there] = await sql`
    select
      (select count(*)::integer from public.portal_booking_requests r where r.org_id = ${id.company}) as requests,
      (select count(*)::integer from public.work_orders w where w.org_id = ${id.company}) as jobs,
      (select count(*)::integer from public.portal_receipts r where r.org_id = ${id.company}) as receipts`
  const expected = calls.filter(({ answer }) => answer).length
  assert.deepEqual({ ...there }, { requests: expected, jobs: expected, receipts: expected })
}
