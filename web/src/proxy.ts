// Before every page: a fresh session, a fresh Content-Security-Policy, and the log-in for whoever has none.
import { createServerClient } from '@supabase/ssr'
import { NextResponse, type NextRequest } from 'next/server'
import { config as settings } from './lib/config'
import { contentSecurityPolicy, newNonce } from './lib/csp'
import { PATH_HEADER, safePath } from './lib/paths'
import { SESSION_COOKIE, VISITED_ORG_COOKIE } from './lib/supabase/shared'

/** Pages for everybody; whatever else there is wants a session. */
const OPEN = /^\/(login|signup|invite|forgot-password|reset-password|auth|help)(\/|$)/
/** Pages that are of no use to somebody who is signed in, unless the API does not take that session (`ended`). */
const ENTRANCE = /^\/(login|forgot-password)$/

export async function proxy(request: NextRequest) {
  const nonce = newNonce()
  const policy = contentSecurityPolicy(settings(), nonce)
  const forwarded = () => {
    const headers = new Headers(request.headers)
    headers.set('x-nonce', nonce)
    headers.set(PATH_HEADER, request.nextUrl.pathname + request.nextUrl.search)
    headers.set('content-security-policy', policy)
    return NextResponse.next({ request: { headers } })
  }

  let response = forwarded()
  const { supabaseUrl, publishableKey } = settings()
  const supabase = createServerClient(supabaseUrl, publishableKey, {
    cookieOptions: { name: SESSION_COOKIE, sameSite: 'lax' },
    cookies: {
      getAll: () => request.cookies.getAll(),
      setAll: (cookies) => {
        for (const { name, value } of cookies) request.cookies.set(name, value)
        response = forwarded()
        for (const { name, value, options } of cookies) response.cookies.set(name, value, options)
      },
    },
  })
  // Refreshes what has expired. Whether the token is genuine is for the API to judge, which every datum comes from.
  const { data } = await supabase.auth.getSession()

  const { pathname, search, searchParams } = request.nextUrl
  if (!data.session && !OPEN.test(pathname)) {
    const next = pathname === '/' && !search ? '' : `?next=${encodeURIComponent(pathname + search)}`
    response = moved(response, new URL(`/login${next}`, request.url))
  } else if (data.session && ENTRANCE.test(pathname) && !searchParams.has('ended') && request.method === 'GET') {
    response = moved(response, new URL(safePath(searchParams.get('next')), request.url))
  }

  const org = searchParams.get('org')
  if (org && /^[a-z0-9]+(-[a-z0-9]+)*$/.test(org)) {
    request.cookies.set(VISITED_ORG_COOKIE, org)
    const cookies = response.cookies.getAll()
    if (!response.headers.has('location')) response = forwarded()
    for (const cookie of cookies) response.cookies.set(cookie)
    response.cookies.set(VISITED_ORG_COOKIE, org, { sameSite: 'lax', path: '/' })
  }
  response.headers.set('content-security-policy', policy)
  response.headers.set('x-content-type-options', 'nosniff')
  response.headers.set('referrer-policy', 'strict-origin-when-cross-origin')
  response.headers.set('permissions-policy', 'camera=(), microphone=(), geolocation=()')
  return response
}

/** A redirect that keeps the cookies of the session. */
function moved(from: NextResponse, to: URL) {
  const response = NextResponse.redirect(to)
  for (const cookie of from.cookies.getAll()) response.cookies.set(cookie)
  return response
}

export const config = { matcher: ['/((?!_next/static|_next/image|healthz|.*\\.svg$).*)'] }
