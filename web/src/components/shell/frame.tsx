import 'server-only'
import type { ReactNode } from 'react'
import { dashboardQuery } from '@/lib/api/dashboard'
import { settingsQuery, type Settings } from '@/lib/api/settings'
import { chosenPlace, getLivePosition, know, Prefetch } from '@/lib/server'
import { getApi } from '@/lib/supabase/server'
import { Shell } from './shell'

/** The portal around a page of a customer, with what all of its pages know: the settings, and what waits for them. */
export async function Frame({ settings, children }: { settings: Settings; children: ReactNode }) {
  know(settingsQuery(await getApi()), settings)
  return (
    <Prefetch queries={(api) => [dashboardQuery(api)]}>
      <Shell settings={settings} place={(await chosenPlace())?.id} since={await getLivePosition()}>{children}</Shell>
    </Prefetch>
  )
}
