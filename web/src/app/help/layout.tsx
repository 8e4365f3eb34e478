import Link from 'next/link'
import type { ReactNode } from 'react'
import { CompanyName } from '@/components/company-name'
import { Shell } from '@/components/shell/shell'
import { Button } from '@/components/ui/button'
import { dashboardQuery } from '@/lib/api/dashboard'
import { settingsQuery } from '@/lib/api/settings'
import { chosenPlace, Prefetch } from '@/lib/server'
import { getCompany, getStanding } from '@/lib/standing'

/** For everybody: in the portal's frame for customers, in a plain one for visitors. */
export default async function HelpLayout({ children }: { children: ReactNode }) {
  const standing = await getStanding()
  if (standing.kind === 'customer') {
    const known = (api: Parameters<typeof settingsQuery>[0]) => ({ ...settingsQuery(api), queryFn: () => standing.settings })
    return (
      <Prefetch queries={(api) => [known(api), dashboardQuery(api)]}>
        <Shell settings={standing.settings} place={(await chosenPlace())?.id}>{children}</Shell>
      </Prefetch>
    )
  }
  return (
    <>
      <header className="border-b bg-surface">
        <div className="mx-auto flex h-16 max-w-5xl items-center justify-between gap-4 px-4 sm:px-8">
          <Link href="/" className="min-w-0"><CompanyName company={await getCompany()} /></Link>
          <Button asChild size="sm" variant="outline"><Link href="/login">Log in</Link></Button>
        </div>
      </header>
      <main id="main" className="mx-auto max-w-5xl px-4 py-8 sm:px-8">{children}</main>
    </>
  )
}
