// Judges posts by the signature that the Standard Webhooks library computes. Reads a JSON list of
// { secret, headers, body } and prints one of the same length: null for a good one, else why it is refused.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'

const { Webhook } = createRequire(`${process.env.PORTAL_NODE_MODULES}/`)('standardwebhooks')

function refusal({ secret, headers, body }) {
  try {
    new Webhook(secret).verify(body, headers)
    return null
  } catch (error) {
    return error.message
  }
}

console.log(JSON.stringify(JSON.parse(readFileSync(0, 'utf8')).map(refusal)))
