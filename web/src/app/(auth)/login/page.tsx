import type { Metadata } from 'next'
import { LoginForm } from '@/components/auth/login-form'
import { safePath } from '@/lib/paths'

export const metadata: Metadata = { title: 'Log in' }

export default async function LoginPage({ searchParams }: { searchParams: Promise<{ next?: string; ended?: string }> }) {
  const { next, ended } = await searchParams
  return <LoginForm next={safePath(next)} hasEnded={ended !== undefined} />
}
