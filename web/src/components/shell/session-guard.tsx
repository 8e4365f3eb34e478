'use client'

import { useQueryClient } from '@tanstack/react-query'
import dynamic from 'next/dynamic'
import { useEffect, useState } from 'react'
import { SESSION_LOST, useApi } from '@/components/providers'
import type { Api } from '@/lib/database'
import { isLeaving } from '@/lib/leave'
import { useSoon } from '@/lib/soon'
import type { Step } from './log-in-again'

const logInAgain = () => import('./log-in-again').then((module) => module.LogInAgain)
const [LogInAgain, PARTS] = [dynamic(logInAgain, { ssr: false }), [logInAgain]]

/** Whether this browser's session has proven the second step by now: what was refused was asked before. */
async function hasTwoSteps({ auth }: Api) {
  const { data } = await auth.mfa.getAuthenticatorAssuranceLevel()
  return data?.currentLevel === 'aal2'
}

/** When the session ends or is not enough while somebody is at work, asks for what is missing right here: the page and all that was entered stay. */
export function SessionGuard({ email }: { email: string | null }) {
  const [api, queries] = [useApi(), useQueryClient()]
  const [step, setStep] = useState<Step>()

  useSoon(PARTS)
  useEffect(() => {
    // Once a step is asked for, what other requests learn meanwhile changes nothing.
    const lost = (first: Step) => !isLeaving() && setStep((step) => step ?? first)
    const heard = async (event: Event) => {
      if ((event as CustomEvent<string>).detail !== 'second_factor_required') return lost('password')
      if (await hasTwoSteps(api)) return void queries.invalidateQueries()
      lost('code')
    }
    window.addEventListener(SESSION_LOST, heard)
    const { data } = api.auth.onAuthStateChange((event) => {
      if (event === 'SIGNED_OUT') lost('password')
      // The code was given here, in the settings or in another window.
      if (event === 'MFA_CHALLENGE_VERIFIED') setStep(undefined)
    })
    return () => {
      window.removeEventListener(SESSION_LOST, heard)
      data.subscription.unsubscribe()
    }
  }, [api, queries])

  const goOn = () => {
    setStep(undefined)
    void queries.invalidateQueries()
  }
  return step && <LogInAgain step={step} email={email} onNeedsCode={() => setStep('code')} onDone={goOn} />
}
