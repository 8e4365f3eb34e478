import type { Metadata } from 'next'
import { redirect } from 'next/navigation'
import { SecondStep } from '@/components/auth/second-step'
import { safePath } from '@/lib/paths'
import { getCompany, getStanding } from '@/lib/standing'

export const metadata: Metadata = { title: 'One more step' }

/** Who is in already goes on; who has no session begins with the password. */
export default async function SecondStepPage({ searchParams }: { searchParams: Promise<{ next?: string }> }) {
  const next = safePath((await searchParams).next)
  const { kind } = await getStanding()
  if (kind === 'signed-out') redirect(next === '/' ? '/login' : `/login?next=${encodeURIComponent(next)}`)
  if (kind !== 'second-step') redirect(next)
  return <SecondStep next={next} supportPhone={(await getCompany())?.support_phone ?? null} />
}
