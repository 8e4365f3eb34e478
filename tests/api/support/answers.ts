// What the API answers, taken apart.
import { expect } from 'vitest'

interface Answer<T> {
  data: T
  status: number
  error: { code: string; message: string; details: string; hint: string } | null
}

/** The data of a successful answer. */
export async function ok<T>(answer: PromiseLike<Answer<T>>): Promise<NonNullable<T>> {
  const { data, error, status } = await answer
  if (error) throw new Error(`HTTP ${status} ${error.code}: ${error.message} ${error.details ?? ''} ${error.hint ?? ''}`)
  return data as NonNullable<T>
}

/** Success without anything to read. */
export async function done(answer: PromiseLike<Answer<unknown>>): Promise<void> {
  await ok(answer)
}

/**
 * A refusal in the contract's form: PTxyz with HTTP status xyz, a sentence, a hint, and details that are a JSON
 * object with a reason. Answers the details.
 */
export async function refused(
  answer: PromiseLike<Answer<unknown>>,
  code: string,
  reason: string,
): Promise<Record<string, unknown>> {
  const { error, status } = await answer
  expect(error, 'the request was expected to be refused').not.toBeNull()
  const { message, hint, details } = error!
  expect({ code: error!.code, status, details }).toMatchObject({ code, status: Number(code.slice(2)) })
  // A sentence, which may begin with the name of an argument or column.
  expect(message).toMatch(/^([A-Z]|[a-z]+_[a-z_]+ ).*\.$/s)
  expect(hint).toMatch(/^[A-Z].*\.$/s)
  const facts = JSON.parse(details) as Record<string, unknown>
  expect(facts.reason).toBe(reason)
  return facts
}

/** A refusal by Postgres itself (grants, policies, constraints), with its SQLSTATE and HTTP status. */
export async function stopped(answer: PromiseLike<Answer<unknown>>, code: string, httpStatus: number): Promise<void> {
  const { error, status } = await answer
  expect({ code: error?.code, status }, error?.message).toEqual({ code, status: httpStatus })
}
