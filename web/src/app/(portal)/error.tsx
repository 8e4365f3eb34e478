'use client'

import { useEffect } from 'react'
import { Failure } from '@/components/notice'
import { Button } from '@/components/ui/button'

export default function PageError({ error, reset }: { error: Error; reset: () => void }) {
  useEffect(() => console.error(error), [error])
  return (
    <div className="mx-auto max-w-xl space-y-4 py-10">
      <h1 className="text-2xl font-semibold tracking-tight">That did not work</h1>
      <Failure error={{ message: 'This page could not be shown.', status: 503 }} />
      <Button onClick={reset}>Try again</Button>
    </div>
  )
}
