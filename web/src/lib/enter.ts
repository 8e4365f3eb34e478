import type { Api } from './database'
import { asApiError, unwrap } from './errors'

/** Tells the audit log that somebody has logged in. False where the API still wants the second step of the log-in. */
export async function isLetIn(api: Api): Promise<boolean> {
  try {
    await unwrap(api.rpc('record_event', { event_type: 'login' }))
    return true
  } catch (error) {
    // Whatever else is wrong, the page that comes next tells it.
    return !asApiError(error).needsSecondStep
  }
}
