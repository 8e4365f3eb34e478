'use client'

import { useState } from 'react'
import { Button } from '@/components/ui/button'
import { useStartVisit } from '@/lib/api/assistant'
import type { Company } from '@/lib/standing'
import { AskCard } from './ask-card'
import { ChatOnDemand } from './chat-on-demand'
import { Reach, useVisit, VisitorProvider } from './visitor'

/** The assistant before log-in, about what everybody may read. */
export function VisitorWidget({ company }: { company: Company }) {
  const { visit, begin, keep, forget } = useVisit(company.slug)
  const start = useStartVisit(company.slug)
  const [first, setFirst] = useState<string>()
  const ask = (text: string) => {
    setFirst(text)
    start.mutate(undefined, { onSuccess: ({ id, session_token }) => begin(id, session_token!) })
  }
  const restart = () => {
    setFirst(undefined)
    start.reset()
    forget()
  }
  return (
    <AskCard
      id="ask"
      subject="general_support"
      hint="It answers from our help articles, at once, and says where it has it from."
      isStarting={start.isPending}
      error={start.error}
      onAsk={ask}
      action={visit && <Button variant="link" className="text-sm" onClick={restart}>New question</Button>}
      below={<Reach company={company} />}
    >
      {visit && (
        <VisitorProvider value={{ company, token: visit.token, kept: visit.kept, keep, forget: restart }}>
          <ChatOnDemand id={visit.id} first={first} />
        </VisitorProvider>
      )}
    </AskCard>
  )
}
