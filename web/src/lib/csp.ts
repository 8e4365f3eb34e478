// What pages may load and whom they may talk to: this portal, Supabase and the gateway, and nobody else.
import type { Config } from './config'

export const newNonce = () => Buffer.from(crypto.randomUUID()).toString('base64')

export function contentSecurityPolicy({ supabaseUrl, gatewayUrl, imageOrigins }: Config, nonce: string): string {
  const isDevelopment = process.env.NODE_ENV === 'development'
  const [api, gateway] = [new URL(supabaseUrl).origin, new URL(gatewayUrl).origin]
  const servers = api === gateway ? api : `${api} ${gateway}`
  return [
    "default-src 'none'",
    `script-src 'self' 'nonce-${nonce}' 'strict-dynamic'${isDevelopment ? " 'unsafe-eval'" : ''}`,
    isDevelopment ? "style-src 'self' 'unsafe-inline'" : `style-src 'self' 'nonce-${nonce}'`,
    // Positions of menus and dialogs; an attribute cannot load or run anything.
    "style-src-attr 'unsafe-inline'",
    `img-src 'self' data: blob: ${api} ${imageOrigins}`.trim(),
    `media-src 'self' blob: ${api}`,
    `connect-src 'self' ${servers}${isDevelopment ? ' ws:' : ''}`,
    "font-src 'self'",
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "object-src 'none'",
  ].join('; ')
}
