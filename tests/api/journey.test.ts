// The journey of the news, through real parts: what staff do reaches the customer's mailbox and open page within two
// seconds, and nobody else's.
import ICAL from 'ical.js'
import type { Email } from 'postal-mime'
import { expect, test } from 'vitest'
import { chat, says, startTalk } from './support/assistant.ts'
import { ok } from './support/answers.ts'
import { member, newCompany, newCustomer, newVisit } from './support/company.ts'
import { begin, send } from './support/conversations.ts'
import { listen } from './support/events.ts'
import { calendarOf, header, mailsTo, mailTo } from './support/mail.ts'
import { reachable } from './support/outbox.ts'
import { signedIn } from './support/people.ts'
import { aWhile } from './support/waiting.ts'

const SOON = 2_000
const demo = (name: string) => signedIn(name, 'portal-demo')
const textOf = (mail: Email) => mail.text!.replace(/\s+/g, ' ')

test('a staff reply and a technician on the way reach the customer by e-mail and on the open page, and the other company nobody', async () => {
  const [customer, csr, other] = [await demo('customer@acme-comfort.example'), await demo('csr@acme-comfort.example'), await demo('customer@bolt-pipe.example')]
  const [mine, theirs] = [await listen(customer), await listen(other)]
  const othersMails = (await mailsTo(other.email!)).length
  const marker = `We bring the part ${Date.now()} <b>& more</b>.`

  const { thread_id } = await begin(customer, { subject: 'The part' })
  const reply = await send(csr, thread_id, marker)
  await mine.hear('the reply', ({ event, data }) => event === 'message_created' && data.id === reply.id && data.thread_id === thread_id, SOON)
  const letter = await mailTo(customer.email!, 'the reply', (mail) => textOf(mail).includes(marker), SOON)
  await mine.hear('that the e-mail has gone', ({ event, data }) => event === 'notification' && data.status === 'sent', SOON)
  expect(letter.subject).toBeTruthy()
  expect(letter.html, 'what people write is inert in HTML').toContain('&lt;b&gt;&amp; more')
  expect(letter.html).not.toContain('<b>& more')
  expect(letter.from).toMatchObject({ name: expect.stringContaining('Acme') })

  const appointment_id = await scheduledVisit(customer, csr)
  await ok(csr.portal.rpc('set_appointment_status', { appointment_id, status: 'en_route', eta: new Date(Date.now() + 1_800_000).toISOString() }))
  await mine.hear('somebody on the way', ({ event, data }) => event === 'appointment_status' && data.id === appointment_id && data.status === 'en_route', SOON)
  const tellsOfIt = (mail: Email) => /on the way/i.test(mail.subject!) && textOf(mail).includes(appointment_id)
  const onTheWay = await mailTo(customer.email!, 'somebody on the way', tellsOfIt, SOON)
  for (const part of [textOf(onTheWay), onTheWay.html]) expect(part).toMatch(/on the way/i)
  expect(onTheWay.headers.map(({ key }) => key)).toEqual(expect.arrayContaining(['message-id', 'x-portal-dedupe-key', 'auto-submitted']))

  await aWhile()
  expect(theirs.heard, 'the other company hears nothing').toEqual([])
  expect(await mailsTo(other.email!)).toHaveLength(othersMails)
  for (const { event, data } of mine.heard) {
    expect(['message_created', 'appointment_status', 'booking_request_updated', 'notification']).toContain(event)
    expect(JSON.stringify(data), 'ids and status only').not.toContain('part')
  }
})

test('the confirmation of a visit carries a calendar entry that says the same', async () => {
  const [customer, csr] = [await demo('customer@acme-comfort.example'), await demo('csr@acme-comfort.example')]
  const appointment_id = await scheduledVisit(customer, csr)
  const visit = await ok(customer.portal.from('appointments').select('*').eq('id', appointment_id).single())
  const mail = await mailTo(customer.email!, 'the confirmation', (one) => calendarOf(one)?.includes(appointment_id) ?? false)
  expect(mail.subject).toContain(visit.service_name)
  for (const part of [textOf(mail), mail.html]) expect(part).toContain(visit.service_name)
  const event = new ICAL.Event(new ICAL.Component(ICAL.parse(calendarOf(mail)!)).getFirstSubcomponent('vevent')!)
  expect(event.startDate.toJSDate().toISOString()).toBe(new Date(visit.window_start!).toISOString())
  expect(event.endDate.toJSDate().toISOString()).toBe(new Date(visit.window_end!).toISOString())
  expect(header(mail, 'List-Unsubscribe-Post')).toBe('List-Unsubscribe=One-Click')
})

