import type { ReactNode } from 'react'
import { CompanyName } from '@/components/company-name'
import Link from '@/components/link'
import { Live } from '@/components/live'
import type { Settings } from '@/lib/api/settings'
import { SessionGuard } from './session-guard'
import { AccountMenu } from './account-menu'
import { LocationSwitch } from './location-switch'
import { PlaceProvider } from './place'
import { SideNav, TabBar } from './nav'

/** The pages that show one location or all of them. */
const LISTS = ['/', '/appointments', '/history', '/messages']

interface Props {
  settings: Settings
  place?: string
  /** Where the live stream stood before the page was read. */
  since?: string
  children: ReactNode
}

/** What stands around every page of somebody who is signed in: a column on a desk, bars above and below on a phone. */
export function Shell({ settings, place, since, children }: Props) {
  const { organization, profile, account } = settings
  const name = profile?.full_name ?? account?.customer_name ?? profile?.email ?? 'You'
  return (
    <Live since={since}>
      <PlaceProvider initial={place}>
        <a href="#main" className="sr-only z-50 rounded-lg bg-brand px-4 py-2 text-brand-ink focus:not-sr-only focus:fixed focus:top-2 focus:left-2">Skip to content</a>
        <div className="mx-auto flex min-h-dvh max-w-7xl">
          <aside className="sticky top-0 hidden h-dvh w-64 shrink-0 flex-col gap-6 overflow-y-auto border-r px-4 py-6 lg:flex print:hidden">
            <Link href="/" className="rounded-lg px-2"><CompanyName company={organization} /></Link>
            <SideNav />
            <div className="mt-auto space-y-2">
              <LocationSwitch />
              <AccountMenu name={name} email={profile?.email} wide />
            </div>
          </aside>
          <div className="flex min-w-0 flex-1 flex-col">
            <header className="sticky top-0 z-30 flex h-16 items-center justify-between gap-3 border-b bg-background/95 px-4 backdrop-blur lg:hidden print:hidden">
              <Link href="/" className="min-w-0 rounded-lg"><CompanyName company={organization} /></Link>
              <AccountMenu name={name} email={profile?.email} />
            </header>
            <main id="main" tabIndex={-1} className="flex-1 px-4 pt-5 pb-28 outline-none sm:px-8 lg:pt-9 lg:pb-14 print:p-0">
              <div className="lg:hidden print:hidden"><LocationSwitch className="mb-4" only={LISTS} /></div>
              {children}
            </main>
          </div>
        </div>
        <TabBar />
        <SessionGuard email={settings.security.email} />
      </PlaceProvider>
    </Live>
  )
}
