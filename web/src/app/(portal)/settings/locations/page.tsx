import type { Metadata } from 'next'
import { Locations } from '@/components/settings/locations'

export const metadata: Metadata = { title: 'Locations' }

export default function LocationsPage() {
  return <Locations />
}
