import type { Metadata } from 'next'
import { Contacts } from '@/components/settings/contacts'
import { accountsQuery } from '@/lib/api/settings'
import { Prefetch } from '@/lib/server'
import { getStanding } from '@/lib/standing'

export const metadata: Metadata = { title: 'People' }

export default async function ContactsPage() {
  const standing = await getStanding()
  return <Prefetch queries={(api) => ('settings' in standing ? [accountsQuery(api, standing.settings.organization.id)] : [])}><Contacts /></Prefetch>
}
