// The main job, played as a customer's browser would: through supabase-js and the one public address.
// Ends with status 1 when anything is not as it should be.
import { createRequire } from 'node:module'
import { randomUUID } from 'node:crypto'

const { createClient } = createRequire(`${process.env.PORTAL_NODE_MODULES}/`)('@supabase/supabase-js')
const { SUPABASE_URL, SUPABASE_PUBLISHABLE_KEY, GATEWAY_URL } = process.env
const PASSWORD = 'portal-demo'

const say = (text) => console.log(`          ${text}`)

class Unexpected extends Error {}

/** The data of a supabase-js answer; an error answer ends the demo with what the server said. */
function data(answer, doing) {
  if (answer.error) {
    const { message, code, hint, details } = answer.error
    throw new Unexpected(`${doing}: ${[code, message, hint, details].filter(Boolean).join(' · ')}`)
  }
  return answer.data
}

function expect(truth, text) {
  if (!truth) throw new Unexpected(text)
}

async function signIn(email) {
  const client = createClient(SUPABASE_URL, SUPABASE_PUBLISHABLE_KEY, { auth: { persistSession: false, autoRefreshToken: false } })
  const { session } = data(await client.auth.signInWithPassword({ email, password: PASSWORD }), `signing in as ${email}`)
  say(`${email} signs in`)
  return { portal: client.schema('portal'), tables: client.schema('public'), token: session.access_token, leave: () => client.auth.signOut() }
}

async function chooseLocation(portal) {
  const found = data(await portal.from('locations').select('id,label,city,timezone,is_primary,can_book').order('label'), 'reading locations')
  expect(found.length > 0, 'the customer sees no location')
  for (const { label, city, timezone } of found) say(`  sees the location "${label}", ${city} (${timezone})`)
  return found.find((one) => one.can_book && one.is_primary) ?? found.find((one) => one.can_book) ?? found[0]
}

async function chooseService(portal) {
  const found = data(await portal.from('services').select('code,name,booking_mode').eq('is_emergency', false).order('code'), 'reading services')
  expect(found.length > 0, 'the customer sees no service')
  return found[0]
}

/** Free windows from a few days on, so that the company's notice does not stand in the way of moving the visit. */
async function freeWindows(portal, location, service) {
  const day = (ahead) => new Date(Date.now() + ahead * 86_400_000).toISOString().slice(0, 10)
  const question = { location_id: location.id, service_type: service.code, from_date: day(3), to_date: day(14) }
  const found = data(await portal.rpc('available_windows', question), 'asking for free windows')
  expect(found.length > 1, `no two free windows for ${service.code}`)
  say(`  is offered ${found.length} free windows for "${service.name}"`)
  return found
}

const clock = ({ local_date, local_start, local_end }) => `${local_date}, ${local_start.slice(0, 5)} to ${local_end.slice(0, 5)}`

async function book(portal) {
  const location = await chooseLocation(portal)
  const service = await chooseService(portal)
  const [window, later] = await freeWindows(portal, location, service)
  const request = {
    service_type: service.code,
    problem_description: 'The heat pump makes a grinding noise since yesterday.',
    location_id: location.id,
    window_start: window.window_start,
    idempotency_key: randomUUID(),
  }
  const booked = data(await portal.rpc('create_booking_request', request).single(), 'booking a visit')
  say(`books "${service.name}" at "${location.label}" on ${clock(window)}: ${booked.status}, with ${booked.technician_name}`)
  const again = data(await portal.rpc('create_booking_request', request).single(), 'sending it again')
  expect(again.id === booked.id, 'the same idempotency key made a second booking')
  say('  sends the same request again: the same answer, no second booking')
  return { booked, later }
}

async function move(portal, visit, later) {
  const policy = data(await portal.rpc('appointment_policy', { appointment_id: visit.id }).single(), 'reading the policy')
  expect(policy.can_reschedule, `the visit cannot be moved: ${policy.reschedule_refusal}`)
  say(`  may move it until ${policy.reschedule_until}, ${policy.reschedules_left} times`)
  const asked = { appointment_id: visit.id, window_start: later.window_start }
  const moved = data(await portal.rpc('reschedule_appointment', asked).single(), 'moving the visit')
  expect(Date.parse(moved.window_start) === Date.parse(later.window_start), 'the visit has not moved')
  const timeline = data(await portal.from('appointment_events').select('event_type').eq('appointment_id', visit.id).order('occurred_at'), 'reading the timeline')
  say(`  moves it to ${clock(later)}; timeline: ${timeline.map((event) => event.event_type).join(', ')}`)
}

