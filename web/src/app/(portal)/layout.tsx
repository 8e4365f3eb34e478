import { redirect } from 'next/navigation'
import type { ReactNode } from 'react'
import { Frame } from '@/components/shell/frame'
import { StaffNotice } from '@/components/shell/staff-notice'
import { getStanding, toLogIn, toSecondStep } from '@/lib/standing'

export default async function PortalLayout({ children }: { children: ReactNode }) {
  const standing = await getStanding()
  if (standing.kind === 'signed-out') return toLogIn()
  if (standing.kind === 'second-step') return toSecondStep()
  if (standing.kind === 'choose') redirect('/choose-company')
  if (standing.kind === 'no-account') redirect('/signup')
  if (standing.kind === 'staff') return <StaffNotice company={standing.settings.organization} />
  return <Frame settings={standing.settings}>{children}</Frame>
}
