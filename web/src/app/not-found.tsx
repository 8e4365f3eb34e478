import type { Metadata } from 'next'
import { Missing } from '@/components/missing'

export const metadata: Metadata = { title: 'Not found' }

export default function NotFound() {
  return <main><Missing /></main>
}
