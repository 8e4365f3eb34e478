import type { Metadata } from 'next'
import { cookies } from 'next/headers'
import { BEGUN_COOKIE } from '@/components/booking/draft'
import { BookingFlow } from '@/components/booking/flow'
import { servicesQuery } from '@/lib/api/booking'
import { Prefetch } from '@/lib/server'

export const metadata: Metadata = { title: 'Book a visit' }

export default async function BookPage({ searchParams }: { searchParams: Promise<{ service?: string }> }) {
  const isBegun = (await cookies()).has(BEGUN_COOKIE) || Boolean((await searchParams).service)
  return <Prefetch queries={(api) => [servicesQuery(api)]}><BookingFlow isBegun={isBegun} /></Prefetch>
}
