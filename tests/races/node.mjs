// What the scripts share: the packages that the stack has installed, connections, tokens and calls.
import { createHmac } from 'node:crypto'
import { createRequire } from 'node:module'

const postgres = createRequire(`${need('PORTAL_NODE_MODULES')}/`)('postgres')

export function need(name) {
  const value = process.env[name]
  if (!value) throw new Error(`${name} is not set. Run \`make test ONLY=races\`, which sets it.`)
  return value
}

/** A pool of connections that says nothing about notices. */
export const connect = (url, max, more = {}) =>
  postgres(url, { max, onnotice: () => {}, connection: { search_path: 'pg_catalog' }, ...more })

/** An access token as Supabase Auth signs it. */
export function token(userId) {
  const now = Math.floor(Date.now() / 1000)
  const claims = { aud: 'authenticated', role: 'authenticated', sub: userId, iat: now, exp: now + 3600 }
  const encode = (part) => Buffer.from(JSON.stringify(part)).toString('base64url')
  const signed = `${encode({ alg: 'HS256', typ: 'JWT' })}.${encode(claims)}`
  return `${signed}.${createHmac('sha256', need('SUPABASE_JWT_SECRET')).update(signed).digest('base64url')}`
}

/** Calls a function of the API as a browser would. Answers the HTTP status and the body, whatever they are. */
export async function call(bearer, name, args) {
  const response = await fetch(`${need('SUPABASE_URL')}/rest/v1/rpc/${name}`, {
    method: 'POST',
    headers: {
      apikey: need('SUPABASE_PUBLISHABLE_KEY'),
      Authorization: `Bearer ${bearer}`,
      'Content-Profile': 'portal',
      'Content-Type': 'application/json',
    },
    body: JSON.stringify(args),
  })
  const body = json(await response.text())
  if (response.ok) return { ok: true, status: response.status, rows: body, row: body[0] }
  return { ok: false, status: response.status, code: body.code, message: body.message, facts: json(body.details) }
}

/** What the text means; an answer that is no JSON (a proxy's error page) is kept as a message. */
function json(text) {
  try {
    return JSON.parse(text) ?? {}
  } catch {
    return { message: text }
  }
}

/** One of the list, by chance. */
export const any = (list) => list[Math.floor(Math.random() * list.length)]

/** The same in another order, by chance. */
export const shuffled = (list) =>
  list.map((item) => ({ item, rank: Math.random() })).sort((one, other) => one.rank - other.rank).map(({ item }) => item)

/** How often each thing happened. */
export class Tally extends Map {
  add(what, times = 1) {
    this.set(what, (this.get(what) ?? 0) + times)
  }
  get total() {
    return [...this.values()].reduce((sum, times) => sum + times, 0)
  }
  toString() {
    return [...this].sort().map(([what, times]) => `${what} ${times}`).join(', ')
  }
}
