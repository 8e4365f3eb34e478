'use client'

import { useEffect, useState } from 'react'
import { Failure } from '@/components/notice'
import { useApi } from '@/components/providers'
import { Button } from '@/components/ui/button'
import { asApiError, unwrap } from '@/lib/errors'
import { leave } from '@/lib/leave'

export function AcceptInvite({ token }: { token: string }) {
  const api = useApi()
  const [email, setEmail] = useState('')
  const [problem, setProblem] = useState<unknown>()
  const [isBusy, setBusy] = useState(false)
  useEffect(() => void api.auth.getUser().then(({ data }) => setEmail(data.user?.email ?? '')), [api])

  const accept = async () => {
    setBusy(true)
    setProblem(undefined)
    try {
      await unwrap(api.rpc('accept_invite', { token }).single())
      window.location.assign('/')
    } catch (error) {
      setProblem(asApiError(error))
      setBusy(false)
    }
  }
  return (
    <div className="space-y-5">
      <h1 className="text-3xl font-semibold tracking-tight">You are invited</h1>
      <p className="text-muted">
        The invitation works once, and for the log-in that accepts it{email && <>: you are signed in as <strong className="text-foreground">{email}</strong></>}.
      </p>
      <Failure error={problem} />
      <div className="flex flex-wrap gap-3">
        <Button busy={isBusy} onClick={() => void accept()}>Accept the invitation</Button>
        <Button variant="ghost" onClick={() => void leave(api)}>Use another log-in</Button>
      </div>
    </div>
  )
}
