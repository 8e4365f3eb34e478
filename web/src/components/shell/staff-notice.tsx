'use client'

import { CompanyName } from '@/components/company-name'
import { useApi } from '@/components/providers'
import { Button } from '@/components/ui/button'
import type { Organization } from '@/lib/api/settings'
import { leave } from '@/lib/leave'

/** For whoever works at the company: their tools are elsewhere. */
export function StaffNotice({ company }: { company: Organization }) {
  const api = useApi()
  return (
    <main className="mx-auto flex min-h-dvh max-w-md flex-col justify-center gap-5 px-6">
      <CompanyName company={company} />
      <h1 className="text-2xl font-semibold tracking-tight">This is the customers’ portal</h1>
      <p className="text-muted">You are signed in as somebody who works at {company.name}. Customers see their own appointments here; yours are in the company’s own tools.</p>
      <Button variant="outline" className="self-start" onClick={() => void leave(api)}>Log out</Button>
    </main>
  )
}
