// Who takes part in which conversation, and what may be attached.
import { randomUUID } from 'node:crypto'
import { beforeEach, describe, expect, test } from 'vitest'
import { ok, refused, stopped } from './support/answers.ts'
import {
  grant, member, newCompany, newCustomer, newJob, newLocation, setStatus, staff, type Company, type Customer, type Member,
} from './support/company.ts'
import { begin, inboxMessages, insertMessage, messagesOf, read, send, storedMessages, threadOf, tryToBegin, tryToSend } from './support/conversations.ts'
import { anonymous } from './support/people.ts'

let company: Company
let customer: Customer
let someone: Member
beforeEach(async () => {
  company = await newCompany()
  customer = await newCustomer(company)
  someone = await member(customer)
})

const threads = async (who: Pick<Member, 'portal'>) => (await ok(who.portal.from('threads').select('id'))).map(({ id }) => id).sort()
const inbox = async (who: Pick<Member, 'portal'>) => (await ok(who.portal.from('inbox').select('id'))).map(({ id }) => id).sort()

describe('a manager of several locations', () => {
  test('talks about each of them, and reads what was written about any', async () => {
    const manager = await member(customer, { role: 'property_manager' })
    const [home, cabin] = [customer.location, await newLocation(customer, 'Cabin')]
    const begun = [await begin(manager, { location_id: home }), await begin(manager, { location_id: cabin }), await begin(someone)]
    expect(await threads(manager)).toEqual(begun.map(({ thread_id }) => thread_id).sort())
    expect((await threadOf(manager, begun[1]!.thread_id)).location_id).toBe(cabin)
  })

  test("talks about another customer's place where a grant allows it, in that customer's name", async () => {
    const managed = await newCustomer(company)
    await refused(tryToBegin(someone, { location_id: managed.location }), 'PT404', 'not_found')
    await grant(someone, managed, ['view'])
    const { thread_id } = await begin(someone, { location_id: managed.location })
    const owner = await member(managed)
    expect(await threads(owner)).toEqual([thread_id])
    expect((await send(owner, thread_id, 'Thank you for asking.')).is_mine).toBe(true)
  })
})

describe('a contact for one location', () => {
  let cabin: string
  let contact: Member
  beforeEach(async () => {
    cabin = await newLocation(customer, 'Cabin')
    contact = await member(customer, { implicitGrant: false })
    await grant(contact, customer, ['view'], cabin)
  })

  test('reads and writes about that one alone', async () => {
    const [home, away, general] = [
      await begin(someone, { location_id: customer.location }), await begin(someone, { location_id: cabin }), await begin(someone),
    ]
    expect(await threads(contact)).toEqual([away.thread_id])
    await send(contact, away.thread_id, 'I have the key.')
    for (const { thread_id } of [home, general]) {
      expect(await messagesOf(contact, thread_id)).toEqual([])
      await refused(tryToSend(contact, thread_id, 'Hello?'), 'PT404', 'not_found')
    }
  })

  test('says which location a new conversation is about', async () => {
    const { thread_id } = await begin(contact, { location_id: cabin })
    expect(await threads(someone)).toEqual([thread_id])
    const visit = await newJob({ ...customer, location: cabin }, 3)
    expect((await threadOf(contact, (await begin(contact, { appointment_id: visit })).thread_id)).location_id).toBe(cabin)
    await refused(tryToBegin(contact, { location_id: customer.location }), 'PT404', 'not_found')
    const { error } = await tryToBegin(contact)
    expect(error?.code).toMatch(/^PT4(00|22)$/)
    expect(await threads(contact)).toHaveLength(2)
  })
})

describe('staff', () => {
  test('of the office begin conversations about a visit or a place, and read those of every customer', async () => {
    const csr = await staff(company, 'csr')
    const { thread_id } = await begin(csr, { appointment_id: await newJob(customer, 3), body: 'We come at nine.' })
    expect((await threadOf(someone, thread_id)).unread_count).toBe(1)
    const elsewhere = await begin(await member(await newCustomer(company)))
    expect(await inbox(csr)).toEqual([thread_id, elsewhere.thread_id].sort())
    const foreign = await newCustomer(await newCompany())
    await refused(tryToBegin(csr, { location_id: foreign.location }), 'PT404', 'not_found')
    const { error } = await tryToBegin(csr)
    expect(error?.code, 'nobody is meant').toMatch(/^PT4(00|22)$/)
  })

  test('who are technicians take part in what is about their jobs', async () => {
    const technician = await staff(company, 'technician')
    const [theirs, other] = [
      await begin(someone, { appointment_id: await newJob(customer, 3, technician.technicianId) }),
      await begin(someone, { appointment_id: await newJob(customer, 4) }),
    ]
    expect(await inbox(technician)).toEqual([theirs.thread_id])
    expect(await inboxMessages(technician, other.thread_id)).toEqual([])
    const answer = await send(technician, theirs.thread_id, 'I bring the part.')
    expect(answer).toMatchObject({ sender_type: 'internal_user', is_mine: true })
    expect((await messagesOf(someone, theirs.thread_id)).at(-1)).toMatchObject({ body: 'I bring the part.', sender_name: answer.sender_name })
    await refused(tryToSend(technician, other.thread_id, 'Hello?'), 'PT404', 'not_found')
  })
})

