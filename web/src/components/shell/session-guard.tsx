'use client'

import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useState, type FormEvent } from 'react'
import { SESSION_LOST, useApi } from '@/components/providers'
import { Button } from '@/components/ui/button'
import { Dialog, DialogContent, DialogFooter } from '@/components/ui/dialog'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { isLeaving } from '@/lib/leave'

/** When the session ends while somebody is at work, asks for the password right here: the page and all that was entered stay. */
export function SessionGuard({ email }: { email: string | null }) {
  const [api, queries] = [useApi(), useQueryClient()]
  const [isLost, setLost] = useState(false)
  const [password, setPassword] = useState('')
  const [problem, setProblem] = useState<string>()
  const [isBusy, setBusy] = useState(false)

  useEffect(() => {
    const lost = () => !isLeaving() && setLost(true)
    window.addEventListener(SESSION_LOST, lost)
    const { data } = api.auth.onAuthStateChange((event) => event === 'SIGNED_OUT' && lost())
    return () => {
      window.removeEventListener(SESSION_LOST, lost)
      data.subscription.unsubscribe()
    }
  }, [api])

  const signIn = async (event: FormEvent) => {
    event.preventDefault()
    setBusy(true)
    const { error } = await api.auth.signInWithPassword({ email: email ?? '', password })
    setBusy(false)
    if (error) return setProblem(error.status ? 'This password is not right.' : 'We could not reach the server. Please try again.')
    setLost(false)
    setPassword('')
    setProblem(undefined)
    void queries.invalidateQueries()
  }

  return (
    <Dialog open={isLost}>
      <DialogContent binding title="Please log in again" description="Your session has ended. What you entered on this page is still here; go on where you were.">
        <form onSubmit={signIn} className="space-y-4">
          <Field label="E-mail"><Input type="email" value={email ?? ''} readOnly autoComplete="username" /></Field>
          <Field label="Password" error={problem}>
            <Input type="password" autoComplete="current-password" required autoFocus value={password} onChange={(event) => setPassword(event.target.value)} />
          </Field>
          <DialogFooter>
            <Button variant="ghost" onClick={() => window.location.assign('/login')}>Use another log-in</Button>
            <Button type="submit" busy={isBusy}>Log in</Button>
          </DialogFooter>
        </form>
      </DialogContent>
    </Dialog>
  )
}
