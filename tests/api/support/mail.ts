// The mail sink: every e-mail that the stack has sent, taken apart by a MIME parser.
import PostalMime, { type Email } from 'postal-mime'
import { env } from './env.ts'
import { until } from './waiting.ts'

/** All mails to an address, in the order of their arrival. */
export async function mailsTo(address: string): Promise<Email[]> {
  const list = await fetch(`${env.mailUrl}/api/email?${new URLSearchParams({ 'to.address': address })}`)
  const found = (await list.json()) as { id: string }[]
  return Promise.all(found.map(async ({ id }) => PostalMime.parse(await (await fetch(`${env.mailUrl}/api/email/${id}/source`)).arrayBuffer())))
}

/** The mail to an address that fits, as soon as it is there. */
export const mailTo = (address: string, what: string, fits: (mail: Email) => boolean, patience?: number) =>
  until(`a mail to ${address}: ${what}`, async () => (await mailsTo(address)).find(fits), patience)

export const header = (mail: Email, name: string) => mail.headers.find(({ key }) => key === name.toLowerCase())?.value

/** The text of the calendar part, wherever in the mail it is. */
export function calendarOf(mail: Email): string | undefined {
  const part = mail.attachments.find(({ mimeType }) => mimeType === 'text/calendar')
  return part && (typeof part.content === 'string' ? part.content : new TextDecoder().decode(part.content))
}