test('one click on the link in an e-mail ends that kind of e-mail, and looking at the link does not', async () => {
  const company = await newCompany()
  const customer = await newCustomer(company)
  const someone = await reachable(await member(customer))
  await newVisit(customer, 3 * 1440)
  const mail = await mailTo(someone.email, 'the confirmation', ({ subject }) => subject!.includes('Heating or cooling repair'))
  const [, link] = /<(.+)>/.exec(header(mail, 'List-Unsubscribe')!)!
  const wanted = async () => (await ok(someone.portal.from('notification_preferences').select('notify_booking_updates_email').single())).notify_booking_updates_email

  const page = await fetch(link!)
  expect([page.status, page.headers.get('content-type')]).toEqual([200, expect.stringContaining('text/html')])
  expect(await page.text()).toContain(`Company ${company.slug}`)
  expect(await wanted()).toBe(true)
  const click = await fetch(link!, { method: 'POST', body: new URLSearchParams({ 'List-Unsubscribe': 'One-Click' }) })
  expect(click.status).toBe(200)
  expect(await wanted()).toBe(false)
  expect((await fetch(link!.replace(/token=.{8}/, 'token=00000000'))).status).toBe(404)
})

test('a question is answered from the articles, and goes on with a person whom it is news to', async () => {
  const [customer, csr] = [await demo('customer@acme-comfort.example'), await demo('csr@acme-comfort.example')]
  const talk = await startTalk(customer)
  const question = `How often do I have to replace the filter of my furnace? We have two dogs. (${Date.now()})`
  const message = (await chat(talk, [says(question)])).at(-1)!
  const cited = message.parts.filter((part) => part.type === 'source-document')
  expect(cited.map(({ filename }) => filename)).toContain('change-air-filter')
  expect(message.parts.map((part) => (part.type === 'text' ? part.text : '')).join('')).toContain('[1]')

  const mine = await listen(csr)
  const thread_id = await ok(customer.portal.rpc('escalate_ai_conversation', { conversation_id: talk.id }))
  await mine.hear('the new conversation', ({ event, data }) => event === 'message_created' && data.thread_id === thread_id, SOON)
  const letter = await mailTo('office@acme-comfort.example', 'that somebody wants a person', (mail) => textOf(mail).includes(question), SOON)
  expect(letter.subject).toBeTruthy()

  const marker = `Every month, with two dogs. ${Date.now()}`
  await send(csr, thread_id, marker)
  await mailTo(customer.email!, 'the answer of a person', (mail) => textOf(mail).includes(marker), SOON)
})

type Signed = Awaited<ReturnType<typeof demo>>

/** A visit that the customer books and the office, where it has to, approves; answers its id. */
async function scheduledVisit(customer: Signed, csr: Signed): Promise<string> {
  const [place] = await ok(customer.portal.from('locations').select('id').eq('can_book', true).order('label').limit(1))
  const wanted = { location_id: place!.id!, service_type: 'hvac_repair' }
  const windows = await ok(customer.portal.rpc('available_windows', wanted))
  // One of the later ones: other tests book the first.
  const { window_start } = windows[Math.floor(windows.length * (0.5 + Math.random() / 2))]!
  const booked = await ok(customer.portal.rpc('create_booking_request', { ...wanted, problem_description: 'No heat upstairs.', window_start }).single())
  if (booked.appointment_status !== 'scheduled') {
    await ok(csr.portal.rpc('review_booking_request', { booking_request_id: booked.id!, decision: 'approve' }))
  }
  return booked.appointment_id!
}
