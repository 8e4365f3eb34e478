'use client'

import dynamic from 'next/dynamic'
import { createContext, use, useCallback, useState, type ReactNode } from 'react'
import { asApiError } from '@/lib/errors'
import { useSoon } from '@/lib/soon'
import type { Shown } from './toasts'

type Tell = { (title: string, text?: string): void; failure: (error: unknown) => void }
const Context = createContext<Tell | null>(null)

const toasts = () => import('./toasts').then((module) => module.Toasts)
const [Toasts, PARTS] = [dynamic(toasts, { ssr: false }), [toasts]]

/** Tells in passing what was done, or what went wrong where no form is there to say it. */
export function useToast(): Tell {
  const tell = use(Context)
  if (!tell) throw new Error('useToast is for components below <Toaster>')
  return tell
}

let count = 0

export function Toaster({ children }: { children: ReactNode }) {
  const [shown, setShown] = useState<Shown[]>([])
  const show = useCallback((one: Omit<Shown, 'id'>) => setShown((others) => [...others.slice(-2), { ...one, id: ++count }]), [])
  const [tell] = useState<Tell>(() =>
    Object.assign((title: string, text?: string) => show({ title, text }), {
      failure(error: unknown) {
        const { message, hint } = asApiError(error)
        show({ title: message, text: hint, bad: true })
      },
    }),
  )
  useSoon(PARTS)
  return (
    <Context value={tell}>
      {children}
      {shown.length > 0 && <Toasts shown={shown} onClose={(id) => setShown((all) => all.filter((one) => one.id !== id))} />}
    </Context>
  )
}
