import type { Metadata } from 'next'
import { BookingFlow } from '@/components/booking/flow'
import { servicesQuery } from '@/lib/api/booking'
import { Prefetch } from '@/lib/server'

export const metadata: Metadata = { title: 'Book a visit' }

export default function BookPage() {
  return <Prefetch queries={(api) => [servicesQuery(api)]}><BookingFlow /></Prefetch>
}
