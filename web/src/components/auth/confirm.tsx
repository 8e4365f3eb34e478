'use client'

import type { EmailOtpType } from '@supabase/supabase-js'
import { useEffect, useRef, useState } from 'react'
import Link from '@/components/link'
import { useApi } from '@/components/providers'
import { Notice } from '@/components/notice'
import type { Api } from '@/lib/database'
import { safePath } from '@/lib/paths'

interface Link_ {
  code?: string
  tokenHash?: string
  type?: string
}

/** Where to go on: to a new password, to what the address says, or to what was said at sign-up. */
async function goOn({ auth }: Api, { type }: Link_, next: string): Promise<string> {
  if (type === 'recovery') return '/reset-password'
  if (next !== '/') return next
  const said: unknown = (await auth.getUser()).data.user?.user_metadata.next
  return safePath(typeof said === 'string' ? said : null)
}

/** Signs in with what a link in an e-mail brings: a code, a token's hash, or a session in the address's fragment. */
async function signIn({ auth }: Api, { code, tokenHash, type }: Link_, fragment: URLSearchParams): Promise<boolean> {
  if (code) return !(await auth.exchangeCodeForSession(code)).error
  if (tokenHash) return !(await auth.verifyOtp({ token_hash: tokenHash, type: (type ?? 'email') as EmailOtpType })).error
  const [access_token, refresh_token] = [fragment.get('access_token'), fragment.get('refresh_token')]
  return Boolean(access_token && refresh_token && !(await auth.setSession({ access_token, refresh_token })).error)
}

export function Confirm({ next, ...link }: { next: string } & Link_) {
  const api = useApi()
  const [isWorthless, setWorthless] = useState(false)
  const begun = useRef(false)
  useEffect(() => {
    if (begun.current) return
    begun.current = true
    const fragment = new URLSearchParams(window.location.hash.slice(1))
    // Out of the address, so that it is neither kept in the history nor shown.
    window.history.replaceState(null, '', window.location.pathname)
    void signIn(api, link, fragment).then(async (isIn) => (isIn ? window.location.replace(await goOn(api, link, next)) : setWorthless(true)))
  // Once, with what the address said.
  // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [])

  if (!isWorthless) return <h1 className="text-center text-lg text-muted" role="status">One moment, we are signing you in …</h1>
  return (
    <>
      <h1 className="mb-4 text-2xl font-semibold tracking-tight">That did not work</h1>
      <Notice kind="warn" title="This link has expired or was used before">
        <p>If your address is confirmed already, <Link href="/login" className="font-medium text-brand-text underline">log in</Link>. To set a password, <Link href="/forgot-password" className="font-medium text-brand-text underline">ask for a new link</Link>.</p>
      </Notice>
    </>
  )
}
