'use client'

import { useApi } from '@/components/providers'
import { Button } from '@/components/ui/button'
import { isLetIn } from '@/lib/enter'
import { phone } from '@/lib/format'
import { leave } from '@/lib/leave'
import { OneTimeCode } from './one-time-code'

/** Between the password and the portal, for people who have set up a second step. */
export function SecondStep({ next, supportPhone }: { next: string; supportPhone: string | null }) {
  const api = useApi()
  const enter = async () => {
    await isLetIn(api)
    // A new page, so that it wears this company's name and colour.
    window.location.assign(next)
    await new Promise(() => {})
  }
  return (
    <>
      <h1 className="text-3xl font-semibold tracking-tight">One more step</h1>
      <p className="mt-2 mb-7 text-muted">Your password is right. Now the code from the app on your phone.</p>
      <OneTimeCode onVerified={enter}><Button variant="ghost" onClick={() => void leave(api)}>Use another log-in</Button></OneTimeCode>
      <LostDevice phone={supportPhone} className="mt-8 border-t pt-6" />
    </>
  )
}

/** Who can help people whose authenticator app is gone. */
export function LostDevice({ phone: number, className = '' }: { phone: string | null; className?: string }) {
  return (
    <p className={`text-sm text-muted ${className}`}>
      Lost your device? {number ? <>Call the office at <a href={`tel:${number}`} className="font-medium whitespace-nowrap text-brand-text underline">{phone(number)}</a></> : 'Call the office'}: they can take the second step away once they know that it is you.
    </p>
  )
}
