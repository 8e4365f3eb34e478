import { forgetDrafts } from './draft'
import type { Api } from './database'

let leaving = false
/** Whether the session ends because the person wants it to. */
export const isLeaving = () => leaving

/** Logs out here: tells the audit log, forgets what this browser kept, and opens the log-in anew. */
export async function leave(api: Api) {
  leaving = true
  await api.rpc('record_event', { event_type: 'logout' })
  await api.auth.signOut({ scope: 'local' })
  forgetDrafts()
  window.location.assign('/login')
}
