import type { Metadata } from 'next'
import { NewThread } from '@/components/messages/new-thread'

export const metadata: Metadata = { title: 'New message' }

export default function NewMessagePage() {
  return <NewThread />
}
