import type { Metadata } from 'next'
import { Confirm } from '@/components/auth/confirm'
import { safePath } from '@/lib/paths'

export const metadata: Metadata = { title: 'One moment' }

export default async function ConfirmPage({ searchParams }: { searchParams: Promise<Record<string, string | undefined>> }) {
  const { next, code, token_hash, type } = await searchParams
  return (
    <main className="mx-auto flex min-h-dvh max-w-md flex-col justify-center px-6">
      <Confirm next={safePath(next)} code={code} tokenHash={token_hash} type={type} />
    </main>
  )
}
