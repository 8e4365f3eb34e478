'use client'

import { usePathname } from 'next/navigation'
import type { ReactNode } from 'react'
import { PageHeader } from '@/components/page'
import { Tabs } from '@/components/tabs'
import { useSettings } from '@/lib/api/settings'

export function SettingsFrame({ children }: { children: ReactNode }) {
  const path = usePathname()
  const role = useSettings().data?.account?.role
  const tabs = [
    { href: '/settings/profile', label: 'Profile' },
    { href: '/settings/locations', label: 'Locations' },
    ...(role === 'property_manager' || role === 'admin' ? [{ href: '/settings/contacts', label: 'People' }] : []),
    { href: '/settings/notifications', label: 'Notifications' },
    { href: '/settings/security', label: 'Security' },
  ]
  return (
    <div className="mx-auto max-w-3xl">
      <PageHeader title="Settings" />
      <Tabs label="Settings" tabs={tabs} current={path} />
      {children}
    </div>
  )
}