async function showBooking(portal, booked) {
  const request = data(await portal.from('booking_requests').select('id,status,appointment_id').eq('id', booked.id).single(), 'reading the request')
  say(`finds it in booking_requests: ${request.status}`)
  expect(request.appointment_id, 'the request has no appointment')
  const visit = data(await portal.from('appointments').select('id,status,service_name,location_label').eq('id', request.appointment_id).single(), 'reading the appointment')
  say(`finds it in appointments: "${visit.service_name}" at "${visit.location_label}", ${visit.status}`)
  return visit
}

const QUESTION = 'How often do I have to replace the filter of my furnace? We have two dogs.'

/** On a new database the articles are found by their words alone until the gateway has embedded them. */
async function waitForMeaning({ tables }) {
  for (let waited = 0; waited < 180; waited++) {
    const [model] = data(await tables.from('kb_embedding_models').select('model').eq('state', 'active'), 'asking for the model')
    if (model.model !== 'text') return say(`finds articles by their meaning (${model.model})`)
    if (waited === 0) say('waits for the gateway to embed the knowledge base (half a minute the first time)')
    await new Promise((resolve) => setTimeout(resolve, 500))
  }
  throw new Unexpected('the knowledge base is not embedded after 90 s')
}

/** One turn with the assistant, as one document; browsers let it stream. */
async function askAssistant({ portal, token }) {
  const talk = data(await portal.rpc('start_ai_conversation').single(), 'starting a talk with the assistant')
  say(`asks the assistant: "${QUESTION}"`)
  const asked = await fetch(`${GATEWAY_URL}/ai/conversations/${talk.id}/messages`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, accept: 'application/json', 'content-type': 'application/json' },
    body: JSON.stringify({ text: QUESTION, client_message_id: randomUUID() }),
  })
  const answer = await asked.json()
  expect(asked.ok, `the assistant does not answer: ${answer.message}`)
  const { content, citations } = answer.message
  for (const row of content.split('\n').filter(Boolean)) say(`    ${row}`)
  expect(citations.length > 0, 'the answer cites nothing')
  say(`  which rests on ${citations.map(({ title }) => `"${title}"`).join(', ')}`)
  return talk
}

async function askPerson({ portal }, talk) {
  const thread_id = data(await portal.rpc('escalate_ai_conversation', { conversation_id: talk.id }), 'asking for a person')
  const thread = data(await portal.from('threads').select('subject,status').eq('id', thread_id).single(), 'reading the conversation')
  say(`  asks for a person: the office has it, "${thread.subject}" (${thread.status})`)
  return thread_id
}

async function checkOtherCompany(portal, hidden) {
  for (const [view, id] of Object.entries(hidden)) {
    const seen = data(await portal.from(view).select('id').eq('id', id), `reading ${view}`)
    expect(seen.length === 0, `the other company's customer sees ${view} ${id}`)
  }
  say(`  sees none of it: asked for it by id in ${Object.keys(hidden).join(', ')}`)
  const own = data(await portal.from('locations').select('label,city'), 'reading own locations')
  expect(own.length > 0, 'the other customer does not even see their own location, so seeing nothing proves nothing')
  say(`  sees their own: "${own[0].label}", ${own[0].city}`)
}

try {
  const customer = await signIn('customer@acme-comfort.example')
  const { booked, later } = await book(customer.portal)
  const visit = await showBooking(customer.portal, booked)
  await move(customer.portal, visit, later)
  await waitForMeaning(customer)
  const talk = await askAssistant(customer)
  const thread = await askPerson(customer, talk)
  await customer.leave()

  const other = await signIn('customer@bolt-pipe.example')
  const hidden = { booking_requests: booked.id, appointments: visit.id, locations: booked.location_id, ai_conversations: talk.id, threads: thread }
  await checkOtherCompany(other.portal, hidden)
  await other.leave()
} catch (error) {
  if (!(error instanceof Unexpected)) throw error
  console.error(`          NOT as it should be: ${error.message}`)
  process.exitCode = 1
}
