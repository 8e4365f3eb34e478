'use client'

import { createContext, use, useEffect, useState, type ReactNode } from 'react'
import Link from '@/components/link'
import type { Company } from '@/lib/standing'
import { phone } from '@/lib/format'
import { recall, remember } from '@/lib/kept'
import type { ChatMessage } from './message'

/** Somebody who talks to the assistant without an account: the conversation is theirs by its token. */
export interface Visitor {
  company: Company
  token: string
  /** What was said before a reload; the API tells it to nobody without an account. */
  kept: ChatMessage[]
  keep: (messages: ChatMessage[]) => void
  /** Forgets this conversation, to begin another. */
  forget: () => void
}
const Context = createContext<Visitor | null>(null)
export const VisitorProvider = Context.Provider
/** Null for whoever is signed in. */
export const useVisitor = () => use(Context)

interface Visit {
  id: string
  token: string
  kept: ChatMessage[]
}
const shelf = () => sessionStorage
const isVisit = (kept: unknown): kept is Visit => typeof (kept as Visit | null)?.token === 'string' && Array.isArray((kept as Visit).kept)

/** The visitor's conversation with a company, for as long as this window is open. */
export function useVisit(slug: string) {
  const key = `portal-visit:${slug}`
  const [visit, setVisit] = useState<Visit>()
  useEffect(() => {
    const kept = recall(shelf, key, isVisit)
    if (kept) setVisit(kept)
  }, [key])
  const write = (now: Visit | null) => remember(shelf, key, now)
  return {
    visit,
    begin: (id: string, token: string) => {
      setVisit({ id, token, kept: [] })
      write({ id, token, kept: [] })
    },
    keep: (kept: ChatMessage[]) => visit && write({ ...visit, kept }),
    forget: () => {
      setVisit(undefined)
      write(null)
    },
  }
}

/** How a visitor reaches a person: the assistant hands conversations over for accounts only. */
export function Reach({ company }: { company: Company }) {
  const { support_phone: number, support_email: mail } = company
  const link = (href: string, text: ReactNode) => <Link href={href} className="font-medium text-brand-text underline underline-offset-2">{text}</Link>
  return (
    <p className="text-sm text-muted">
      Rather a person?{' '}
      {number && <>Call {link(`tel:${number}`, phone(number))}, </>}
      {mail && <>write to {link(`mailto:${mail}`, mail)}, </>}
      {(number || mail) && 'or '}{link('/login?next=%2Fmessages%2Fnew', 'log in')} and write to us. No account yet? {link('/signup', 'Sign up')}.
    </p>
  )
}
