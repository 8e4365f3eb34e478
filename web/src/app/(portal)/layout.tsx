import { redirect } from 'next/navigation'
import { cookies } from 'next/headers'
import type { ReactNode } from 'react'
import { Shell } from '@/components/shell/shell'
import { PLACE_COOKIE } from '@/lib/place'
import { StaffNotice } from '@/components/shell/staff-notice'
import { dashboardQuery } from '@/lib/api/dashboard'
import { settingsQuery } from '@/lib/api/settings'
import { Prefetch } from '@/lib/server'
import { getStanding } from '@/lib/standing'

export default async function PortalLayout({ children }: { children: ReactNode }) {
  const standing = await getStanding()
  if (standing.kind === 'signed-out') redirect('/login')
  if (standing.kind === 'choose') redirect('/choose-company')
  if (standing.kind === 'no-account') redirect('/signup')
  if (standing.kind === 'staff') return <StaffNotice company={standing.settings.organization} />
  const known = (api: Parameters<typeof settingsQuery>[0]) => ({ ...settingsQuery(api), queryFn: () => standing.settings })
  return (
    <Prefetch queries={(api) => [known(api), dashboardQuery(api)]}>
      <Shell settings={standing.settings} place={(await cookies()).get(PLACE_COOKIE)?.value}>{children}</Shell>
    </Prefetch>
  )
}
