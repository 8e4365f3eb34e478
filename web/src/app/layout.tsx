import './globals.css'
import type { Metadata, Viewport } from 'next'
import { cookies, headers } from 'next/headers'
import type { ReactNode } from 'react'
import { Providers } from '@/components/providers'
import { brandStyle } from '@/lib/brand'
import { publicConfig } from '@/lib/config'
import { chosenOrg } from '@/lib/org'
import { getCompany } from '@/lib/standing'
import { THEME_COOKIE, isTheme } from '@/lib/theme'
import { ZONE_COOKIE, asZone } from '@/lib/zone'

export async function generateMetadata(): Promise<Metadata> {
  const name = (await getCompany())?.name ?? 'Customer portal'
  return { title: { default: name, template: `%s · ${name}` }, description: `Book a visit, follow it and write to ${name}.`, robots: { index: false } }
}

export const viewport: Viewport = { width: 'device-width', initialScale: 1, colorScheme: 'light dark' }

export default async function RootLayout({ children }: { children: ReactNode }) {
  const [nonce, kept, company] = [(await headers()).get('x-nonce') ?? '', await cookies(), await getCompany()]
  const [theme, zone] = [kept.get(THEME_COOKIE)?.value, asZone(kept.get(ZONE_COOKIE)?.value)]
  return (
    <html lang="en" data-theme={isTheme(theme) ? theme : undefined} suppressHydrationWarning>
      <head>
        {/* Browsers hide the nonce from scripts, so it never compares equal. */}
        <style nonce={nonce} suppressHydrationWarning dangerouslySetInnerHTML={{ __html: brandStyle(company?.brand_color) }} />
      </head>
      <body>
        <Providers config={publicConfig()} org={await chosenOrg()} zone={zone} nonce={nonce}>{children}</Providers>
      </body>
    </html>
  )
}
