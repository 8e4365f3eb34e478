// What goes wrong, as people read it. The API answers every refusal with four keys: a sentence (message), what to do next
// (hint), PT and the HTTP status (code), and a stable reason with facts (details). They are shown as they are.

export interface ErrorBody {
  code?: string | null
  message: string
  hint?: string | null
  details?: string | null
}

export class ApiError extends Error {
  override name = 'ApiError'
  readonly status: number
  readonly reason: string
  readonly hint: string | null
  readonly facts: Record<string, unknown>

  constructor(body: ErrorBody, status: number) {
    super(body.message)
    const { reason, ...facts } = parsed(body.details)
    this.status = /^PT\d{3}$/.test(body.code ?? '') ? Number(body.code!.slice(2)) : status
    this.reason = typeof reason === 'string' ? reason : (body.code ?? 'unknown')
    this.hint = HINTS[this.reason] ?? body.hint ?? null
    this.facts = facts
  }

  get isAbsent() {
    return this.status === 404
  }
  /** Nobody is signed in any more, as far as the API is concerned. */
  get isSignedOut() {
    return this.status === 401
  }
  /** The session has taken the first step of a log-in that has two. */
  get needsSecondStep() {
    return this.reason === 'second_factor_required'
  }
  /** The same request may succeed in a moment. */
  get isPassing() {
    return this.status === 0 || this.status >= 500 || this.reason === 'turn_in_progress'
  }
}

/** Where the API's hint speaks to a programmer, what a person at this portal does instead. */
const HINTS: Record<string, string> = {
  slot_taken: 'Choose one of the times below; they were free a moment ago.',
  day_full: 'Choose another day.',
  window_not_offered: 'Choose one of the times that are offered.',
  beyond_horizon: 'Choose an earlier day.',
  inside_lead_time: 'Choose a later time, or call us if it cannot wait.',
  holiday: 'Choose another day.',
  too_many_messages: 'Wait a little, then send it again. In an emergency please call us.',
  too_many_threads: 'Wait a little, then send it again. In an emergency please call us.',
  second_factor_required: 'Enter the code of your authenticator app, then try again.',
  no_active_account: 'Open an account first, or ask the company for an invitation.',
}

const OFFLINE: ErrorBody = {
  message: 'We could not reach the server.',
  hint: 'Check your connection and try again. What you entered is still here.',
  details: '{"reason":"offline"}',
}

interface Reply<T> {
  data: T
  error: ErrorBody | null
  status: number
}

/** The data of an answer of supabase-js, or an ApiError. */
export async function unwrap<T>(answer: PromiseLike<Reply<T>>): Promise<NonNullable<T>> {
  const { data, error, status } = await answer
  if (error) throw status === 0 ? new ApiError(OFFLINE, 0) : new ApiError(error, status)
  return data as NonNullable<T>
}

/** Any failure as an ApiError, so that pages need to know only one kind. */
export function asApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error
  if (error instanceof TypeError) return new ApiError(OFFLINE, 0)
  const { message, status, code } = (error ?? {}) as { message?: string; status?: number; code?: string }
  if (status === 0 || /fetch/i.test(message ?? '')) return new ApiError(OFFLINE, 0)
  return new ApiError({ message: message ?? 'Something went wrong.', hint: 'Please try again.', code }, status ?? 500)
}

/** The failure that a response of the gateway tells. */
export async function fromResponse(response: Response): Promise<ApiError> {
  const text = await response.text()
  try {
    return new ApiError(JSON.parse(text) as ErrorBody, response.status)
  } catch {
    return new ApiError({ message: 'The server did not answer as it should.', hint: 'Please try again in a moment.' }, response.status)
  }
}

function parsed(details: string | null | undefined): Record<string, unknown> {
  try {
    const facts: unknown = JSON.parse(details ?? '{}')
    return typeof facts === 'object' && facts !== null ? (facts as Record<string, unknown>) : {}
  } catch {
    return {}
  }
}
