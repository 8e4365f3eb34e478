import type { Metadata } from 'next'
import { AcceptInvite } from '@/components/auth/accept-invite'
import { SignUpForm } from '@/components/auth/sign-up-form'
import { isSignedIn } from '@/lib/supabase/server'
import { afterSecondStep, getCompany } from '@/lib/standing'

export const metadata: Metadata = { title: 'Invitation' }

/** Looking at it accepts nothing: mail programs open links ahead of people. */
export default async function InvitePage({ params }: { params: Promise<{ token: string }> }) {
  await afterSecondStep()
  const token = decodeURIComponent((await params).token)
  const company = (await getCompany())?.name ?? 'the company'
  if (await isSignedIn()) return <AcceptInvite token={token} />
  return <SignUpForm title="You are invited" company={company} next={`/invite/${encodeURIComponent(token)}`} />
}
