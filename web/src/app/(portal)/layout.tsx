import { redirect } from 'next/navigation'
import type { ReactNode } from 'react'
import { Shell } from '@/components/shell/shell'
import { StaffNotice } from '@/components/shell/staff-notice'
import { dashboardQuery } from '@/lib/api/dashboard'
import { settingsQuery } from '@/lib/api/settings'
import { chosenPlace, Prefetch } from '@/lib/server'
import { getStanding, toSecondStep } from '@/lib/standing'

export default async function PortalLayout({ children }: { children: ReactNode }) {
  const standing = await getStanding()
  if (standing.kind === 'signed-out') redirect('/login')
  if (standing.kind === 'second-step') return toSecondStep()
  if (standing.kind === 'choose') redirect('/choose-company')
  if (standing.kind === 'no-account') redirect('/signup')
  if (standing.kind === 'staff') return <StaffNotice company={standing.settings.organization} />
  const known = (api: Parameters<typeof settingsQuery>[0]) => ({ ...settingsQuery(api), queryFn: () => standing.settings })
  return (
    <Prefetch queries={(api) => [known(api), dashboardQuery(api)]}>
      <Shell settings={standing.settings} place={await chosenPlace()}>{children}</Shell>
    </Prefetch>
  )
}
