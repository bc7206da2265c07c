// Asks another process of the topology for its part of an answer: the same question, of one
// partition, with the caller's own credentials. It is asked once, so that two processes that each
// believe the other has a partition do not ask for ever.
import { Problem, type ProblemBody } from '../problem.ts'
import type { PartAnswer } from './parts.ts'

/** Who has it set answers for itself, and adds what the other needs to merge. */
export const HOP_HEADER = 'x-millrace-hop'

const ANSWER_WITHIN_MS = 3_000
const RETRY_AFTER_S = 1

export interface Question {
  /** Path and query as they came. */
  readonly url: string
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly waitMs: number
}

/** @throws Problem `not-here`, and what the other process answers with. */
export async function askOwner(
  endpoint: string,
  partition: number,
  { url, headers, waitMs }: Question,
): Promise<PartAnswer> {
  const target = new URL(url, endpoint)
  target.searchParams.set('partition', String(partition))
  const passed = { [HOP_HEADER]: '1', ...withAuthorization(headers) }
  let response: Response
  try {
    const signal = AbortSignal.timeout(ANSWER_WITHIN_MS + waitMs)
    response = await fetch(target, { headers: passed, signal })
  } catch (cause) {
    const detail = `the process that has partition ${partition} does not answer`
    throw new Problem('not-here', `${detail}: ${causeOf(cause)}`, RETRY_AFTER_S)
  }
  const body = await response.json()
  if (response.ok) return body as PartAnswer
  const { code, detail } = body as ProblemBody
  throw new Problem(code as Problem['code'], detail, RETRY_AFTER_S)
}

function withAuthorization(headers: Question['headers']): Record<string, string> {
  const { authorization, 'x-api-key': key } = headers
  return {
    ...(typeof authorization === 'string' && { authorization }),
    ...(typeof key === 'string' && { 'x-api-key': key }),
  }
}

function causeOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
