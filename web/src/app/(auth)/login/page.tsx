import type { Metadata } from 'next'
import { LoginForm } from '@/components/auth/login-form'
import { safePath } from '@/lib/paths'

export const metadata: Metadata = { title: 'Log in' }

export default async function LoginPage({ searchParams }: { searchParams: Promise<{ next?: string }> }) {
  return <LoginForm next={safePath((await searchParams).next)} />
}