describe('everybody else', () => {
  test('finds nothing, whether it is there or not', async () => {
    const { thread_id } = await begin(someone)
    const suspended = await member(customer)
    await setStatus(suspended.accountId, 'suspended')
    const strangers = [await member(await newCustomer(company)), await member(await newCustomer(await newCompany()))]
    for (const stranger of strangers) {
      expect([await threads(stranger), await messagesOf(stranger, thread_id)]).toEqual([[], []])
      const answers = await Promise.all([thread_id, randomUUID()].map((id) => tryToSend(stranger, id, 'Hello?')))
      expect({ ...answers[0]!.error }).toEqual({ ...answers[1]!.error })
      await refused(Promise.resolve(answers[0]!), 'PT404', 'not_found')
      await refused(stranger.portal.rpc('mark_thread_read', { thread_id }), 'PT404', 'not_found')
      await refused(stranger.portal.rpc('set_thread_status', { thread_id, status: 'closed' }), 'PT404', 'not_found')
    }
    expect(await threads(suspended)).toEqual([])
    expect((await tryToSend(suspended, thread_id, 'Hello?')).error?.code).toMatch(/^PT40[34]$/)
    await stopped(tryToSend(anonymous(), thread_id, 'Hello?'), '42501', 401)
    expect(await storedMessages(thread_id)).toHaveLength(1)
  })
})

describe('a row written directly', () => {
  test('is a message like any other', async () => {
    const { thread_id } = await begin(someone)
    await ok(insertMessage(someone, { org_id: company.id, thread_id, body: 'By the table.' }))
    const [, stored] = await storedMessages(thread_id)
    expect(stored).toMatchObject({
      sender_type: 'portal_customer', sender_portal_account_id: someone.accountId, crm_interaction_id: expect.any(String),
    })
    expect((await threadOf(someone, thread_id)).last_message_preview).toBe('By the table.')
  })

  test("is never in another's name, nor with a date, a name or a reading of one's own making", async () => {
    const { thread_id } = await begin(someone)
    const colleague = await member(customer)
    const row = { org_id: company.id, thread_id, body: 'Not me.' }
        for (const more of [
      { sender_portal_account_id: colleague.accountId }, { sender_type: 'internal_user', sender_user_id: someone.userId },
      { sender_type: 'system' }, { sent_at: '2020-01-01T00:00:00Z' }, { sender_name: 'The boss' }, { read_at: '2020-01-01T00:00:00Z' },
    ]) {
      await stopped(insertMessage(someone, { ...row, ...more }), '42501', 403)
    }
    expect(await storedMessages(thread_id)).toHaveLength(1)
  })

  test('does not change what was said', async () => {
    const { thread_id, message_id } = await begin(someone)
    const change = { body: 'I never said that.' } as never
    await stopped(someone.tables.from('portal_messages').update(change).eq('id', message_id), '42501', 403)
    await stopped((await staff(company, 'admin')).tables.from('portal_messages').update(change).eq('id', message_id), '42501', 403)
    expect((await storedMessages(thread_id))[0]!.body).toBe('When will you come?')
  })
})

describe('attachments', () => {
  const file = (folder: string) => ({ bucket: 'attachments', path: `${folder}/photo/leak.jpg`, name: 'leak.jpg', mime_type: 'image/jpeg' })

  test("lie in the customer's own folder, whoever sends them", async () => {
    const attachments = [file(`${company.id}/${customer.id}`)]
    const { thread_id } = await begin(someone, { attachments })
    const csr = await staff(company, 'csr')
    await send(csr, thread_id, 'And ours.', { attachments })
    expect((await messagesOf(someone, thread_id)).map((message) => message.attachments)).toEqual([attachments, attachments])
    const elsewhere = [file(`${company.id}/${(await newCustomer(company)).id}`)]
    for (const who of [someone, csr]) {
      const facts = await refused(tryToSend(who, thread_id, 'See here.', { attachments: elsewhere }), 'PT422', 'attachment_not_yours')
      expect(facts.folder).toBe(`${company.id}/${customer.id}/`)
    }
    const direct = insertMessage(someone, { org_id: company.id, thread_id, body: 'See here.', attachments: elsewhere })
    await refused(direct, 'PT422', 'attachment_not_yours')
    await refused(tryToSend(someone, thread_id, 'See here.', { attachments: { path: 'x' } }), 'PT400', 'invalid_input')
    expect(await storedMessages(thread_id)).toHaveLength(2)
  })

  test('of a conversation that staff begin lie in the folder of the customer it is about', async () => {
    const csr = await staff(company, 'csr')
    const attachments = [file(`${company.id}/${customer.id}`)]
    const { thread_id } = await begin(csr, { location_id: customer.location, attachments })
    expect((await messagesOf(someone, thread_id))[0]).toMatchObject({ attachments, is_mine: false })
    expect(await read(someone, thread_id)).toBe(1)
  })
})
