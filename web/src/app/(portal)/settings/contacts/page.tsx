import type { Metadata } from 'next'
import { Contacts } from '@/components/settings/contacts'
import { accountsQuery } from '@/lib/api/settings'
import { Prefetch } from '@/lib/server'

export const metadata: Metadata = { title: 'People' }

export default function ContactsPage() {
  return <Prefetch queries={(api, { orgId }) => (orgId ? [accountsQuery(api, orgId)] : [])}><Contacts /></Prefetch>
}
