'use client'

import { ChevronRight } from 'lucide-react'
import { keep } from '@/lib/cookie'
import { CHOSEN_ORG_COOKIE } from '@/lib/supabase/shared'

/** For people who have an account at several companies. */
export function ChooseCompany({ companies }: { companies: { slug: string; name: string }[] }) {
  const choose = (slug: string) => {
    keep(CHOSEN_ORG_COOKIE, slug)
    window.location.assign('/')
  }
  return (
    <>
      <h1 className="text-3xl font-semibold tracking-tight">Which company?</h1>
      <p className="mt-2 text-muted">You have an account at several. You can change it later in the settings.</p>
      <ul className="mt-6 space-y-3">
        {companies.map(({ slug, name }) => (
          <li key={slug}>
            <button onClick={() => choose(slug)} className="flex h-14 w-full items-center justify-between rounded-xl border bg-surface px-4 font-medium hover:bg-surface-2">
              {name}
              <ChevronRight className="size-5 text-muted" aria-hidden />
            </button>
          </li>
        ))}
      </ul>
    </>
  )
}
