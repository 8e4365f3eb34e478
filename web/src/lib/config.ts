// What the portal must be told. Read when it runs and not when it is built, so that one build serves every stack.
import 'server-only'
import { z } from 'zod'

const Settings = z.object({
  SUPABASE_URL: z.url('is the address of Supabase, such as http://127.0.0.1:54321'),
  SUPABASE_PUBLISHABLE_KEY: z.string('is the publishable (anon) key').min(1),
  /** The gateway; behind one address with Supabase when it is not said. */
  GATEWAY_URL: z.url().optional(),
  /** Where this portal is reached. With {org} in it, such as https://{org}.portal.example, the host names the company. */
  PORTAL_URL: z.string().optional(),
  /** The company that the portal speaks for where the address names none. */
  PORTAL_ORG: z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'is the slug of a company').optional(),
  /** Further origins that logos and portraits may come from, separated by spaces. */
  PORTAL_IMAGE_ORIGINS: z.string().default(''),
})

export type Config = ReturnType<typeof config>
/** What browsers may know of it, which is all that they need. */
export interface PublicConfig {
  supabaseUrl: string
  publishableKey: string
  gatewayUrl: string
}

let read: z.infer<typeof Settings> | undefined

export function config() {
  read ??= parse()
  const supabaseUrl = read.SUPABASE_URL.replace(/\/$/, '')
  return {
    supabaseUrl,
    publishableKey: read.SUPABASE_PUBLISHABLE_KEY,
    gatewayUrl: read.GATEWAY_URL?.replace(/\/$/, '') ?? `${supabaseUrl}/portal/v1`,
    portalUrl: read.PORTAL_URL,
    org: read.PORTAL_ORG,
    imageOrigins: read.PORTAL_IMAGE_ORIGINS,
  }
}

export function publicConfig(): PublicConfig {
  const { supabaseUrl, publishableKey, gatewayUrl } = config()
  return { supabaseUrl, publishableKey, gatewayUrl }
}

function parse() {
  const given = Settings.safeParse(Object.fromEntries(Object.entries(process.env).filter(([, value]) => value !== '')))
  if (given.success) return given.data
  const missing = given.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`)
  throw new Error(`The portal is not configured. Set these in its environment:\n  ${missing.join('\n  ')}`)
}
