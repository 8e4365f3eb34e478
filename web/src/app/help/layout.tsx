import type { ReactNode } from 'react'
import { CompanyName } from '@/components/company-name'
import Link from '@/components/link'
import { Frame } from '@/components/shell/frame'
import { Button } from '@/components/ui/button'
import { getCompany, getStanding } from '@/lib/standing'

/** For everybody: in the portal's frame for customers, in a plain one for visitors. */
export default async function HelpLayout({ children }: { children: ReactNode }) {
  const standing = await getStanding()
  if (standing.kind === 'customer') return <Frame settings={standing.settings}>{children}</Frame>
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
