// The live event stream, read as a browser reads it.
import { EventSourceParserStream, type EventSourceMessage } from 'eventsource-parser/stream'
import { onTestFinished } from 'vitest'
import { env } from './env.ts'
import type { Person } from './people.ts'
import { until } from './waiting.ts'

export interface Heard {
  event: string
  data: Record<string, any>
  /** When it arrived here, in milliseconds. */
  at: number
}

export interface Stream {
  /** Everything heard so far. */
  heard: Heard[]
  /** The first piece of news that fits, as soon as it is there. */
  hear: (what: string, fits: (news: Heard) => boolean, patience?: number) => Promise<Heard>
}

/** Asks for the person's stream, whatever the answer; it is gone when the test has ended. */
export async function open(who: Pick<Person, 'token'>, headers: Record<string, string> = {}) {
  const gone = new AbortController()
  onTestFinished(() => gone.abort())
  const response = await fetch(`${env.gatewayUrl}/events`, {
    headers: { Authorization: `Bearer ${who.token}`, Accept: 'text/event-stream', ...headers }, signal: gone.signal,
  })
  return { response, gone: gone.signal }
}

/** Opens the person's stream and listens until the test has ended. */
export async function listen(who: Pick<Person, 'token'>, headers: Record<string, string> = {}): Promise<Stream> {
  const { response, gone } = await open(who, headers)
  if (!response.ok) throw new Error(`HTTP ${response.status} ${await response.text()}`)
  const heard: Heard[] = []
  void collect(response, heard).catch((error) => {
    if (!gone.aborted) throw error
  })
  return { heard, hear: (what, fits, patience) => until(what, () => heard.find(fits), patience) }
}

async function collect(response: Response, heard: Heard[]) {
  const messages = response.body!.pipeThrough(new TextDecoderStream()).pipeThrough(new EventSourceParserStream())
  for await (const { event, data } of messages as unknown as AsyncIterable<EventSourceMessage>) {
    if (data) heard.push({ event: event ?? 'message', data: JSON.parse(data), at: Date.now() })
  }
}
