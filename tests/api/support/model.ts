// A model behind an OpenAI-compatible server that says what a test wants it to say, and a gateway that asks it.
import { spawn } from 'node:child_process'
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll } from 'vitest'
import { env } from './env.ts'
import { until } from './waiting.ts'

export interface Prompt { role: string; content: string }
export interface Asked {
  headers: IncomingHttpHeaders
  body: { model: string; messages: Prompt[]; max_tokens?: number; max_completion_tokens?: number; stream: boolean; [more: string]: unknown }
  /** Fulfilled when whoever asked has hung up or has everything. */
  closed: Promise<void>
}

/** What a script can do with a request. */
export class Answer {
  constructor(private readonly response: ServerResponse) {}

  /** A piece of the answer, in an event of its own. */
  say(...pieces: string[]) {
    for (const content of pieces) this.event({ choices: [{ index: 0, delta: { content }, finish_reason: null }] })
  }
  /** The end, with what it has cost. */
  end(finish_reason = 'stop', usage: object | null = { prompt_tokens: 120, completion_tokens: 30, total_tokens: 150 }) {
    this.event({ choices: [{ index: 0, delta: {}, finish_reason }] })
    if (usage) this.event({ choices: [], usage })
    this.raw('data: [DONE]\n\n')
    this.response.end()
  }
  event(chunk: object) {
    this.raw(`data: ${JSON.stringify({ id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1, model: 'scripted', ...chunk })}\n\n`)
  }
  raw(bytes: string | Buffer) {
    if (!this.response.headersSent) this.response.writeHead(200, { 'Content-Type': 'text/event-stream' })
    this.response.write(bytes)
  }
  refuse(status: number, headers: Record<string, string> = {}) {
    this.response.writeHead(status, { 'Content-Type': 'application/json', ...headers })
    this.response.end(JSON.stringify({ error: { message: 'The secret reason of the model.', type: 'error', code: null } }))
  }
  /** Breaks the connection, as a crash would. */
  drop() {
    this.response.destroy()
  }
}

export type Script = (asked: Asked, answer: Answer) => unknown

export interface Scripted {
  /** What is asked for is in here. */
  requests: Asked[]
  /** Decides on every request from now on; forgets the earlier ones. */
  plays: (script: Script) => void
  /** The gateway's address, without a slash at its end. */
  gatewayUrl: string
  /** All that the gateway has logged. */
  log: () => string
}

/** Starts both for the tests of a file, and ends them after it. */
export function scriptedModel(settings: Record<string, string> = {}): Scripted {
  let script: Script = (_, answer) => answer.refuse(500)
  const requests: Asked[] = []
  const scripted = {
    requests, gatewayUrl: '', log: () => '',
    plays: (next: Script) => {
      requests.length = 0
      script = next
    },
  }
  const server = createServer((request, response) => {
    let text = ''
    request.setEncoding('utf8').on('data', (more) => (text += more)).on('end', () => {
      const closed = new Promise<void>((done) => response.on('close', done))
      const asked = { headers: request.headers, body: JSON.parse(text), closed }
      requests.push(asked)
      script(asked, new Answer(response))
    })
  })
  let stop = async () => {}
  beforeAll(async () => {
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
    const model = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`
    const gateway = await startGateway({ PORTAL_MODEL_BASE_URL: model, PORTAL_MODEL_NAME: 'scripted', PORTAL_MODEL_API_KEY: 'sk-very-secret', ...settings })
    Object.assign(scripted, gateway)
    stop = gateway.stop
  })
  afterAll(async () => {
    await stop()
    server.closeAllConnections()
    server.close()
  })
  return scripted
}

async function freePort(): Promise<number> {
  const probe = createServer()
  await new Promise<void>((done) => probe.listen(0, '127.0.0.1', done))
  const { port } = probe.address() as AddressInfo
  await new Promise((done) => probe.close(done))
  return port
}

/** One more gateway on the stack's database. It leaves the outboxes to the stack's own: theirs are everybody's. */
async function startGateway(settings: Record<string, string>) {
  const port = await freePort()
  const inherited = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('PORTAL_')))
  const child = spawn(env.gatewayBin, {
    env: {
      ...inherited, PORTAL_LISTEN: `127.0.0.1:${port}`, PORTAL_DATABASE_URL: env.gatewayDatabaseUrl, PORTAL_JWT_SECRET: env.jwtSecret,
      PORTAL_EMBEDDING_MODEL_DIRS: env.modelDir, PORTAL_DUE_JOBS_EVERY_SECONDS: '0', PORTAL_NOTIFICATION_POLL_MILLISECONDS: '0',
      PORTAL_SENTIMENT_POLL_MILLISECONDS: '0', PORTAL_LOG_FILTER: 'info,portal_gateway=trace', PORTAL_SHUTDOWN_GRACE_SECONDS: '1', ...settings,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let log = ''
  for (const output of [child.stdout, child.stderr]) output.setEncoding('utf8').on('data', (more) => (log += more))
  const gone = new Promise<void>((done) => child.on('close', () => done()))
  const gatewayUrl = `http://127.0.0.1:${port}/portal/v1`
  await until('the gateway to be ready', async () => {
    if (child.exitCode !== null) throw new Error(`the gateway does not start:\n${log}`)
    return (await fetch(`${gatewayUrl}/readyz`).catch(() => undefined))?.ok || undefined
  }, 20_000)
  const stop = async () => {
    child.kill('SIGTERM')
    await gone
  }
  return { gatewayUrl, log: () => log, stop }
}
