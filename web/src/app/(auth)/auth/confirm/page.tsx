import type { Metadata } from 'next'
import { Confirm } from '@/components/auth/confirm'
import { safePath } from '@/lib/paths'

export const metadata: Metadata = { title: 'One moment' }

export default async function ConfirmPage({ searchParams }: { searchParams: Promise<Record<string, string | undefined>> }) {
  const { next, code, token_hash, type } = await searchParams
  return <Confirm next={safePath(next)} code={code} tokenHash={token_hash} type={type} />
}
