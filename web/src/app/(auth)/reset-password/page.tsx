import type { Metadata } from 'next'
import { NewPassword } from '@/components/auth/new-password'
import Link from '@/components/link'
import { Notice } from '@/components/notice'
import { afterSecondStep } from '@/lib/standing'
import { isSignedIn } from '@/lib/supabase/server'

export const metadata: Metadata = { title: 'New password' }

/** The link in the e-mail has signed its reader in. A second step stays one: Auth changes no password without it. */
export default async function ResetPasswordPage() {
  await afterSecondStep()
  return (
    <>
      <h1 className="text-3xl font-semibold tracking-tight">Choose a new password</h1>
      <div className="mt-6">
        {(await isSignedIn()) ? (
          <NewPassword label="Save and go on" then="/" />
        ) : (
          <Notice kind="warn" title="This link has expired or was used before">
            <Link href="/forgot-password" className="font-medium text-brand-text underline">Ask for a new one.</Link>
          </Notice>
        )}
      </div>
    </>
  )
}
